// The counter without a line: enrol, take points along, redeem against them, hand in (docs/offline.md).
import { makeKeys, readCard, sign } from "./offline_keys.js";
import * as kept from "./offline_queue.js";
import { $, decodePhoto, picked, say, show, showEntries, showGoods, showLine, showShort, showStatus, startPrint, tell } from "./offline_page.js";

const base = $("app").dataset.base;
const AT_ONCE = 50;
let device = null;
let card = null;
let state = null;

class Refused extends Error {
  constructor(code, detail) {
    super(detail);
    this.code = code;
  }
}

// Talk to the server; without a line or a log-in that is said, and nothing is lost.
async function ask(path, body) {
  let answer;
  try {
    answer = await fetch(base + path, {
      method: body ? "POST" : "GET",
      redirect: "manual",
      headers: body ? { "Content-Type": "application/json", "X-CSRFToken": state.csrf } : {},
      body: body && JSON.stringify(body),
    });
  } catch {
    throw new Refused("no_line", say("no_line"));
  }
  const isJson = (answer.headers.get("Content-Type") || "").includes("application/json");
  if (!isJson) {
    const out = answer.type === "opaqueredirect" || answer.status < 500;
    throw out ? new Refused("login", say("login")) : new Refused("no_line", say("no_line"));
  }
  const said = await answer.json();
  if (!answer.ok) throw new Refused(said.code, said.detail);
  return said;
}

async function refresh() {
  try {
    state = await ask(`state?mark=${device ? device.mark : ""}`);
  } catch (error) {
    state = null;
    $("need-login").hidden = error.code !== "login";
    showLine(error.code === "login");
    return error.code;
  }
  $("need-login").hidden = true;
  showLine(true);
  return "";
}

async function draw() {
  const [taken, quotas, entries] = [await kept.own("taken"), await kept.quotas(), await kept.entries()];
  const unsent = entries.filter((entry) => entry.state === "waiting").length;
  showStatus(taken, quotas, unsent);
  showEntries(entries);
  const enrolled = await kept.own("enrolled");
  const parts = entries.length ? ["queue"] : [];
  if (enrolled === "working") {
    show("status", ...(taken && quotas.length ? ["counter"] : []), ...parts);
  } else if (enrolled === "waiting") {
    const mark = device.mark.match(/.{4}/g).join(" ");
    $("mark").textContent = mark;
    show("waiting", ...parts);
  } else if (enrolled === "stopped") {
    show("stopped", "status", ...parts);
  } else {
    show("enrol", ...parts);
  }
  return { taken, quotas, entries };
}

async function start() {
  startPrint();
  if (!window.isSecureContext || !navigator.serviceWorker || !window.indexedDB || !crypto.subtle) {
    show("insecure");
    return;
  }
  await navigator.serviceWorker.register(`${base}worker.js`, { scope: "/points-store/" });
  if (navigator.storage && navigator.storage.persist) navigator.storage.persist();
  device = await kept.own("device");
  await meet();
  if (location.hash.length > 1) {
    const code = decodeURIComponent(location.hash.slice(1));
    history.replaceState(null, "", location.pathname);
    await openCard(code);
  }
}

// See what the server knows of this device, hand in what waits, and show it.
async function meet() {
  const trouble = await refresh();
  const met = state; // the line may be cut, and the answer forgotten, while we wait below
  if (met) {
    const known = met.device && device && met.device.mark === device.mark;
    await kept.keep("enrolled", known ? met.device.state : "");
    if (known && met.device.state !== "waiting") await handIn().catch((error) => tell(error.message));
    $("f-store").replaceChildren(...met.stores.map((store) => new Option(store.name, store.id)));
  } else if (trouble === "login" && !(await kept.own("enrolled"))) {
    location.assign("/accounts/login?next=" + encodeURIComponent(base));
    return;
  }
  await draw();
}

async function enrol(form) {
  if (!state) throw new Refused("login", say("login"));
  const pair = device && (await kept.own("enrolled")) !== "stopped" ? device : await makeKeys();
  const store = form["f-store"].value;
  const proof = await sign(pair.key, `gridgov-enrol:${store}:${pair.mark}`);
  const asked = { store_id: store, name: form["f-name"].value, public_key: pair.publicKey, proof };
  await kept.keep("device", pair);
  device = pair;
  const answer = await ask("enrol", asked);
  await kept.keep("enrolled", answer.state);
}

async function handIn() {
  let waiting = (await kept.entries()).filter((entry) => entry.state === "waiting");
  let answer = null;
  do {
    const part = waiting.slice(0, AT_ONCE);
    const entries = part.map(({ text, signature }) => ({ text, signature }));
    answer = await ask(`${device.mark}/sync`, { sent_at: new Date().toISOString(), entries });
    await kept.settle(answer.entries);
    waiting = waiting.slice(AT_ONCE);
    if (!waiting.length && (await kept.sendAgainAfter(answer.last_seq))) {
      waiting = (await kept.entries()).filter((entry) => entry.state === "waiting");
    }
  } while (waiting.length);
  if (answer.stopped) await kept.keep("enrolled", "stopped");
  else if (answer.stopped_quotas.length) await giveBackStopped(answer.stopped_quotas);
}

