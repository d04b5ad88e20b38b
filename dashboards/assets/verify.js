/* Puts the verifier's form into its place when its page is shown; its code is read only then. */
(function () {
  var looking = false;
  function look() {
    var place = document.getElementById("verifier");
    if (looking || !place || place.firstChild) { return; }
    looking = true;
    var start = function () { return new Worker("/verifier/worker.js"); };
    import("/verifier/page.js").then(function (page) {
      page.mount(place, start, JSON.parse(place.dataset.offered));
      looking = false;
    });
  }
  new MutationObserver(look).observe(document, { childList: true, subtree: true });
})();
