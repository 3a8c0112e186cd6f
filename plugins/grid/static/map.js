// Borders on a map without tiles, drawing a border or a dividing line, and ticking many households.
(() => {
  "use strict";

  const colours = { grid: "#0f766e", village: "#4a5956", current: "#b45309", drawn: "#b1241c" };

  const style = (feature) => {
    const { level, current } = feature.properties;
    const colour = current ? colours.current : colours[level];
    return {
      color: colour,
      weight: level === "village" ? 3 : 1.5,
      dashArray: level === "village" ? "6 4" : null,
      fill: level === "grid",
      fillOpacity: current ? 0.25 : 0.08,
    };
  };

  const show = (box) => {
    const map = L.map(box, { attributionControl: false, zoomSnap: 0.25, maxZoom: 20, minZoom: 4 });
    map.setView([Number(box.dataset.lat), Number(box.dataset.lng)], 13);
    map.zoomControl.getContainer().querySelector(".leaflet-control-zoom-in").setAttribute("aria-label", "+");
    const drawing = box.dataset.map === "draw";
    const ready = fetch(box.dataset.layer, { credentials: "same-origin" })
      .then((answer) => (answer.ok ? answer.json() : { type: "FeatureCollection", features: [] }))
      .then((layer) => {
        const few = layer.features.length <= 40;
        const shown = L.geoJSON(layer, {
          style,
          interactive: !drawing,
          onEachFeature: (feature, path) => {
            if (feature.properties.level !== "grid") return;
            path.bindTooltip(feature.properties.name, few ? { permanent: true, direction: "center" } : {});
            if (!drawing) {
              const page = box.dataset.page.replace(/0$/, feature.properties.code);
              path.on("click", () => window.location.assign(page));
            }
          },
        }).addTo(map);
        const near = shown.getLayers().filter((path) => path.feature.properties.current);
        const bounds = (near.length && !drawing ? L.featureGroup(near) : shown).getBounds();
        if (bounds.isValid()) map.fitBounds(bounds.pad(0.1));
        return layer;
      });
    return { map, ready };
  };

  // --- drawing: tap adds a corner, corners can be dragged ---------------------------------------

  const draw = (form, map, ready) => {
    const asLine = form.dataset.draw === "line";
    const field = form.querySelector("[name=geojson]");
    const lineField = form.querySelector("[name=line]");
    const sideField = form.querySelector("[name=inside]");
    const state = form.querySelector(".draw-state");
    const corners = L.layerGroup().addTo(map);
    let points = [];
    let closed = false;
    let side = null;
    let picking = false;
    let path = null;

    const round = (point) => [Number(point.lng.toFixed(7)), Number(point.lat.toFixed(7))];

    const write = () => {
      if (asLine) {
        lineField.value = points.length > 1 ? JSON.stringify(points.map(round)) : "";
        sideField.value = side && points.length > 1 ? JSON.stringify(round(side)) : "";
        return;
      }
      const ring = points.map(round);
      field.value =
        closed && ring.length ? JSON.stringify({ type: "Polygon", coordinates: [[...ring, ring[0]]] }) : "";
    };

    const redraw = () => {
      corners.clearLayers();
      if (path) path.remove();
      const make = closed && !asLine ? L.polygon : L.polyline;
      path = make(points, { color: colours.drawn, weight: 3, interactive: false }).addTo(map);
      points.forEach((point, place) => {
        const look = L.divIcon({ className: place ? "draw-corner" : "draw-corner is-first", iconSize: [18, 18] });
        const corner = L.marker(point, { icon: look, draggable: true, keyboard: false }).addTo(corners);
        corner.on("drag", () => {
          points[place] = corner.getLatLng();
          path.setLatLngs(points);
        });
        corner.on("dragend", () => write());
        if (place === 0 && !asLine) corner.on("click", () => close());
      });
      if (side) L.circleMarker(side, { radius: 9, color: colours.current, fillOpacity: 0.8 }).addTo(corners);
      const words = closed || side ? state.dataset.closed : state.dataset.open;
      state.textContent = points.length ? words.replace("#", points.length) : "";
      write();
    };

    const add = (point) => {
      if (picking) {
        side = point;
        picking = false;
      } else if (!closed) {
        points.push(point);
      }
      redraw();
    };
    const close = () => {
      if (points.length > 2) closed = true;
      redraw();
    };
    const tools = {
      undo: () => {
        if (side) side = null;
        else if (closed) closed = false;
        else points.pop();
        redraw();
      },
      clear: () => {
        points = [];
        closed = false;
        side = null;
        redraw();
      },
      close,
      side: () => {
        picking = points.length > 1;
      },
      add: () => {
        const typed = form.querySelector("#f-point");
        const numbers = typed.value.split(/[,，\s]+/).map(Number).filter(Number.isFinite);
        if (numbers.length < 2 || Math.abs(numbers[1]) > 85) return;
        add(L.latLng(numbers[1], numbers[0]));
        map.panTo([numbers[1], numbers[0]]);
        typed.value = "";
      },
    };

    const restore = () => {
      if (asLine) {
        if (!lineField.value) return;
        points = JSON.parse(lineField.value).map(([lng, lat]) => L.latLng(lat, lng));
        if (sideField.value) {
          const [lng, lat] = JSON.parse(sideField.value);
          side = L.latLng(lat, lng);
        }
      } else if (field.value.trim()) {
        const shape = JSON.parse(field.value);
        points = shape.coordinates[0].slice(0, -1).map(([lng, lat]) => L.latLng(lat, lng));
        closed = true;
      }
      redraw();
      if (points.length > 1) map.fitBounds(L.latLngBounds(points).pad(0.3));
    };

    map.on("click", (event) => add(event.latlng));
    for (const button of form.querySelectorAll("[data-tool]")) {
      button.addEventListener("click", () => tools[button.dataset.tool]());
    }
    // What people typed into the text box counts as well; a text that cannot be read is the server's to refuse.
    if (field) field.addEventListener("change", () => tryRestore(restore));
    ready.then(() => {
      tryRestore(restore);
      const wrong = (form.dataset.wrong || "").split(",").map(Number);
      if (wrong.length === 2) {
        L.circleMarker([wrong[1], wrong[0]], { radius: 14, color: colours.drawn, weight: 4, fill: false }).addTo(map);
        map.panTo([wrong[1], wrong[0]]);
      }
    });
  };

  const tryRestore = (restore) => {
    try {
      restore();
    } catch (error) {
      if (!(error instanceof SyntaxError || error instanceof TypeError)) throw error;
    }
  };

  // --- many households --------------------------------------------------------------------------

  const tick = (form) => {
    const boxes = [...form.querySelectorAll("[name=households]")];
    const words = form.querySelector("[data-ticked]");
    if (!words) return;
    const count = () => {
      words.textContent = words.dataset.ticked.replace("#", boxes.filter((box) => box.checked).length);
    };
    for (const button of form.querySelectorAll("[data-tick]")) {
      button.addEventListener("click", () => {
        for (const box of boxes) box.checked = button.dataset.tick === "all";
        count();
      });
    }
    form.addEventListener("change", count);
    count();
  };

  for (const form of document.querySelectorAll("form")) tick(form);
  for (const box of document.querySelectorAll("[data-map]")) {
    const { map, ready } = show(box);
    const form = box.closest("form[data-draw]");
    if (form) draw(form, map, ready);
  }
})();
