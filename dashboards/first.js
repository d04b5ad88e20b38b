(function () {
  var chosen = null;
  try { chosen = localStorage.getItem("mantine-color-scheme-value"); } catch (error) { chosen = null; }
  if (chosen !== "light" && chosen !== "dark") {
    chosen = window.matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
  }
  var root = document.documentElement;
  root.setAttribute("data-mantine-color-scheme", chosen);
  if (window.location.pathname.indexOf("/embed/") === 0) { root.setAttribute("data-alone", ""); }
})();
