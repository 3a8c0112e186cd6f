// The phone pages stay up to date: the list is drawn anew, a call that is open says that it changed and leaves
// alone what is being typed.
(() => {
  "use strict";
  const live = document.querySelector("[data-live]");
  if (!live) return;
  let number = Number(live.dataset.number);
  let heardAt = performance.now();
  let busy = false;
  const show = (name, on) => {
    const found = document.querySelector(`[data-${name}]`);
    if (found) found.hidden = !on;
  };

  const drawList = async () => {
    const answer = await fetch(live.dataset.list, { credentials: "same-origin", redirect: "manual", cache: "no-store" });
    if (!answer.ok) throw new Error(String(answer.status));
    const piece = await answer.text();
    // Not under a finger that is on its way, nor a form that was just sent.
    if (live.querySelector("form[data-sent]")) return;
    live.innerHTML = piece; // a piece of our own server, escaped there
    begun = performance.now();
  };

  const isMoved = (found) =>
    live.isConnected && found.calls.some((call) => String(call.id) === live.dataset.one && String(call.version) !== live.dataset.version);

  const ask = async () => {
    if (busy || !live.isConnected) return;
    busy = true;
    const stop = new AbortController();
    const late = setTimeout(() => stop.abort(), 4000);
    try {
      const answer = await fetch(`${live.dataset.changes}?since=${number}`, { credentials: "same-origin", redirect: "manual", cache: "no-store", signal: stop.signal });
      if (answer.type === "opaqueredirect" || answer.status === 401) {
        show("over", true);
        return; // busy stays: there is nothing to ask any more
      }
      if (!answer.ok) throw new Error(String(answer.status));
      if (answer.status !== 204) {
        const found = await answer.json();
        if (live.dataset.one) {
          if (isMoved(found)) show("moved", true);
        } else if (found.calls.length || found.whole) {
          await drawList();
        }
        number = found.number;
      } else if (live.dataset.list && performance.now() - begun > 60000) {
        await drawList(); // a test day may have begun or ended
      }
      heardAt = performance.now();
      show("lost", false);
      busy = false;
    } catch {
      busy = false;
    } finally {
      clearTimeout(late);
    }
  };

  // --- seconds since, sound ---------------------------------------------------------------------------

  let begun = performance.now();
  const tick = () => {
    // A form that is sent by draft.js writes its answer over the page, and what ran there runs on.
    if (!live.isConnected) {
      beats.forEach(clearInterval);
      return;
    }
    for (const words of live.querySelectorAll("[data-since]")) {
      const seconds = Number(words.dataset.since) + Math.floor((performance.now() - begun) / 1000);
      const text = `${String(Math.floor(seconds / 60)).padStart(2, "0")}:${String(seconds % 60).padStart(2, "0")}`;
      if (words.textContent !== text) words.textContent = text;
    }
    if (performance.now() - heardAt > 4000) show("lost", true);
    if (!window.dutySound || !window.dutySound.on) return;
    const kinds = [...live.querySelectorAll("[data-ringing]")].map((card) => card.dataset.ringing);
    if (kinds.length) window.dutySound.ring(kinds.includes("smoke") || kinds.includes("fall") ? "alarm" : "call");
  };
  const button = document.querySelector("[data-sound-button]");
  if (button) {
    button.addEventListener("click", async () => {
      await window.dutySound.start();
      button.querySelector("span").textContent = button.dataset.on;
      window.dutySound.ring("try");
    });
  }
  const beats = [setInterval(ask, 1000), setInterval(tick, 500)];
  tick();
})();
