// A report where the signal is bad. It is sent under one request number, so however often it is sent again, it
// is kept once. What is typed stays on the phone only where somebody says that the phone is theirs; it is
// gone when the report has arrived, at a tap, or after three days. Photos never stay.
// Works on plain HTTP. Without it the form is a plain form.
(() => {
  "use strict";
  const form = document.querySelector("form[data-misconduct]");
  if (!form) return;
  const PATIENCE = 90_000;
  const OLDEST = 3 * 24 * 3600 * 1000;
  const KEPT = ["text", "who", "level", "form_key"];
  const place = `gridgov.misconduct.${form.dataset.misconduct}`;
  const failed = document.querySelector("[data-failed]");
  const reason = failed.querySelector("[data-reason]");
  const restored = document.querySelector("[data-restored]");
  const keep = form.querySelector("#f-keep");
  const button = form.querySelector("[type=submit]");
  const words = button.querySelector("span");
  const idle = words.textContent;
  let waiting = false; // sent, and not arrived

  const clears = document.querySelectorAll("[data-clear]");
  const show = (on) => {
    const below = form.querySelector("[data-clear]");
    if (below) below.hidden = !on;
  };
  const drop = () => {
    try {
      localStorage.removeItem(place);
    } catch {
      // Nothing was kept.
    }
    show(false);
  };
  const save = () => {
    if (!keep.checked) return;
    const kind = form.querySelector("[name=kind]:checked");
    const draft = { at: Date.now(), kind: kind ? kind.value : "" };
    for (const name of KEPT) draft[name] = form.elements[name].value;
    try {
      localStorage.setItem(place, JSON.stringify(draft));
      show(true);
    } catch {
      // A full or forbidden store: the page alone keeps it.
    }
  };
  const read = () => {
    try {
      return JSON.parse(localStorage.getItem(place) || "null");
    } catch {
      return null;
    }
  };
  const draft = read();
  if (draft && Date.now() - draft.at > OLDEST) drop();
  else if (draft && !form.elements.text.value) {
    keep.checked = true;
    for (const name of KEPT) if (draft[name]) form.elements[name].value = draft[name];
    for (const input of form.querySelectorAll("[name=kind]")) input.checked = input.value === draft.kind;
    if (draft.who) form.elements.who.closest("details").open = true;
    restored.hidden = false;
    show(true);
  }
  keep.addEventListener("change", () => (keep.checked ? save() : drop()));
  form.addEventListener("input", save);
  for (const each of clears) {
    each.addEventListener("click", () => {
      drop();
      keep.checked = false;
      form.reset();
      restored.hidden = true;
    });
  }

  const fail = (text) => {
    waiting = !text;
    failed.querySelector("[data-again]").hidden = !waiting;
    reason.textContent = text || failed.dataset.badLine;
    failed.hidden = false;
    failed.scrollIntoView({ block: "center" });
  };
  const complete = () => {
    if (!form.querySelector("[name=kind]:checked")) {
      fail(form.dataset.missing);
      return false;
    }
    const files = [...form.querySelectorAll("input[type=file]")].flatMap((input) => [...input.files]);
    if (!form.elements.text.value.trim() && !files.length) {
      fail(form.dataset.say);
      return false;
    }
    // Sent all the same, it would be cut off on the way and look like a bad signal.
    if (files.reduce((sum, file) => sum + file.size, 0) > Number(form.dataset.mostBytes)) {
      fail(form.dataset.large);
      return false;
    }
    return true;
  };
  const send = async () => {
    if (button.getAttribute("aria-busy")) return;
    failed.hidden = true;
    button.setAttribute("aria-busy", "true");
    words.textContent = form.dataset.sending;
    const stop = new AbortController();
    const timer = setTimeout(() => stop.abort(), PATIENCE);
    try {
      const answer = await fetch(form.action, { method: "POST", body: new FormData(form), signal: stop.signal });
      if (answer.status >= 500) throw new Error("busy");
      const page = await answer.text();
      if (answer.ok) {
        drop();
        document.open();
        document.write(page);
        document.close();
        return;
      }
      // What was chosen, photos above all, would be lost with the page: only the reason is taken from it.
      const said = new DOMParser().parseFromString(page, "text/html").querySelector("main [role=alert]:not([hidden])");
      fail(said ? said.textContent.trim().replace(/\s+/g, " ") : "");
    } catch {
      fail("");
    } finally {
      clearTimeout(timer);
      words.textContent = idle;
      button.removeAttribute("aria-busy");
    }
  };
  form.noValidate = true;
  form.addEventListener("submit", (event) => {
    if (event.defaultPrevented) return;
    event.preventDefault();
    delete form.dataset.sent;
    if (complete()) send();
  });
  failed.querySelector("[data-again]").addEventListener("click", () => {
    if (complete()) send();
  });
  window.addEventListener("online", () => {
    if (waiting) send();
  });
})();
