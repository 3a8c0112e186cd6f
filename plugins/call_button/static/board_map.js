// The map of the duty screen, without tiles: the borders of a call's village, and where in it the call is.
// `dutyMap(box, address of the borders)` gives a function that shows an area, or none.
window.dutyMap = (box, address) => {
  "use strict";
  let map = null;
  let shownMap = "";
  let outlines = null;
  const layers = new Map();
  const layerOf = async (village) => {
    if (!layers.has(village)) {
      if (layers.size > 20) layers.clear();
      const answer = await fetch(`${address}?area=${village}`, { credentials: "same-origin", redirect: "manual" });
      if (!answer.ok) return [];
      layers.set(village, (await answer.json()).features);
    }
    return layers.get(village);
  };
  return async (area) => {
    if (!area || !address || !window.L) {
      box.hidden = true;
      shownMap = "";
      return;
    }
    if (shownMap === area) return;
    shownMap = area;
    let features = [];
    try {
      features = await layerOf(area.slice(0, 12));
    } catch {
      // A map is a help; the words stand without it.
    }
    if (shownMap !== area) return;
    // Without an outline there is nothing to draw a place in.
    box.hidden = features.length === 0;
    if (!features.length) return;
    const isHere = (feature) => feature.properties.code === area;
    if (!map) map = window.L.map(box, { attributionControl: false, zoomControl: false, dragging: false, scrollWheelZoom: false, doubleClickZoom: false, keyboard: false, zoomSnap: 0.25, zoomAnimation: false, fadeAnimation: false });
    if (outlines) outlines.remove();
    outlines = window.L.geoJSON({ type: "FeatureCollection", features }, {
      interactive: false,
      style: (feature) => ({ color: isHere(feature) ? "#8f1a14" : "#4a5956", weight: isHere(feature) ? 4 : 1.5, fillColor: isHere(feature) ? "#b1241c" : "#0f766e", fillOpacity: isHere(feature) ? 0.55 : 0.08 }),
      onEachFeature: (feature, path) => {
        if (feature.properties.level === "grid") path.bindTooltip(document.createTextNode(feature.properties.name), { permanent: true, direction: "center", className: isHere(feature) ? "duty-here" : "duty-near" });
      },
    }).addTo(map);
    map.invalidateSize({ animate: false });
    map.fitBounds(outlines.getBounds().pad(0.05), { animate: false });
  };
};
