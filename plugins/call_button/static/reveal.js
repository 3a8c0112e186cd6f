// A number is shown in its place: <form data-reveal="address" data-into="id">. Without this script the form opens
// a page of its own.
(() => {
  "use strict";
  const token = () => document.querySelector('meta[name="csrf-token"]').content;

  // What the register shows is plain; here it can be dialled.
  const dial = (box) => {
    const shown = box.querySelector("strong.number");
    if (!shown) return;
    const link = document.createElement("a");
    link.className = "button cb-dial";
    link.href = `tel:${shown.textContent.trim()}`;
    link.textContent = shown.textContent.trim();
    box.replaceChildren(link);
  };

  document.addEventListener(
    "submit",
    async (event) => {
      const form = event.target.closest("form[data-reveal]");
      if (!form) return;
      event.preventDefault();
      event.stopPropagation();
      const button = form.querySelector("button");
      button.setAttribute("aria-busy", "true");
      try {
        const answer = await fetch(form.dataset.reveal, {
          method: "POST",
          body: new FormData(form),
          credentials: "same-origin",
          headers: { "X-CSRFToken": token(), "HX-Request": "true" },
        });
        if (!answer.ok) throw new Error(String(answer.status));
        const piece = await answer.text();
        const box = document.getElementById(form.dataset.into);
        if (!box) return;
        box.innerHTML = piece; // a piece of our own server, escaped there
        if (form.dataset.number) dial(box);
        if (form.isConnected) form.remove();
      } catch {
        button.removeAttribute("aria-busy");
      }
    },
    true,
  );
})();
