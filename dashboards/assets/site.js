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
  /* Who came by a link to a card is led to it once: the page was not there yet when the browser
     looked for it. */
  name: function (title) {
    if (!title) { return; }
    document.title = title;
    var wanted = window.dash_clientside.site.led ? "" : window.location.hash.slice(1);
    window.dash_clientside.site.led = true;
    if (!wanted) { return; }
    window.requestAnimationFrame(function () {
      var card = document.getElementById(wanted);
      if (card) { card.scrollIntoView(); }
    });
  },
  /* A row of pebbles as a picture: drawn again from where the browser put them, in the light
     colours, with the finding above and what it rests on below. */
  stones: function (card, name) {
    var row = card.querySelector(".pebble-row");
    if (!row) { return; }
    var wide = 960, edge = 28, box = row.getBoundingClientRect();
    var scale = (wide - 2 * edge) / box.width;
    var paper = document.createElement("canvas");
    var pen = paper.getContext("2d");
    var say = function (words, font, colour, y, step, draw) {
      pen.font = font;
      pen.fillStyle = colour;
      var line = "";
      words.split(/\s+/).concat(null).forEach(function (word) {
        var longer = word === null ? "" : (line ? line + " " : "") + word;
        if (word !== null && pen.measureText(longer).width <= wide - 2 * edge) { line = longer; return; }
        if (draw) { pen.fillText(line, edge, y); }
        y += step;
        line = word;
      });
      return y;
    };
    var told = function (selector) {
      var found = card.querySelector(selector);
      return found ? found.innerText : "";
    };
    var at = function (x) { return edge + (x - box.left) * scale; };
    var picture = function (draw) {
      var y = say(told("h2"), "500 26px Newsreader, serif", "#17191d", 48, 32, draw);
      y = say(told(".definition"), "14px Inter, sans-serif", "#5b6068", y - 4, 20, draw) + 6;
      var top = y, middle = top + box.height * scale / 2;
      y = top + box.height * scale + 26;
      if (draw) {
        row.querySelectorAll(".pebble, .pebble-line").forEach(function (mark) {
          var place = mark.getBoundingClientRect();
          if (place.bottom > box.bottom + 2 || place.right > box.right + 2) { return; }
          pen.beginPath();
          if (mark.className === "pebble-line") {
            pen.setLineDash([4, 4]);
            pen.strokeStyle = "#17191d";
            pen.moveTo(at(place.left), top + 8);
            pen.lineTo(at(place.left), top + box.height * scale - 8);
            pen.stroke();
            pen.setLineDash([]);
            pen.font = "13px Inter, sans-serif";
            pen.fillStyle = "#5b6068";
            pen.fillText(mark.querySelector(".above").textContent, at(place.left) + 8, top + 18);
            pen.fillText(mark.querySelector(".below").textContent, at(place.left) + 8, top + box.height * scale - 10);
            return;
          }
          var full = mark.classList.contains("full"), founder = mark.classList.contains("founder");
          var colour = founder ? "#b4531f" : full ? "#17191d" : "#8a8f97";
          pen.arc(at(place.left + place.width / 2), middle, Math.max(place.width * scale / 2 - 1, 1), 0, 7);
          pen.fillStyle = pen.strokeStyle = colour;
          if (full) { pen.fill(); } else { pen.stroke(); }
        });
      }
      y = say(told(".pebble-count"), "600 14px Inter, sans-serif", "#17191d", y, 20, draw);
      y = say(told(".stands").replace(/\n+/g, " · "), "13px Inter, sans-serif", "#5b6068", y + 6, 18, draw);
      return y + 8;
    };
    paper.width = wide;
    paper.height = 10;
    var high = picture(false);
    paper.width = 2 * wide;
    paper.height = 2 * high;
    pen.scale(2, 2);
    pen.fillStyle = "#ffffff";
    pen.fillRect(0, 0, wide, high);
    picture(true);
    paper.toBlob(function (found) {
      var link = document.createElement("a");
      link.href = URL.createObjectURL(found);
      link.download = name + ".png";
      link.click();
      setTimeout(function () { URL.revokeObjectURL(link.href); }, 1000);
    });
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
  if (asked && !drawn) { window.dash_clientside.site.stones(asked.closest(".card"), asked.value); }
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
