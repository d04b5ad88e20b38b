/* What the browser does itself: put a reader's choices into the address, name the tab, and switch
   between light and dark. The server makes every page from its address. */
window.dash_clientside = window.dash_clientside || {};
window.dash_clientside.site = {
  steer: function (block, compare, values, ids, shown, search) {
    var stay = window.dash_clientside.no_update;
    var wanted = new URLSearchParams(search || "");
    var put = function (name, typed, was) {
      var digits = String(typed === undefined || typed === null ? "" : typed).replace(/[\s,.'\u2009\u202f]/g, "");
      if (digits === String(was)) { return; }
      if (digits) { wanted.set(name, digits); } else { wanted.delete(name); }
    };
    put("block", block, shown);
    put("compare", compare, wanted.get("compare") || "");
    ids.forEach(function (id, place) {
      var value = values[place];
      if (value === undefined || value === null) { return; }
      value = String(value).trim();
      var before = wanted.get(id.choice);
      if (before === null ? value !== id.usual : value !== before) { wanted.set(id.choice, value); }
    });
    var found = "?" + wanted.toString();
    return found === "?" + new URLSearchParams(search || "").toString() ? stay : found;
  },
  name: function (title) {
    if (title) { document.title = title; }
  }
};

/* A table on a phone has fewer columns, and one that stacks what the others say. */
window.dashAgGridFunctions = window.dashAgGridFunctions || {};
window.dashAgGridFunctions.fit = function (params) {
  var narrow = window.matchMedia("(max-width: 760px)").matches;
  [true, false].forEach(function (shown) {
    var columns = params.api.getColumns().filter(function (column) {
      var where = (column.getColDef().context || {}).where;
      var wanted = where === "both" || (where === "phone") === narrow;
      return wanted === shown && column.isVisible() !== shown;
    });
    if (columns.length) { params.api.setColumnsVisible(columns, shown); }
  });
};

/* A cell that leads to the page of who it names; its text stays text. */
window.dashAgGridComponentFunctions = window.dashAgGridComponentFunctions || {};
window.dashAgGridComponentFunctions.Leading = function (props) {
  var words = props.valueFormatted || props.value;
  if (!props.data || !props.data.href) { return words; }
  return window.React.createElement("a", { href: props.data.href }, words);
};

/* A chart as a picture: plotly draws it again, in the light colours, and nothing leaves the browser. */
document.addEventListener("click", function (event) {
  var asked = event.target.closest && event.target.closest(".png");
  var drawn = asked && asked.closest(".card").querySelector(".js-plotly-plot");
  if (!drawn || !window.Plotly) { return; }
  window.Plotly.downloadImage(drawn, {
    format: "png", width: 960, height: 540, scale: 2, filename: asked.value, setBackground: "opaque"
  });
});

document.addEventListener("click", function (event) {
  if (!event.target.closest || !event.target.closest("#scheme")) { return; }
  var root = document.documentElement;
  var key = "data-mantine-color-scheme";
  var next = root.getAttribute(key) === "dark" ? "light" : "dark";
  var system = window.matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
  root.setAttribute(key, next);
  try {
    if (next === system) { localStorage.removeItem("mantine-color-scheme-value"); }
    else { localStorage.setItem("mantine-color-scheme-value", next); }
  } catch (error) { /* a browser that keeps nothing still switches */ }
});
