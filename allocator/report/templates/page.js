(function () {
  "use strict";
  var PAPER = 690; // pixels across A4 between its margins
  var SQUAT = 0.75; // and charts lower than on a screen
  var root = document.documentElement;
  var buttons = document.querySelectorAll(".switch button");

  function charts(lang) {
    return Array.prototype.map.call(document.querySelectorAll('.body[lang="' + lang + '"] script.chart-data'), function (holder) {
      var chart = JSON.parse(holder.textContent);
      chart.place = document.getElementById(chart.id);
      return chart;
    });
  }

  // Drawn anew each time: plotly moves from one width to another step by step, which paper does not wait for.
  function draw(width) {
    charts(root.dataset.lang).forEach(function (chart) {
      if (width) {
        chart.layout.width = width;
        if (chart.data[0].type !== "sankey") { chart.layout.height *= SQUAT; } // its labels need their room
        chart.config.responsive = false;
      }
      chart.place.style.height = chart.layout.height + "px";
      Plotly.purge(chart.place);
      Plotly.newPlot(chart.place, chart.data, chart.layout, chart.config);
    });
  }

  function show(lang) {
    root.lang = lang;
    root.dataset.lang = lang;
    buttons.forEach(function (button) {
      button.setAttribute("aria-pressed", String(button.dataset.to === lang));
      if (button.dataset.to === lang) { document.title = button.dataset.title; }
    });
    draw();
  }

  function fold(open) {
    document.querySelectorAll("details.figures").forEach(function (one) { one.open = open; });
  }

  buttons.forEach(function (button) {
    button.addEventListener("click", function () {
      show(button.dataset.to);
    });
  });
  window.addEventListener("beforeprint", function () {
    document.querySelectorAll("details").forEach(function (one) { one.open = true; });
    draw(PAPER);
  });
  window.addEventListener("afterprint", function () {
    fold(false);
    draw();
  });
  document.querySelector(".switch").hidden = false;
  root.classList.add("scripted");
  fold(false);
  draw();
})();
