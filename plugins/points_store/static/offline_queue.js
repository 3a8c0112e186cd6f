// What a device keeps: its key, what it took along, and the queue of what it spent. An entry is written
// together with the quota it comes out of, in one transaction: a power cut keeps both or neither.
import { hash, sign } from "./offline_keys.js";

const GENESIS = "0".repeat(64);
const KEPT_DAYS = 60;

function opened() {
  return new Promise((done, fail) => {
    const asked = indexedDB.open("gridgov-offline", 1);
    asked.onupgradeneeded = () => {
      const db = asked.result;
      db.createObjectStore("own");
      db.createObjectStore("quotas", { keyPath: "wallet_id" });
      db.createObjectStore("queue", { keyPath: "seq" });
    };
    asked.onsuccess = () => done(asked.result);
    asked.onerror = () => fail(asked.error);
  });
}

const ended = (turn) =>
  new Promise((done, fail) => {
    turn.oncomplete = () => done();
    turn.onerror = turn.onabort = () => fail(turn.error || new Error("aborted"));
  });
const answered = (asked) =>
  new Promise((done, fail) => {
    asked.onsuccess = () => done(asked.result);
    asked.onerror = () => fail(asked.error);
  });

let link = null;
const db = () => (link = link || opened());
async function turn(stores, work) {
  const open = (await db()).transaction(stores, "readwrite", { durability: "strict" });
  const finished = ended(open);
  work(...stores.map((name) => open.objectStore(name)));
  await finished;
}
const read = async (store, ask) => answered(ask((await db()).transaction(store).objectStore(store)));

export const own = (name) => read("own", (store) => store.get(name));
export const quotaOf = (walletId) => read("quotas", (store) => store.get(walletId));
export const quotas = () => read("quotas", (store) => store.getAll());
export const entries = () => read("queue", (store) => store.getAll());
export const keep = (name, value) => turn(["own"], (store) => store.put(value, name));

// One after the other, in whatever window: nobody else writes between reading and writing.
const alone = (work) => navigator.locks.request("gridgov-offline-queue", work);

export const lastSeq = async () => (await own("last")) || { seq: 0, hash: GENESIS };

// What was taken along replaces what was there before.
export function takeAlong(reserved) {
  return alone(() =>
    turn(["own", "quotas"], (mine, store) => {
      store.clear();
      for (const quota of reserved.quotas) store.put({ ...quota, spent: 0 });
      mine.put(
        {
          store_name: reserved.store_name,
          expires_at: Date.parse(reserved.expires_at),
          server_key: reserved.server_key,
          shelf: reserved.shelf,
        },
        "taken",
      );
    }),
  );
}

// Nobody of these households is left: no more is sold on what was taken along for them.
export function dropQuotas(marks) {
  return alone(async () => {
    const stopped = (await quotas()).filter((quota) => marks.includes(quota.mark));
    await turn(["quotas"], (store) => {
      for (const quota of stopped) store.delete(quota.wallet_id);
    });
  });
}

export const giveBack = () => alone(() => turn(["quotas"], (store) => store.clear()));

// Spend out of a quota: signed, numbered, chained, kept. Returns the entry, or null when it is not enough.
export function spend(device, card, picks) {
  return alone(async () => {
    const quota = await quotaOf(card.walletId);
    const points = picks.reduce((sum, pick) => sum + pick.points, 0);
    if (!quota || points <= 0 || quota.spent + points > quota.points) return null;
    const last = await lastSeq();
    const text = JSON.stringify({
      device: device.mark,
      seq: last.seq + 1,
      quota: quota.mark,
      card: card.token,
      items: picks.map((pick) => [pick.product_id, pick.quantity, pick.points]),
      points,
      at: Date.now(),
      previous: last.hash,
    });
    const entry = {
      seq: last.seq + 1,
      text,
      signature: await sign(device.key, text),
      state: "waiting",
      reason: "",
      shown: { holder: quota.holder, goods: picks.map((p) => `${p.name}×${p.quantity}`).join("、"), points, at: Date.now() },
    };
    const next = { seq: entry.seq, hash: await hash(text) };
    await turn(["own", "quotas", "queue"], (mine, store, queue) => {
      queue.add(entry);
      store.put({ ...quota, spent: quota.spent + points });
      mine.put(next, "last");
    });
    return { ...entry, left: quota.points - quota.spent - points };
  });
}

// Keep what the server said of entries; forget those that it settled long ago.
export function settle(settled) {
  return alone(async () => {
    const known = new Map((await entries()).map((entry) => [entry.seq, entry]));
    await turn(["queue"], (queue) => {
      for (const { seq, state, reason } of settled) {
        const entry = known.get(seq);
        if (entry) queue.put({ ...entry, state, reason });
      }
      for (const entry of known.values()) {
        const old = entry.shown.at < Date.now() - KEPT_DAYS * 86400000;
        if (old && entry.state !== "waiting") queue.delete(entry.seq);
      }
    });
  });
}

// The server knows fewer than it once acknowledged: it was restored, so all is handed in again.
export function sendAgainAfter(seq) {
  return alone(async () => {
    const gone = (await entries()).filter((entry) => entry.seq > seq && entry.state !== "waiting");
    await turn(["queue"], (queue) => {
      for (const entry of gone) queue.put({ ...entry, state: "waiting", reason: "" });
    });
    return gone.length;
  });
}
