// The duty screen. It asks twice a second what changed; the server says nothing while nothing did. All it keeps is
// the open calls and the last that were taken, so it can stay up for weeks.
(() => {
  "use strict";
  const words = document.body.dataset;
  const find = (name) => document.querySelector(`[data-${name}]`);
  const LOST_AFTER = 2000;
  const ANSWER_WITHIN = 2500;
  const WHOLE_EVERY = 60000;
  const KEPT_TAKEN = 40;
  const [SHOWN_WAITING, SHOWN_WORKING, SHOWN_TAKEN] = [3, 3, 8];
  const ALARMS = ["smoke", "fall"];

  const calls = new Map();
  let number = 0;
  let asking = null;
  let heardAt = performance.now();
  let wholeAt = 0;
  let lostSince = null;
  let isOver = false;
  // The server's clock, as far as this page can tell: its moment and our own count when it said so.
  let clock = { server: Date.now(), here: performance.now() };
  let focused = null;
  let isPicked = false;
  let shownFacts = 0;
  let touchableAt = 0;
  let takenToday = 0;

  const serverNow = () => clock.server + performance.now() - clock.here;
  const two = (value) => String(value).padStart(2, "0");
  const time = (moment) => new Date(moment).toLocaleTimeString("zh-CN", { hour12: false, timeZone: "Asia/Shanghai" });
  const span = (milliseconds) => {
    const all = Math.max(0, Math.floor(milliseconds / 1000));
    const hours = Math.floor(all / 3600);
    const rest = `${two(Math.floor((all % 3600) / 60))}:${two(all % 60)}`;
    return hours ? `${hours}:${rest}` : rest;
  };
  const write = (element, text) => {
    if (element && element.textContent !== text) element.textContent = text;
  };
  const isAlarm = (call) => ALARMS.includes(call.kind);

  // --- asking ---------------------------------------------------------------------------------------

  const address = (since) => `${words.changes}${words.changes.includes("?") ? "&" : "?"}since=${since}`;

  const ask = async () => {
    if (asking || isOver) return;
    const whole = number === 0 || lostSince !== null || performance.now() - wholeAt > WHOLE_EVERY;
    const stop = new AbortController();
    const late = setTimeout(() => stop.abort(), ANSWER_WITHIN);
    asking = stop;
    let again = false;
    try {
      const answer = await fetch(address(whole ? 0 : number), { credentials: "same-origin", redirect: "manual", cache: "no-store", signal: stop.signal });
      if (answer.type === "opaqueredirect" || answer.status === 401 || answer.status === 403) {
        over();
      } else if (answer.ok) {
        if (answer.status !== 204) again = take(await answer.json());
        heard();
      }
    } catch {
      // No line: the clock below sees it.
    } finally {
      clearTimeout(late);
      asking = null;
    }
    if (again) ask();
  };

  const take = (found) => {
    if (found.whole) {
      calls.clear();
      wholeAt = performance.now();
      find("silent").hidden = !found.silent.length;
      write(find("silent-words"), found.silent.join(" "));
      clock = { server: found.at, here: performance.now() };
    }
    const rang = ringing().length;
    for (const call of found.calls) calls.set(call.id, call);
    number = found.number;
    forget();
    if (ringing().length > rang) window.dutySound.quiet();
    show();
    return found.more;
  };

  const forget = () => {
    const day = new Date(serverNow()).toLocaleDateString("zh-CN", { timeZone: "Asia/Shanghai" });
    const isToday = (call) => new Date(call.endedAt).toLocaleDateString("zh-CN", { timeZone: "Asia/Shanghai" }) === day;
    const ended = [...calls.values()].filter((call) => call.endedAt).sort((one, other) => other.endedAt - one.endedAt);
    ended.forEach((call, place) => {
      if (place >= KEPT_TAKEN || !isToday(call)) calls.delete(call.id);
    });
  };

  // --- the line -------------------------------------------------------------------------------------

  const heard = () => {
    heardAt = performance.now();
    lostSince = null;
    words.line = "good";
    find("lost").hidden = true;
    write(find("line-words"), words.wordsLine);
  };

  const look = () => {
    if (isOver || performance.now() - heardAt < LOST_AFTER) return;
    if (lostSince === null) {
      lostSince = serverNow() - (performance.now() - heardAt);
      words.line = "lost";
      const text = words.wordsLost.replace("#", time(lostSince));
      write(find("lost-words"), text);
      write(find("line-words"), text.slice(0, 14).split("，")[0]);
      find("lost").hidden = false;
    }
  };

  const over = () => {
    isOver = true;
    words.line = "over";
    find("lost").hidden = true;
    find("over").hidden = false;
    write(find("line-words"), find("over").innerText.split("，")[0]);
  };

  // --- what is shown --------------------------------------------------------------------------------

  const ringing = () =>
    [...calls.values()]
      .filter((call) => call.state === "ringing")
      .sort((one, other) => isAlarm(other) - isAlarm(one) || one.rungAt - other.rungAt || one.id - other.id);
  const working = () =>
    [...calls.values()].filter((call) => !call.endedAt && call.state !== "ringing").sort((one, other) => one.rungAt - other.rungAt);
  const ended = () => [...calls.values()].filter((call) => call.endedAt && call.answeredAt).sort((one, other) => other.answeredAt - one.answeredAt);

  // What a finger is on its way to must not become another call: a shown call stays until it no longer rings, or
  // an alarm comes; and buttons rest for a moment after each change.
  const choose = () => {
    const rings = ringing();
    const stays = rings.find((call) => call.id === focused && (isPicked || isAlarm(call) || !isAlarm(rings[0])));
    if (!stays) isPicked = false;
    const chosen = stays || rings[0] || null;
    if ((chosen && chosen.id) !== focused) {
      focused = chosen && chosen.id;
      touchableAt = performance.now() + 600;
      hush();
    }
    return chosen;
  };

  const band = (call) => {
    const seconds = (serverNow() - call.waitsSince) / 1000;
    return seconds >= Number(words.second) ? "second" : seconds >= Number(words.first) ? "first" : "since";
  };

  const show = () => {
    const call = choose();
    const box = find("focus");
    box.hidden = !call;
    if (call) {
      box.dataset.kind = call.kind;
      box.dataset.call = call.id;
      write(box.querySelector("[data-kind]:not(section)"), call.kindWords);
      write(box.querySelector("[data-who]"), call.who);
      write(box.querySelector("[data-place]"), call.place);
      write(box.querySelector("[data-area]"), [call.areaName, call.household].filter(Boolean).join(" · "));
      write(box.querySelector("[data-told]"), call.told ? words.wordsTold.replace("#", call.told) : "");
      const late = box.querySelector("[data-late]");
      late.hidden = !call.lateWords;
      write(late, call.lateWords);
      const urgent = box.querySelector("[data-urgent]");
      urgent.hidden = call.urgency < 2;
      write(urgent, words.wordsUrgent.replace("#", call.urgency));
    }
    const others = ringing().filter((each) => each !== call);
    fill("waiting", others.slice(0, SHOWN_WAITING), waitingRow);
    const more = find("more");
    more.hidden = others.length <= SHOWN_WAITING;
    write(more, words.wordsMore.replace("#", others.length - SHOWN_WAITING));
    const busy = working();
    fill("working", busy.slice(0, SHOWN_WORKING), workingRow);
    find("side").hidden = !call && !busy.length;
    const done = ended();
    fill("taken", done.slice(0, SHOWN_TAKEN), takenRow);
    takenToday = [...calls.values()].filter((each) => each.answeredAt).length;
    write(find("taken-count"), `${takenToday >= KEPT_TAKEN ? `${KEPT_TAKEN}+` : takenToday}`);
    find("calm").hidden = Boolean(call);
    showFacts(call);
    showMap(call ? call.area : "");
    write(find("map-words"), call ? call.areaName : "");
    const place = find("map-link");
    if (call && place.dataset.call !== String(call.id)) {
      place.dataset.call = call.id;
      place.href = call.href;
    }
    tick();
  };

  // A list keeps its rows by call: what did not change keeps the keyboard's place, and no row is left behind.
  const fill = (name, rows, draw) => {
    const list = find(name);
    const box = find(`${name}-box`);
    if (box) box.hidden = rows.length === 0;
    const known = new Map([...list.children].map((row) => [Number(row.dataset.id), row]));
    const wanted = rows.map((call) => {
      let row = known.get(call.id);
      if (!row) {
        row = document.querySelector(`template[data-${{ waiting: "row", working: "work-row", taken: "taken-row" }[name]}]`).content.firstElementChild.cloneNode(true);
        row.dataset.id = call.id;
      }
      draw(row, call);
      return row;
    });
    if (wanted.length !== list.children.length || wanted.some((row, place) => list.children[place] !== row)) {
      list.replaceChildren(...wanted);
    }
  };
  const waitingRow = (row, call) => {
    row.dataset.kind = call.kind;
    write(row.querySelector("[data-who]"), call.who);
    write(row.querySelector("[data-place]"), [call.place, call.areaName].filter(Boolean).join(" · "));
    write(row.querySelector("[data-note]"), [isAlarm(call) ? call.kindWords : call.urgency > 1 ? words.wordsUrgent.replace("#", call.urgency) : "", call.lateWords].filter(Boolean).join(" · "));
  };
  const workingRow = (row, call) => {
    row.querySelector("a").href = call.href;
    write(row.querySelector("[data-who]"), call.who);
    write(row.querySelector("[data-place]"), [call.place, call.areaName].filter(Boolean).join(" · "));
    write(row.querySelector("[data-taker]"), call.taken);
    write(row.querySelector("[data-note]"), [call.stateWords, call.againWords, call.lateWords].filter(Boolean).join(" · "));
  };
  const takenRow = (row, call) => {
    row.querySelector("a").href = call.href;
    write(row.querySelector("[data-time]"), time(call.rungAt).slice(0, 5));
    write(row.querySelector("[data-who]"), call.who);
    write(row.querySelector("[data-note]"), [`${call.answeredBy} ${words.wordsTook.replace("#", Math.floor((call.answeredAt - call.rungAt) / 1000))}`, call.handedWords].filter(Boolean).join(" · "));
  };

  const tick = () => {
    write(find("clock"), time(serverNow()).slice(0, 5));
    const call = calls.get(focused);
    if (call) {
      const box = find("focus");
      box.dataset.band = band(call);
      write(box.querySelector("[data-seconds]"), span(serverNow() - call.waitsSince));
      write(box.querySelector("[data-since-words]"), { since: words.wordsSince, first: words.wordsFirst, second: words.wordsSecond }[band(call)]);
      for (const button of document.querySelectorAll("[data-take]")) button.disabled = performance.now() < touchableAt;
    }
    for (const row of find("waiting").children) {
      const other = calls.get(Number(row.dataset.id));
      if (!other) continue;
      row.dataset.band = band(other);
      write(row.querySelector("[data-seconds]"), span(serverNow() - other.waitsSince));
    }
  };

  find("waiting").addEventListener("click", (event) => {
    const row = event.target.closest("li");
    if (!row) return;
    focused = Number(row.dataset.id);
    isPicked = true;
    touchableAt = performance.now() + 600;
    hush();
    show();
  });

  // --- beside it: contacts, what there was before, the map --------------------------------------------

  const showFacts = async (call) => {
    const box = find("facts-box");
    if (!call) {
      shownFacts = 0;
      box.hidden = true;
      box.replaceChildren();
      return;
    }
    if (shownFacts === call.id) return;
    shownFacts = call.id;
    box.replaceChildren();
    try {
      const answer = await fetch(words.facts.replace(/0$/, call.id), { credentials: "same-origin", redirect: "manual" });
      if (!answer.ok) throw new Error(String(answer.status));
      const piece = await answer.text();
      if (shownFacts !== call.id) return;
      box.innerHTML = piece; // a piece of our own server, escaped there
      box.hidden = false;
    } catch {
      if (shownFacts === call.id) shownFacts = 0;
    }
  };

  const showMap = window.dutyMap(find("map"), words.layer);

  // --- taking it --------------------------------------------------------------------------------------

  let saidUntil = 0;
  const say = (text) => {
    const box = find("said");
    box.hidden = false;
    write(box, text);
    saidUntil = performance.now() + 6000;
  };
  const hush = () => {
    for (const button of document.querySelectorAll("[data-take]")) button.removeAttribute("aria-busy");
  };

  document.addEventListener("click", async (event) => {
    const button = event.target.closest("[data-take]");
    const call = calls.get(focused);
    if (!button || !call || button.getAttribute("aria-busy") || performance.now() < touchableAt) return;
    button.setAttribute("aria-busy", "true");
    const how = button.dataset.take;
    const form = new URLSearchParams({ how, form_key: `board:${call.id}:${call.version}:${how}` });
    try {
      const answer = await fetch(words.answer.replace("/0/", `/${call.id}/`), {
        method: "POST",
        body: form,
        credentials: "same-origin",
        redirect: "manual",
        headers: { "X-CSRFToken": document.querySelector('meta[name="csrf-token"]').content },
      });
      const found = await answer.json();
      say(found.said);
      if (answer.ok) call.state = "answered";
      ask();
    } catch {
      say(words.wordsFailed);
    }
    hush();
  });

  // --- sound ------------------------------------------------------------------------------------------

  const sound = window.dutySound;
  const soundState = () => {
    const rings = ringing();
    const state = !sound.on ? "off" : rings.length ? "ringing" : "on";
    if (words.sound === state) return;
    words.sound = state;
    write(find("sound-words"), state === "off" ? words.wordsSoundOff : words.wordsSoundOn);
  };
  const ring = () => {
    soundState();
    if (!sound.on) return;
    const rings = ringing();
    if (rings.length) sound.ring(rings.some(isAlarm) ? "alarm" : "call");
    else if (words.line === "lost" || words.line === "over") sound.ring("lost");
  };
  find("sound-button").addEventListener("click", async () => {
    const wasOn = sound.on;
    await sound.start();
    soundState();
    if (wasOn || !ringing().length) sound.ring("try");
  });
  // A browser that is told to allow it (a screen on a wall) needs no touch.
  sound.start().then(soundState, () => {});

  // --- staying awake ------------------------------------------------------------------------------------

  const stayAwake = () => {
    if (navigator.wakeLock && document.visibilityState === "visible") navigator.wakeLock.request("screen").catch(() => {});
  };
  document.addEventListener("visibilitychange", () => {
    stayAwake();
    ask();
  });
  window.addEventListener("online", ask);
  stayAwake();

  const beat = () => {
    ask();
    look();
    tick();
    ring();
    if (saidUntil && performance.now() > saidUntil) {
      find("said").hidden = true;
      saidUntil = 0;
    }
    if (focused && !shownFacts) showFacts(calls.get(focused));
  };
  new Worker(words.ticker).addEventListener("message", beat);
  beat();
})();
