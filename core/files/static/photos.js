// Opens the pictures of a strip in the page: full size, one after the other. Without it the links lead to them.
(() => {
  "use strict";
  if (window.gridgovPhotos) return; // a page may have several strips
  window.gridgovPhotos = true;
  const dialog = document.createElement("dialog");
  if (!dialog.showModal) return;
  dialog.className = "photo-viewer";
  const picture = new Image();
  const buttons = {};
  for (const [name, sign] of [["before", "‹"], ["after", "›"], ["close", "×"]]) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = `photo-viewer-${name}`;
    button.textContent = sign;
    dialog.append((buttons[name] = button));
  }
  dialog.prepend(picture);
  document.body.append(dialog);
  let links = [];
  let at = 0;

  const show = (number) => {
    at = (number + links.length) % links.length;
    picture.src = links[at].href;
    picture.alt = links[at].querySelector("img").alt;
    buttons.before.hidden = buttons.after.hidden = links.length < 2;
  };
  document.addEventListener("click", (event) => {
    const link = event.target.closest("[data-photos] > a");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    const strip = link.parentElement;
    links = [...strip.querySelectorAll("a")];
    for (const name of Object.keys(buttons)) buttons[name].setAttribute("aria-label", strip.dataset[name]);
    show(links.indexOf(link));
    dialog.showModal();
    buttons.close.focus();
  });
  buttons.before.addEventListener("click", () => show(at - 1));
  buttons.after.addEventListener("click", () => show(at + 1));
  buttons.close.addEventListener("click", () => dialog.close());
  dialog.addEventListener("click", (event) => {
    if (event.target === dialog) dialog.close();
  });
  dialog.addEventListener("keydown", (event) => {
    if (event.key === "ArrowLeft") show(at - 1);
    if (event.key === "ArrowRight") show(at + 1);
  });
  dialog.addEventListener("close", () => picture.removeAttribute("src"));
})();
