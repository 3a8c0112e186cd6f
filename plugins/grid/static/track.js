// The way walked, only where the county has named the legal ground: <form data-track> stands on the page then,
// and on no other. Places are gathered while the page is open and sent once a minute; what could not be sent
// waits on the page for the next time.
(() => {
  "use strict";
  const form = document.querySelector("form[data-track]");
  if (!form || !navigator.geolocation || !window.isSecureContext) return;
  const EVERY = 60000;
  const APART = 15000; // a place every quarter of a minute says enough
  const MOST = 500;
  const state = form.querySelector("[role=status]");
  let waiting = [];
  let last = 0;
  let sending = false;

  const say = (name) => {
    state.textContent = state.dataset[name];
  };
  const send = async () => {
    if (sending || !waiting.length) return;
    sending = true;
    const part = waiting.slice(0, MOST);
    const body = new FormData(form);
    body.set("places", JSON.stringify(part));
    try {
      const answer = await fetch(form.action, { method: "POST", body, redirect: "error" });
      // A round that is over takes nothing more, and neither does a refused place: it is not sent again.
      if (answer.ok || (answer.status >= 400 && answer.status < 500)) waiting = waiting.slice(part.length);
      say(answer.ok ? "sent" : "failed");
    } catch {
      say("failed");
    }
    sending = false;
  };
  navigator.geolocation.watchPosition(
    (found) => {
      if (found.timestamp - last < APART) return;
      last = found.timestamp;
      waiting.push({
        at: new Date(found.timestamp).toISOString(),
        latitude: found.coords.latitude,
        longitude: found.coords.longitude,
        accuracy: Math.round(found.coords.accuracy),
        mocked: Boolean(found.mocked || found.coords.mocked),
      });
      if (waiting.length > 4 * MOST) waiting = waiting.slice(-4 * MOST);
      if (last && waiting.length === 1) send();
    },
    () => say("denied"),
    { enableHighAccuracy: true, maximumAge: 5000 },
  );
  setInterval(send, EVERY);
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "hidden") send();
  });
})();
