// Keys and signatures of a device: ECDSA over P-256, made and kept by the browser. The private key
// cannot be taken out of it, not even by this page.
const CURVE = { name: "ECDSA", namedCurve: "P-256" };
const SIGNING = { name: "ECDSA", hash: "SHA-256" };
const bytes = (text) => new TextEncoder().encode(text);

export const base64 = (data) => btoa(String.fromCharCode(...new Uint8Array(data)));
export const unbase64 = (text) => Uint8Array.from(atob(text), (sign) => sign.charCodeAt(0));

export async function hash(text) {
  const digest = typeof text === "string" ? bytes(text) : text;
  const data = new Uint8Array(await crypto.subtle.digest("SHA-256", digest));
  return [...data].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

// A new pair and its mark: the first 16 signs of the hash of the public key (65 bytes).
export async function makeKeys() {
  const pair = await crypto.subtle.generateKey(CURVE, false, ["sign", "verify"]);
  const raw = await crypto.subtle.exportKey("raw", pair.publicKey);
  return { key: pair.privateKey, publicKey: base64(raw), mark: (await hash(new Uint8Array(raw))).slice(0, 16) };
}

export const sign = async (key, text) => base64(await crypto.subtle.sign(SIGNING, key, bytes(text)));

// What a card's code says, or null when the county has not signed it or its time is over.
export async function readCard(serverKey, scanned) {
  const token = scanned.trim().replace(/\/+$/, "").split("/").pop();
  const parts = token.split(".");
  if (parts.length !== 5 || parts[0] !== "k") return null;
  try {
    const key = await crypto.subtle.importKey("raw", unbase64(serverKey), CURVE, false, ["verify"]);
    const signature = unbase64(parts[4].replaceAll("-", "+").replaceAll("_", "/"));
    const body = parts.slice(0, 4).join(".");
    if (!(await crypto.subtle.verify(SIGNING, key, signature, bytes(body)))) return null;
  } catch {
    return null;
  }
  if (Date.now() >= 1000 * parseInt(parts[3], 16)) return null;
  return { token, serial: parts[1], walletId: parts[2] };
}
