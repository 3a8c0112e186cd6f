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

  // Where a name stands inside a ring of [lng, lat]: in the middle of the widest stretch of a few lines across
  // it. The middle of the corners may lie on a border, or outside.
  const innerPoint = (ring) => {
    const heights = ring.map((point) => point[1]);
    const low = Math.min(...heights);
    const high = Math.max(...heights);
    let best = null;
    for (const part of [0.5, 0.4, 0.6, 0.3, 0.7, 0.2, 0.8]) {
      const lat = low + (high - low) * part;
      const crossed = [];
      ring.forEach(([lng, here], place) => {
        const [nextLng, next] = ring[(place + 1) % ring.length];
        if (here > lat !== next > lat) crossed.push(lng + ((nextLng - lng) * (lat - here)) / (next - here));
      });
      crossed.sort((one, other) => one - other);
      for (let place = 0; place + 1 < crossed.length; place += 2) {
        const width = crossed[place + 1] - crossed[place];
        // A little wider is not worth a name at the edge.
        if (!best || width > best.width * 1.3) best = { width, lat, lng: crossed[place] + width / 2 };
      }
    }
    return best && L.latLng(best.lat, best.lng);
  };

  const name = (path, feature, stays) => {
    const { type, coordinates } = feature.geometry;
    const point = stays && type === "Polygon" ? innerPoint(coordinates[0]) : null;
    path.bindTooltip(feature.properties.name, stays ? { permanent: true, direction: "center" } : {});
    // Leaflet asks the path where its middle is.
    if (point) path.getCenter = () => point;
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
            name(path, feature, few);
            if (!drawing) {
              const page = box.dataset.page.replace(/0$/, feature.properties.code);
              path.on("click", () => window.location.assign(page));
            }
          },
        }).addTo(map);
        const near = shown.getLayers().filter((path) => path.feature.properties.current);
        // A grid among its neighbours; of a layer of many only the grid, with a little around it.
        const alone = near.length && !drawing && !few;
        const bounds = alone ? L.featureGroup(near).getBounds().pad(0.5) : shown.getBounds();
        // The box may have got its size after the map was made; a moving map is at the wrong place meanwhile.
        map.invalidateSize({ animate: false });
        if (bounds.isValid()) map.fitBounds(bounds.pad(0.1), { animate: false });
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
