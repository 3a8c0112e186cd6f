// Checks a certificate in the browser: once the page is loaded, no server is asked. The format stands in
// certificate_text.py. Browsers check signatures only on a safe connection (or a saved page); elsewhere the
// form is sent to the server.
(() => {
  "use strict";
  const form = document.querySelector("[data-certificate]");
  if (!form) return;
  const NAMES = "code area_code area_name version digest earliest_day agree base percent rule head signed_at".split(" ");
  const CURVE = { name: "ECDSA", namedCurve: "P-256" };
  const SIGNING = { name: "ECDSA", hash: "SHA-256" };
  const bytes = (text) => Uint8Array.from(atob(text), (sign) => sign.charCodeAt(0));
  const place = (name) => document.querySelector(`[data-${name}]`);
  const answer = place("standing").href;

  // Strict: what is not written as the county writes it is refused.
  function decode(text) {
    const data = bytes(text.replaceAll("-", "+").replaceAll("_", "/"));
    const again = btoa(String.fromCharCode(...data)).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
    if (again !== text) throw new Error("written otherwise");
    return data;
  }

  async function read(raw) {
    const parts = raw.replace(/\s+/g, "").split("#").pop().split(".");
    if (parts.length !== 3 || parts[0] !== "GC1") return null;
    try {
      const key = await crypto.subtle.importKey("raw", bytes(form.dataset.key), CURVE, false, ["verify"]);
      const signed = new TextEncoder().encode(`${parts[0]}.${parts[1]}`);
      if (!(await crypto.subtle.verify(SIGNING, key, decode(parts[2]), signed))) return null;
      const fields = new TextDecoder("utf-8", { fatal: true }).decode(decode(parts[1])).split("|");
      if (fields.length !== NAMES.length) return null;
      return Object.fromEntries(NAMES.map((name, index) => [name, fields[index]]));
    } catch {
      return null;
    }
  }

  async function check() {
    const stated = await read(form.elements.text.value);
    place("served").hidden = true;
    place("good").hidden = place("facts").hidden = stated === null;
    place("bad").hidden = stated !== null;
    if (stated === null) return;
    for (const box of document.querySelectorAll("[data-field]")) box.textContent = stated[box.dataset.field];
    const query = new URLSearchParams({ version: stated.version, digest: stated.digest });
    place("standing").href = `${answer.replace("CODE", encodeURIComponent(stated.code))}?${query}`;
  }

  const scanned = location.hash.slice(1);
  if (scanned) form.elements.text.value = scanned;
  if (!window.crypto?.subtle) {
    place("blind").hidden = false;
    return;
  }
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    check();
  });
  if (scanned) check();
})();
