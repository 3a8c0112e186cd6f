// Charts and a map of the cockpit. The tables on the page are the numbers; this draws them, and asks for new ones
// every minute. Nothing is written as HTML and nothing carries a style attribute, so the page's strict rules hold.
(() => {
  "use strict";
  const main = document.querySelector("[data-cockpit]");
  const words = main.dataset;
  const ink = "#d6eef0";
  const faint = "#5f8391";
  const colours = { visits: "#2dd4bf", entries: "#60a5fa", open: "#38bdf8", overdue: "#f87171" };
  const still = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
  const charts = {};
  const font = { color: ink, fontSize: 13 };
  const axis = { axisLabel: { color: ink }, axisLine: { lineStyle: { color: faint } }, splitLine: { lineStyle: { color: "#1e4a5c" } } };
  // Boxes that are HTML would need a style attribute of their own; these are drawn.
  const tooltip = { renderMode: "richText", backgroundColor: "#0b1f2a", textStyle: { color: "#fff" } };
  const point = (value) => ({ value: value.number, href: value.href });
  const go = (href) => href && window.location.assign(href);

  const options = {
    days: ({ days }) => ({
      tooltip: { ...tooltip, trigger: "axis" },
      legend: { textStyle: font, top: 0 },
      grid: { left: 44, right: 16, top: 34, bottom: 26 },
      xAxis: { type: "category", data: days.map((row) => row.day), ...axis },
      yAxis: { type: "value", minInterval: 1, ...axis },
      series: ["visits", "entries"].map((name) => ({
        name: words[name],
        type: "line",
        symbolSize: 9,
        color: colours[name],
        data: days.map((row) => point(row[name])),
      })),
    }),
    kinds: ({ kinds }) => ({
      tooltip: { ...tooltip, trigger: "item" },
      color: ["#2dd4bf", "#60a5fa", "#fbbf24"],
      legend: { textStyle: font, bottom: 0 },
      series: [
        {
          type: "pie",
          radius: ["42%", "68%"],
          center: ["50%", "44%"],
          label: { ...font, formatter: "{b} {c}" },
          data: kinds.map((row) => ({ name: row.name, ...point(row), label: { show: row.number > 0 } })),
        },
      ],
    }),
    words: ({ words: rows }) => ({
      tooltip: { ...tooltip, trigger: "item" },
      grid: { left: 84, right: 44, top: 8, bottom: 24 },
      xAxis: { type: "value", minInterval: 1, ...axis },
      yAxis: { type: "category", inverse: true, data: rows.map((row) => row.name), ...axis },
      series: [
        {
          type: "bar",
          color: colours.visits,
          label: { show: true, position: "right", ...font },
          data: rows.map((row) => ({ name: row.name, ...point(row) })),
        },
      ],
    }),
    places: ({ places }) => {
      const shown = [...places].sort((one, other) => other.open.number - one.open.number).slice(0, 12);
      return {
        tooltip: { ...tooltip, trigger: "axis" },
        legend: { textStyle: font, top: 0 },
        grid: { left: 104, right: 36, top: 34, bottom: 24 },
        xAxis: { type: "value", minInterval: 1, ...axis },
        yAxis: { type: "category", inverse: true, data: shown.map((row) => row.name), ...axis, axisLabel: { color: ink, width: 90, overflow: "truncate" } },
        series: ["open", "overdue"].map((name) => ({
          name: words[name],
          type: "bar",
          color: colours[name],
          data: shown.map((row) => point(row[name])),
        })),
      };
    },
  };

  const draw = (name, found) => {
    const box = document.querySelector(`[data-chart="${name}"]`);
    const rows = found[name];
    if (!charts[name]) {
      if (!rows.some((row) => row.number !== 0)) return;
      reveal(name, true);
      charts[name] = window.echarts.init(box, null, { renderer: "canvas" });
      charts[name].on("click", (event) => go(event.data && event.data.href));
    }
    charts[name].setOption({ animation: !still, animationDuration: 400, ...options[name](found) });
    // What an element leads to can be read off the page too.
    box.dataset.ready = "1";
  };

  // --- chart or table ---------------------------------------------------------------------------

  const reveal = (name, asChart) => {
    const box = document.querySelector(`[data-chart="${name}"]`);
    const button = document.querySelector(`[data-switch="${name}"]`);
    box.hidden = !asChart;
    document.querySelector(`[data-table="${name}"]`).hidden = asChart;
    button.hidden = false;
    button.textContent = asChart ? words.tableWords : words.chartWords;
    button.setAttribute("aria-pressed", String(!asChart));
    if (asChart && charts[name]) charts[name].resize();
    if (asChart && name === "map" && map) map.invalidateSize();
  };
  for (const button of document.querySelectorAll("[data-switch]")) {
    button.addEventListener("click", () => reveal(button.dataset.switch, button.getAttribute("aria-pressed") === "true"));
  }

  // --- map without tiles ------------------------------------------------------------------------

  let map = null;
  let places = [];
  const shade = (place) => {
    if (!place || !place.covered.of) return "#334e5a";
    const share = place.covered.number / place.covered.of;
    return share >= 0.9 ? "#14b8a6" : share >= 0.6 ? "#0e8f83" : share >= 0.3 ? "#b7791f" : "#b45309";
  };
  const placeOf = (code) => places.find((place) => code.startsWith(place.code));
  const told = (place) => `${place.name} ${words.visits} ${place.visits.text} · ${words.open} ${place.open.text}`;
  const begin = (box) => {
    reveal("map", true);
    map = window.L.map(box, { attributionControl: false, zoomSnap: 0.25, minZoom: 4 });
  };
  const borders = (box, layer) => {
    const wanted = layer.features.filter((feature) => placeOf(feature.properties.code));
    if (!wanted.length) return false;
    begin(box);
    const shown = window.L.geoJSON({ type: "FeatureCollection", features: wanted }, {
      style: (feature) => ({ color: "#9be7dc", weight: 1, fillOpacity: 0.75, fillColor: shade(placeOf(feature.properties.code)) }),
      onEachFeature: (feature, path) => {
        const place = placeOf(feature.properties.code);
        path.bindTooltip(() => document.createTextNode(told(place)));
        path.on("click", () => go(place.href));
      },
    }).addTo(map);
    map.fitBounds(shown.getBounds().pad(0.05), { animate: false });
    for (const place of places.length <= 30 ? places : []) {
      const here = shown.getLayers().filter((path) => path.feature.properties.code.startsWith(place.code));
      if (!here.length) continue;
      const middle = window.L.featureGroup(here).getBounds().getCenter();
      window.L.tooltip({ permanent: true, direction: "center", className: "place-name" })
        .setLatLng(middle)
        .setContent(document.createTextNode(place.name))
        .addTo(map);
    }
    return true;
  };
  const doors = (box) => {
    const known = places.filter((place) => place.point);
    if (!known.length) return;
    begin(box);
    const shown = window.L.featureGroup(
      known.map((place) =>
        window.L.circleMarker(place.point, { radius: 12, color: "#9be7dc", fillColor: shade(place), fillOpacity: 0.85 })
          .bindTooltip(place.name, { permanent: true, direction: "right" })
          .on("click", () => go(place.href)),
      ),
    ).addTo(map);
    map.fitBounds(shown.getBounds().pad(0.3), { animate: false, maxZoom: 14 });
  };
  const showMap = async () => {
    const box = document.querySelector('[data-chart="map"]');
    if (box.dataset.layer) {
      const answer = await fetch(box.dataset.layer, { credentials: "same-origin" });
      if (answer.ok && borders(box, await answer.json())) return;
    }
    doors(box);
  };

  // --- new numbers, without blinking ------------------------------------------------------------

  const write = (link, value) => {
    if (!link) return;
    if (link.textContent !== value.text) link.textContent = value.text;
    link.href = value.href;
  };
  const fill = (found) => {
    for (const fact of found.facts) write(document.querySelector(`[data-fact="${fact.name}"]`), fact);
    const lines = [...document.querySelectorAll("[data-places] tr")];
    found.places.forEach((place, number) => {
      const links = lines[number] ? [...lines[number].querySelectorAll("td a")] : [];
      [place.visits, place.entries, place.covered, place.open, place.overdue].forEach((value, at) => write(links[at], value));
    });
    document.querySelector("[data-at]").textContent = found.at;
    places = found.places;
    for (const name of Object.keys(options)) draw(name, found);
  };
  const ask = async () => {
    const stale = document.querySelector("[data-stale]");
    try {
      const answer = await fetch(words.cockpit, { credentials: "same-origin" });
      if (!answer.ok) throw new Error(String(answer.status));
      fill(await answer.json());
      stale.hidden = true;
    } catch {
      stale.hidden = false;
    }
  };
  window.addEventListener("resize", () => Object.values(charts).forEach((chart) => chart.resize()));
  ask().then(showMap);
  window.setInterval(ask, 1000 * Number(words.seconds));
})();
