// Drafts of forms that are filled in where the signal is bad: <form data-draft="file:12:land" data-account="7">.
// What is typed is kept on the phone at every change. A form that was sent without an answer keeps its
// request number, so that sending it again does nothing twice. Sensitive fields are never kept.
(() => {
  "use strict";
  const OLDEST = 20 * 3600 * 1000; // the server knows a request number for 24 hours
  const RETRY = 15000;
  const form = document.querySelector("form[data-draft]");
  if (!form) return;
  const place = `gridgov:${form.dataset.account}:${form.dataset.draft}`;
  const note = (name, on) => {
    const found = document.querySelector(`[data-draft-${name}]`);
    if (found) found.hidden = !on;
  };
  const keys = () => form.querySelector("input[name=form_key]");
  const kept = (field) => field.name && field.type !== "hidden" && field.type !== "file" && !field.closest("[data-sensitive]");

  const read = () => {
    try {
      return JSON.parse(localStorage.getItem(place));
    } catch {
      return null;
    }
  };
  const write = (draft) => {
    try {
      localStorage.setItem(place, JSON.stringify(draft));
    } catch {
      // A full or forbidden store: the form works as forms do.
    }
  };
  const drop = () => {
    try {
      localStorage.removeItem(place);
    } catch {
      // Nothing was kept.
    }
  };

  const values = () => {
    const found = {};
    for (const field of form.elements) {
      if (!kept(field)) continue;
      if (field.type === "checkbox" || field.type === "radio") {
        (found[field.name] = found[field.name] || []).push(...(field.checked ? [field.value] : []));
      } else {
        found[field.name] = field.value;
      }
    }
    return found;
  };
  const restore = (saved) => {
    for (const field of form.elements) {
      if (!kept(field) || !(field.name in saved)) continue;
      if (Array.isArray(saved[field.name])) field.checked = saved[field.name].includes(field.value);
      else field.value = saved[field.name];
    }
  };

  const draft = read();
  if (draft && Date.now() - draft.at > 3 * 24 * 3600 * 1000) drop();
  else if (draft && !form.dataset.refused) {
    restore(draft.values);
    note("restored", true);
    // Sent, and no answer known: the same number again, unless the server has forgotten it.
    if (draft.sending && Date.now() - draft.at < OLDEST) {
      keys().value = draft.key;
      for (const [name, value] of Object.entries(draft.hidden || {})) {
        const field = form.querySelector(`input[type=hidden][name="${name}"]`);
        if (field) field.value = value;
      }
    }
  }
  const keep = (sending) => {
    const hidden = {};
    for (const name of ["seen_at", "happened_at"]) {
      const field = form.querySelector(`input[type=hidden][name="${name}"]`);
      if (field) hidden[name] = field.value;
    }
    write({ at: Date.now(), key: keys().value, sending, values: values(), hidden });
  };
  form.addEventListener("input", () => keep(false));
  for (const button of document.querySelectorAll("[data-draft-drop]")) {
    button.addEventListener("click", () => {
      drop();
      window.location.reload();
    });
  }

  let running = false;
  const hasFile = () => [...form.querySelectorAll("input[type=file]")].some((field) => field.files.length);
  const send = async () => {
    if (running) return;
    running = true;
    const stamp = form.querySelector("input[name=happened_at]");
    if (stamp && !stamp.value) stamp.value = String(Date.now());
    keep(true);
    const all = new FormData(form);
    const words = [...all].filter(([, value]) => typeof value === "string"); // an empty file input is no value
    const body = hasFile() ? all : new URLSearchParams(words);
    try {
      const answer = await fetch(form.action, { method: "POST", body, credentials: "same-origin" });
      if (answer.status >= 500) throw new Error("busy");
      // Refused, or logged out: what the server says takes the place of the page; the draft stays.
      if (answer.redirected) {
        drop();
        window.history.pushState({}, "", answer.url);
      } else if (answer.status !== 401) keep(false);
      // The page is here already; fetching it once more would cost a second trip and its message.
      const page = await answer.text();
      document.open();
      document.write(page);
      document.close();
    } catch {
      running = false;
      note("waiting", true);
      setTimeout(send, RETRY);
    }
  };
  form.addEventListener("submit", (event) => {
    if (event.defaultPrevented || !window.fetch) return;
    event.preventDefault();
    send();
  });
  window.addEventListener("online", () => {
    const waiting = document.querySelector("[data-draft-waiting]");
    if (waiting && !waiting.hidden) send();
  });
})();
