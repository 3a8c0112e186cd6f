// A scanned code carries its number behind the #, which no server sees: it is filled in here, and taken out of
// the address, so that neither the history nor the back button of a shared phone shows it.
(() => {
  "use strict";
  const form = document.querySelector("form[data-track]");
  const number = decodeURIComponent(window.location.hash.slice(1));
  if (!form || !/^[0-9A-Za-z]{12}$/.test(number)) return;
  form.elements.number.value = number;
  window.history.replaceState({}, "", window.location.pathname);
})();
