// "The door is here": asks the phone once for its place, on a tap, and sends it with the form.
(() => {
  "use strict";
  const form = document.querySelector("form[data-door]");
  if (!form || !navigator.geolocation) return;
  form.addEventListener("submit", (event) => {
    if (form.elements.latitude.value) return;
    event.preventDefault();
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => {
        form.elements.latitude.value = coords.latitude.toFixed(6);
        form.elements.longitude.value = coords.longitude.toFixed(6);
        form.requestSubmit();
      },
      () => {
        const note = form.querySelector("[data-denied]");
        note.textContent = note.dataset.denied;
      },
      { enableHighAccuracy: true, timeout: 15000 },
    );
  });
})();
