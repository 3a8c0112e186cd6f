// Gives a check-in form the phone's position, if the phone tells it. A position is a help where the form has a
// code, and needed where it has none (data-position="required").
(() => {
  "use strict";
  const fill = (form, name, value) => {
    let field = form.querySelector(`input[name=${name}]`);
    if (!field) {
      field = document.createElement("input");
      field.type = "hidden";
      field.name = name;
      form.append(field);
    }
    field.value = value;
  };
  for (const form of document.querySelectorAll("form[data-position]")) {
    form.addEventListener("submit", (event) => {
      if (form.dataset.located || !navigator.geolocation || !window.isSecureContext) return;
      event.preventDefault();
      const go = () => {
        form.dataset.located = "1";
        form.requestSubmit();
      };
      navigator.geolocation.getCurrentPosition(
        (found) => {
          fill(form, "latitude", found.coords.latitude);
          fill(form, "longitude", found.coords.longitude);
          fill(form, "accuracy", Math.round(found.coords.accuracy));
          // Some web views say so; where none does, the server looks at speed and distance.
          if (found.mocked || found.coords.mocked) fill(form, "mocked", "1");
          go();
        },
        go,
        { enableHighAccuracy: true, timeout: 8000, maximumAge: 5000 },
      );
    });
  }
})();
