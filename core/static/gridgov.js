// What every page may use. Pages work without it; it only helps.
(() => {
  "use strict";
  const root = document.documentElement;
  const meta = (name) => (document.querySelector(`meta[name="${name}"]`) || {}).content || "";
  const own = document.currentScript;
  root.classList.add("js");

  // htmx comes only to pages that use it: most of a resident's pages do not. It starts itself
  // only on a page that is complete, so it waits for that.
  if (document.querySelector("[hx-get],[hx-post]")) {
    window.addEventListener("load", () => {
      const script = document.createElement("script");
      script.src = own.dataset.htmx;
      document.head.append(script);
    });
    document.addEventListener("htmx:configRequest", (event) => {
      event.detail.headers["X-CSRFToken"] = meta("csrf-token");
    });
  }

  // What many people would feel (a plugin off, a store closed, a card stopped) is asked once more.
  document.addEventListener("submit", (event) => {
    const question = event.target.dataset.confirm;
    if (question && !window.confirm(question)) event.preventDefault();
  });

  // A double tap sends once. The button comes back when the page does (back button, refusal).
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (event.defaultPrevented || form.method === "get") return;
    if (form.dataset.sent) {
      event.preventDefault();
      return;
    }
    form.dataset.sent = "1";
    const button = event.submitter || form.querySelector("[type=submit]");
    if (button) button.setAttribute("aria-busy", "true");
  });
  window.addEventListener("pageshow", () => {
    for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
    for (const button of document.querySelectorAll("[aria-busy]")) button.removeAttribute("aria-busy");
  });

  // Seconds that run down: <p data-countdown="58" data-total="60">...<span data-seconds>58</span>
  // At zero the element gets the class is-over.
  const started = new WeakMap();
  const tick = () => {
    for (const element of document.querySelectorAll("[data-countdown]")) {
      if (!started.has(element)) started.set(element, Date.now());
      const passed = (Date.now() - started.get(element)) / 1000;
      const left = Math.max(0, Number(element.dataset.countdown) - passed);
      for (const words of element.querySelectorAll("[data-seconds]")) words.textContent = Math.ceil(left);
      for (const bar of element.querySelectorAll("progress")) bar.value = left;
      element.classList.toggle("is-over", left === 0);
    }
  };
  if (document.querySelector("[data-countdown]")) {
    tick();
    setInterval(tick, 500);
  }

  document.addEventListener("click", (event) => {
    const target = event.target.closest("[data-menu],[data-copy],[data-print]");
    // An open sheet closes at a tap beside it.
    for (const sheet of document.querySelectorAll("details.account-menu[open],details.more-tabs[open]")) {
      if (!sheet.contains(event.target)) sheet.open = false;
    }
    if (!target) return;
    if (target.dataset.menu) {
      const open = target.getAttribute("aria-expanded") !== "true";
      target.setAttribute("aria-expanded", String(open));
      document.getElementById(target.dataset.menu).classList.toggle("is-open", open);
    } else if (target.dataset.copy) {
      copy(target.dataset.copy).then(() => target.classList.add("is-copied"));
    } else {
      window.print();
    }
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    for (const sheet of document.querySelectorAll("details.account-menu[open],details.more-tabs[open]")) {
      sheet.open = false;
      sheet.querySelector("summary").focus();
    }
  });
  // A table that scrolls sideways must be reachable by keyboard.
  for (const box of document.querySelectorAll(".table-box")) {
    if (box.scrollWidth > box.clientWidth) box.tabIndex = 0;
  }
  // A long menu shows where one is.
  const current = document.querySelector(".side-items [aria-current]");
  if (current) {
    const box = current.closest(".side-items");
    const below = current.offsetTop - box.offsetTop + current.offsetHeight - box.clientHeight;
    if (below > 0) box.scrollTop = below + box.clientHeight / 3;
  }
  // Buttons that only work with this script appear with it.
  for (const button of document.querySelectorAll("[data-menu],[data-copy],[data-print]")) button.hidden = false;

  // Plain HTTP pages have no clipboard of the new kind.
  const copy = (text) => {
    if (navigator.clipboard && window.isSecureContext) return navigator.clipboard.writeText(text);
    const field = document.createElement("textarea");
    field.value = text;
    document.body.append(field);
    field.select();
    document.execCommand("copy");
    field.remove();
    return Promise.resolve();
  };
})();
