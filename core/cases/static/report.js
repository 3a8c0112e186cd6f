// A report survives bad signal: what was written and photographed is kept on this phone until it has arrived.
// It is sent under one request number, so that however often it is sent again, it is filed once.
// Works on plain HTTP. Without it the form is a plain form.
(() => {
  "use strict";
  const form = document.querySelector("form[data-report]");
  if (!form) return;
  const PATIENCE = 90_000;
  const MOST_KEPT = 4_000_000; // signs; browsers keep about five million
  const KEPT = ["form_key", "text", "place", "latitude", "longitude"];
  const name = `gridgov.report.${form.dataset.draft}`;
  const failed = document.querySelector("[data-failed]");
  const reason = failed.querySelector("[data-reason]");
  const again = failed.querySelector("[data-again]");
  const button = form.querySelector("[type=submit]");
  const words = button.querySelector("span");
  const idle = words.textContent;
  const photos = () => [...form.querySelectorAll("input[type=file]")].flatMap((input) => [...input.files]);
  const albumInput = form.querySelector("#f-photos");
  let waiting = false; // sent, and not arrived
  let arrived = false; // nothing of it is a draft any more

  const store = (value) => {
    try {
      if (value) localStorage.setItem(name, JSON.stringify(value));
      else localStorage.removeItem(name);
      return true;
    } catch {
      return false; // full, or forbidden: then only this page keeps it
    }
  };
  const read = () => {
    try {
      return JSON.parse(localStorage.getItem(name) || "null");
    } catch {
      return null;
    }
  };
  const dataOf = (file) =>
    new Promise((done) => {
      const reader = new FileReader();
      reader.onload = () => done(reader.result);
      reader.onerror = () => done("");
      reader.readAsDataURL(file);
    });

  // --- the draft ---
  let saving = 0;
  const typed = (photosKept) => {
    const draft = { photos: photosKept };
    for (const field of KEPT) draft[field] = form.elements[field].value;
    const kind = form.querySelector("[name=kind]:checked");
    draft.kind = kind ? kind.value : "";
    draft.private = form.elements.private.checked;
    return draft;
  };
  let soon = 0; // a save that is about to happen
  let unsaved = false; // the words, that is; of a photo that is still being read, nothing can be kept
  const keep = (draft) => {
    const empty = !draft.text && !draft.place && !draft.kind && !draft.photos.length;
    if (empty) store(null);
    else if (!store(draft)) store({ ...draft, photos: [] });
  };
  const save = async () => {
    if (arrived) return;
    soon = 0;
    const round = (saving += 1);
    const draft = typed([]);
    let size = 0;
    for (const file of photos()) {
      const data = await dataOf(file);
      size += data.length;
      if (data && size < MOST_KEPT) draft.photos.push({ name: file.name, data });
    }
    if (round !== saving) return;
    unsaved = soon !== 0; // something was typed while the photos were read
    keep(draft);
  };
  const saveSoon = () => {
    if (arrived) return;
    unsaved = true;
    clearTimeout(soon);
    soon = setTimeout(save, 400);
  };
  form.addEventListener("input", saveSoon);
  form.addEventListener("change", saveSoon);
  // Whoever leaves in the very moment keeps the last words too; photos need longer than a page has then.
  window.addEventListener("pagehide", () => {
    if (!unsaved) return;
    clearTimeout(soon);
    keep(typed((read() || {}).photos || []));
  });
  const strip = form.querySelector("[data-chosen]");
  if (strip) new MutationObserver(saveSoon).observe(strip, { childList: true });

  const fileOf = ({ name: title, data }) => {
    const [head, body] = data.split(",");
    const bytes = Uint8Array.from(atob(body), (sign) => sign.charCodeAt(0));
    return new File([bytes], title, { type: head.slice(5).split(";")[0] });
  };
  const restore = (draft) => {
    for (const field of KEPT) if (draft[field]) form.elements[field].value = draft[field];
    for (const input of form.querySelectorAll("[type=radio][name=kind]")) input.checked = input.value === draft.kind;
    form.elements.private.checked = Boolean(draft.private);
    if (draft.place || draft.private) form.querySelector("details").open = true;
    if (draft.photos.length && window.DataTransfer) {
      const held = new DataTransfer();
      for (const photo of draft.photos) held.items.add(fileOf(photo));
      albumInput.files = held.files;
      albumInput.dispatchEvent(new Event("change", { bubbles: true }));
    }
    document.querySelector("[data-restored]").hidden = false;
  };
  const draft = read();
  if (draft && !form.elements.text.value) window.addEventListener("load", () => restore(draft));

  // --- sending ---
  const fail = (text) => {
    waiting = !text;
    again.hidden = !waiting;
    reason.textContent = text || failed.dataset.badLine;
    failed.hidden = false;
    failed.scrollIntoView({ block: "center" });
  };
  const refused = async (response) => {
    const page = new DOMParser().parseFromString(await response.text(), "text/html");
    const said = page.querySelector("main [role=alert]:not([hidden])") || page.querySelector("main");
    fail(said ? said.textContent.trim().replace(/\s+/g, " ") : "");
  };
  const send = async () => {
    if (arrived || button.getAttribute("aria-busy")) return;
    failed.hidden = true;
    button.setAttribute("aria-busy", "true");
    words.textContent = button.dataset.sending;
    await save();
    const stop = new AbortController();
    const timer = setTimeout(() => stop.abort(), PATIENCE);
    try {
      const response = await fetch(form.action, { method: "POST", body: new FormData(form), signal: stop.signal });
      if (response.ok && response.redirected) {
        arrived = true;
        saving += 1;
        clearTimeout(soon);
        soon = 0;
        unsaved = false;
        store(null);
        window.location.assign(response.url);
        return;
      }
      await refused(response);
    } catch {
      fail("");
    } finally {
      clearTimeout(timer);
      words.textContent = idle;
      button.removeAttribute("aria-busy");
    }
  };
  const complete = () => {
    const kinds = form.querySelectorAll("[type=radio][name=kind]");
    if (kinds.length && !form.querySelector("[name=kind]:checked")) {
      fail(form.dataset.missing);
      return false;
    }
    if (!form.elements.text.value.trim() && !photos().length) {
      fail(form.dataset.say);
      return false;
    }
    return true;
  };
  form.noValidate = true;
  form.addEventListener("submit", (event) => {
    if (event.defaultPrevented) return;
    event.preventDefault();
    if (complete()) send();
  });
  again.addEventListener("click", () => {
    if (complete()) send();
  });
  window.addEventListener("online", () => {
    if (waiting) send();
  });

  // --- the position, only when tapped for; browsers give it to HTTPS pages alone ---
  const locate = form.querySelector("[data-locate]");
  if (window.isSecureContext && navigator.geolocation) locate.hidden = false;
  const label = locate.querySelector("span");
  const ask = label.textContent;
  const put = (latitude, longitude, text) => {
    form.elements.latitude.value = latitude;
    form.elements.longitude.value = longitude;
    label.textContent = text;
    saveSoon();
  };
  locate.addEventListener("click", () => {
    if (form.elements.latitude.value) {
      put("", "", ask);
      return;
    }
    label.textContent = locate.dataset.wait;
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => put(coords.latitude.toFixed(6), coords.longitude.toFixed(6), locate.dataset.done),
      () => put("", "", locate.dataset.fail),
      { enableHighAccuracy: true, timeout: 20_000, maximumAge: 60_000 },
    );
  });
})();
