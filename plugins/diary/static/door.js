// Asks the phone once for its place, on a tap: "the door is here", sent at once, and "I am here", kept in the form.
(() => {
  "use strict";
  if (!navigator.geolocation) return;
  const ask = (fields, done, note) =>
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => {
        fields.latitude.value = coords.latitude.toFixed(6);
        fields.longitude.value = coords.longitude.toFixed(6);
        done();
      },
      () => {
        note.textContent = note.dataset.denied;
      },
      { enableHighAccuracy: true, timeout: 15000 },
    );

  const door = document.querySelector("form[data-door]");
  door?.addEventListener("submit", (event) => {
    if (door.elements.latitude.value) return;
    event.preventDefault();
    ask(door.elements, () => door.requestSubmit(), door.querySelector("[data-denied]"));
  });

  const here = document.querySelector("[data-here]");
  here?.querySelector("button").addEventListener("click", () => {
    const note = here.querySelector("[data-denied]");
    const say = () => {
      note.textContent = note.dataset.done;
    };
    ask(here.closest("form").elements, say, note);
  });
})();
