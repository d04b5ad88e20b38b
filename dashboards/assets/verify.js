/* Puts the verifier's form into its place when its page is shown; its code is read only then. */
(function () {
  var looking = false;
  function look() {
    var place = document.getElementById("verifier");
    if (looking || !place || place.firstChild) { return; }
    looking = true;
    var start = function () { return new Worker("/verifier/worker.js"); };
    import("/verifier/page.js").then(function (page) {
      page.mount(place, start, JSON.parse(place.dataset.offered), settles);
      looking = false;
    });
  }
  /* Where L1 settles a block of the chain that is shown: null if nowhere yet, undefined of others. */
  function settles(block) {
    var place = document.getElementById("verifier");
    if (!place || block.id !== place.dataset.chain) { return Promise.resolve(undefined); }
    return fetch("/api/v1/updates/" + block.number + "?release=" + place.dataset.release)
      .then(function (answer) { return answer.ok ? answer.json() : undefined; })
      .then(function (told) { return told && (told.rows[0] || null); })
      .catch(function () { return undefined; });
  }
  new MutationObserver(look).observe(document, { childList: true, subtree: true });
})();