// What was sold until now is in; one that was sold in between is handed in and asked about next time.
async function giveBackStopped(marks) {
  await kept.dropQuotas(marks);
  const { seq } = await kept.lastSeq();
  try {
    await ask(`${device.mark}/release`, { sent_through: seq, quotas: marks });
  } catch (error) {
    if (error.code !== "queue_not_sent") throw error;
  }
}

// Before points are taken anew or given back all must be in; a server that was restored asks for all again.
async function settled(work) {
  if (!state && (await refresh())) throw new Refused("no_line", say("no_line"));
  await handIn();
  const last = await kept.lastSeq();
  try {
    return await work(last.seq);
  } catch (error) {
    if (error.code !== "queue_not_sent") throw error;
    await kept.sendAgainAfter(0);
    await handIn();
    return work(last.seq);
  }
}

const reserve = () =>
  settled(async (seq) => {
    const body = { sent_through: seq, sent_at: new Date().toISOString() };
    const reserved = await ask(`${device.mark}/reserve`, body);
    await kept.takeAlong(reserved);
    const points = reserved.quotas.reduce((sum, quota) => sum + quota.points, 0);
    tell(say("reserved", { count: reserved.quotas.length, points }), true);
  });

const release = () =>
  settled(async (seq) => {
    const answer = await ask(`${device.mark}/release`, { sent_through: seq });
    await kept.giveBack();
    tell(say("released", answer), true);
  });

async function openCard(scanned) {
  tell("");
  const taken = await kept.own("taken");
  const read = taken && (await readCard(taken.server_key, scanned));
  // What is printed below a card's code, as people type it; only the code itself is signed.
  if (!read && /^[0-9A-Za-z\s-]{4,20}$/.test(scanned.trim())) return tell(say("typed_number"));
  if (!read) return tell(say("bad_code"));
  if (Date.now() >= taken.expires_at) return tell(say("expired"));
  const quota = await kept.quotaOf(read.walletId);
  if (!quota) return tell(say("no_quota"));
  const left = quota.points - quota.spent;
  card = read;
  showGoods(quota, taken.shelf, (picks) => {
    const total = picks.reduce((sum, pick) => sum + pick.points, 0);
    $("g-total").textContent = total;
    showShort(total - left);
    $("g-confirm").disabled = total === 0 || total > left;
  });
  return show("goods");
}

async function confirm() {
  const taken = await kept.own("taken");
  const picks = picked(taken.shelf);
  let entry;
  try {
    entry = await kept.spend(device, card, picks);
  } catch {
    return tell(say("refused_by_browser"));
  }
  if (!entry) {
    const quota = await kept.quotaOf(card.walletId);
    return tell(say("exhausted", { left: quota.points - quota.spent }));
  }
  tell("");
  $("d-words").textContent = say("spent", { ...entry.shown, left: entry.left });
  $("d-number").textContent = say("number", entry);
  $("f-code").value = "";
  card = null;
  return show("done");
}

// A button or form that does one thing, and says why when it could not.
function does(element, event, work, { redraw = true } = {}) {
  element.addEventListener(event, async (happened) => {
    happened.preventDefault();
    if (element.dataset.busy) return;
    element.dataset.busy = "1";
    tell("");
    try {
      await work(element);
    } catch (error) {
      tell(error.message);
      if (error.code === "login") $("need-login").hidden = false;
    } finally {
      delete element.dataset.busy;
      if (redraw) await draw();
    }
  });
}

does($("enrol-form"), "submit", enrol);
does($("again"), "click", meet);
does($("do-sync"), "click", async () => {
  await refresh();
  if (!state) throw new Refused("no_line", say($("need-login").hidden ? "no_line" : "login"));
  await handIn();
});
does($("do-reserve"), "click", reserve);
does($("do-release"), "click", release);
does($("code-form"), "submit", () => openCard($("f-code").value), { redraw: false });
does($("goods-form"), "submit", confirm, { redraw: false });
does($("g-cancel"), "click", () => {});
does($("d-next"), "click", () => {});
$("photo").addEventListener("change", async () => {
  const [file] = $("photo").files;
  const text = file ? await decodePhoto(file).catch(() => "") : "";
  $("photo").value = "";
  if (text) await openCard(text);
  else if (file) tell(say("no_photo"));
});
window.addEventListener("online", () => meet());
// With a line a device hears within two minutes what was stopped, though nobody presses anything.
const HEARS_EVERY = 120_000;
setInterval(async () => {
  if (!navigator.onLine || !device || (await kept.own("enrolled")) !== "working") return;
  if (!(await refresh())) await handIn().catch(() => {});
}, HEARS_EVERY);
window.addEventListener("offline", () => showLine(false));
start();
