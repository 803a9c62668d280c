(function () {
  "use strict";
  var root = document.documentElement;
  var buttons = document.querySelectorAll(".switch button");

  function draw(lang) {
    document.querySelectorAll('.body[lang="' + lang + '"] script.chart-data').forEach(function (holder) {
      var chart = JSON.parse(holder.textContent);
      var place = document.getElementById(chart.id);
      if (!place.classList.contains("js-plotly-plot")) {
        Plotly.newPlot(place, chart.data, chart.layout, chart.config);
      } else {
        Plotly.Plots.resize(place);
      }
    });
  }

  function show(lang) {
    root.lang = lang;
    root.dataset.lang = lang;
    buttons.forEach(function (button) {
      button.setAttribute("aria-pressed", String(button.dataset.to === lang));
      if (button.dataset.to === lang) { document.title = button.dataset.title; }
    });
    draw(lang);
  }

  buttons.forEach(function (button) {
    button.addEventListener("click", function () { show(button.dataset.to); });
  });
  window.addEventListener("beforeprint", function () {
    document.querySelectorAll("details").forEach(function (one) { one.open = true; });
  });
  document.querySelector(".switch").hidden = false;
  root.classList.add("scripted");
  draw(root.dataset.lang);
})();
