// Handing out by dragging: a card of the first column goes to a grid or unit. The button on the card
// does the same without this script, without a mouse and on the phone.
(() => {
  "use strict";
  const rail = document.getElementById("drop");
  let dragged = null;

  const stop = () => {
    if (dragged) dragged.classList.remove("is-dragged");
    dragged = null;
    rail.hidden = true;
  };
  for (const card of document.querySelectorAll("[data-case]")) {
    card.addEventListener("dragstart", (event) => {
      dragged = card;
      event.dataTransfer.effectAllowed = "move";
      event.dataTransfer.setData("text/plain", card.dataset.case);
      // A page that changes under the pointer at once ends the drag in Chromium.
      setTimeout(() => {
        card.classList.add("is-dragged");
        // Only where this case can go: another grid's desk would refuse it.
        const fits = card.dataset.fits.split(" ");
        for (const target of rail.querySelectorAll("[data-target]")) {
          target.hidden = !fits.includes(target.dataset.target);
        }
        rail.hidden = false;
      });
    });
    card.addEventListener("dragend", stop);
  }
  for (const target of rail.querySelectorAll("[data-target]")) {
    target.addEventListener("dragover", (event) => {
      if (!dragged) return;
      event.preventDefault();
      target.classList.add("is-over");
    });
    target.addEventListener("dragleave", () => target.classList.remove("is-over"));
    target.addEventListener("drop", (event) => {
      event.preventDefault();
      if (!dragged) return;
      rail.action = rail.dataset.action.replace("/0/", `/${dragged.dataset.case}/`);
      rail.elements.version.value = dragged.dataset.version;
      rail.elements.target.value = target.dataset.target;
      rail.querySelector("p").textContent = rail.dataset.working;
      rail.submit();
    });
  }
})();
