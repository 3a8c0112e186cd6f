// What the application shows: sections, words, goods, the queue. It knows nothing of keys or servers.
export const $ = (id) => document.getElementById(id);
const SECTIONS = ["insecure", "enrol", "waiting", "stopped", "status", "counter", "goods", "done", "queue"];

const words = {};
for (const row of document.querySelectorAll("#words > li")) words[row.dataset.key] = row.textContent;
export const say = (key, values = {}) =>
  Object.entries(values).reduce((text, [name, value]) => text.replace(`{${name}}`, value), words[key] || key);

export function show(...names) {
  for (const name of SECTIONS) $(name).hidden = !names.includes(name);
}

export function tell(text, good = false) {
  const line = $("message");
  line.textContent = text;
  line.hidden = !text;
  line.className = `banner banner-${good ? "ok" : "bad"}`;
}

const moment = (at) =>
  new Date(at).toLocaleString(document.documentElement.lang, {
    timeZone: "Asia/Shanghai",
    month: "2-digit",
    day: "2-digit",
    hour: "2-digit",
    minute: "2-digit",
    hour12: false,
  });

export function showStatus(taken, quotas, unsent) {
  $("s-store").textContent = taken ? taken.store_name : "";
  $("s-until").textContent = taken ? moment(taken.expires_at) : "—";
  $("s-wallets").textContent = quotas.length;
  $("s-unsent").textContent = unsent;
}

export function showLine(online) {
  $("line").textContent = say(online ? "online" : "offline");
  $("line").classList.toggle("is-bad", !online);
}

export function showEntries(entries) {
  const rows = entries
    .slice(-30)
    .reverse()
    .map((entry) => {
      const row = $("t-entry").content.cloneNode(true);
      row.querySelector("strong").textContent = entry.shown.holder;
      row.querySelector(".row-main > span").textContent = entry.shown.goods;
      const number = say("number", { seq: entry.seq });
      row.querySelector("small").textContent = `${number} · ${moment(entry.shown.at)}`;
      row.querySelector(".row-side > span").textContent = entry.shown.points;
      const why = entry.reason ? `：${say(`why_${entry.reason}`)}` : "";
      row.querySelector(".mark").textContent = say(entry.state) + why;
      return row;
    });
  $("entries").replaceChildren(...rows);
}

// The shelf as it was taken along; `changed` hears what is picked.
export function showGoods(quota, shelf, changed) {
  $("g-holder").textContent = quota.holder;
  $("g-left").textContent = quota.points - quota.spent;
  const rows = shelf.map((product) => {
    const row = $("t-product").content.cloneNode(true);
    const input = row.querySelector("input");
    input.id = `q-${product.product_id}`;
    row.querySelector("label").htmlFor = input.id;
    row.querySelector("strong").textContent = product.name;
    row.querySelector(".price").textContent = product.points;
    for (const button of row.querySelectorAll("[data-step]")) {
      const more = button.dataset.step === "1";
      button.setAttribute("aria-label", `${say(more ? "more" : "less")} ${product.name}`);
      button.addEventListener("click", () => {
        input.value = Math.min(99, Math.max(0, (Number(input.value) || 0) + (more ? 1 : -1))) || "";
        changed(picked(shelf));
      });
    }
    input.addEventListener("input", () => changed(picked(shelf)));
    return row;
  });
  $("shelf").replaceChildren(...rows);
  changed([]);
}

// Says at the button how many points are missing; nothing when enough are left.
export function showShort(missing) {
  $("g-short").hidden = missing <= 0;
  $("g-short").lastElementChild.textContent = missing > 0 ? say("missing", { missing }) : "";
}

export function picked(shelf) {
  return shelf
    .map((product) => ({ ...product, quantity: Math.trunc(Number($(`q-${product.product_id}`).value)) || 0 }))
    .filter((pick) => pick.quantity > 0)
    .map((pick) => ({ ...pick, points: pick.points * pick.quantity }));
}

// Large print is the device's own choice here: the page that it keeps knows no account.
export function startPrint() {
  const apply = (large) => {
    document.body.classList.toggle("large", large);
    $("print-size").textContent = say(large ? "standard" : "large");
    $("print-size").setAttribute("aria-pressed", String(large));
  };
  apply(localStorage.getItem("gridgov-large") === "1");
  $("print-size").addEventListener("click", () => {
    const large = !document.body.classList.contains("large");
    localStorage.setItem("gridgov-large", large ? "1" : "");
    apply(large);
  });
}

let decoder = null;
function loadDecoder() {
  decoder =
    decoder ||
    new Promise((done, fail) => {
      const script = document.createElement("script");
      script.src = $("app").dataset.decoder;
      script.onload = done;
      script.onerror = () => fail(new Error("decoder"));
      document.head.append(script);
    });
  return decoder;
}

// The text of the code on a photo, empty when there is none.
export async function decodePhoto(file) {
  await loadDecoder();
  const picture = await createImageBitmap(file);
  for (const limit of [1400, 900, 500]) {
    const scale = Math.min(1, limit / Math.max(picture.width, picture.height));
    const canvas = document.createElement("canvas");
    canvas.width = Math.max(1, Math.round(picture.width * scale));
    canvas.height = Math.max(1, Math.round(picture.height * scale));
    const pen = canvas.getContext("2d", { willReadFrequently: true });
    pen.drawImage(picture, 0, 0, canvas.width, canvas.height);
    const pixels = pen.getImageData(0, 0, canvas.width, canvas.height);
    const found = window.jsQR(pixels.data, canvas.width, canvas.height, { inversionAttempts: "attemptBoth" });
    if (found && found.data) return found.data;
  }
  return "";
}
