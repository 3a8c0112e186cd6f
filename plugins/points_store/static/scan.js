// Reads a code from a photo on the clerk's phone: the picture never leaves it.
// The decoder (46 kB) is fetched only when the first photo is taken.
(() => {
  "use strict";
  const own = document.currentScript;
  const place = document.querySelector("[data-scan]");
  if (!place) return;
  const photo = document.getElementById("photo");
  const code = document.getElementById("f-code");
  const state = document.getElementById("scan-state");
  place.hidden = false;

  let decoder = null;
  function load() {
    decoder = decoder || new Promise((done, fail) => {
      const script = document.createElement("script");
      script.src = own.dataset.decoder;
      script.onload = done;
      script.onerror = () => {
        decoder = null;
        fail(new Error("decoder"));
      };
      document.head.append(script);
    });
    return decoder;
  }

  function open(file) {
    return new Promise((done, fail) => {
      const picture = new Image();
      const address = URL.createObjectURL(file);
      picture.onload = () => {
        URL.revokeObjectURL(address);
        done(picture);
      };
      picture.onerror = () => {
        URL.revokeObjectURL(address);
        fail(new Error("picture"));
      };
      picture.src = address;
    });
  }

  // Large first (a small code far away), then smaller (noise and blur average out).
  function decode(picture) {
    const longest = Math.max(picture.naturalWidth, picture.naturalHeight);
    for (const limit of [1200, 800, 480]) {
      const scale = Math.min(1, limit / longest);
      const canvas = document.createElement("canvas");
      canvas.width = Math.max(1, Math.round(picture.naturalWidth * scale));
      canvas.height = Math.max(1, Math.round(picture.naturalHeight * scale));
      const pen = canvas.getContext("2d", { willReadFrequently: true });
      pen.drawImage(picture, 0, 0, canvas.width, canvas.height);
      const pixels = pen.getImageData(0, 0, canvas.width, canvas.height);
      const found = window.jsQR(pixels.data, canvas.width, canvas.height, { inversionAttempts: "attemptBoth" });
      if (found && found.data) return found.data;
    }
    return "";
  }

  function say(kind) {
    state.textContent = place.dataset[kind];
    state.classList.toggle("is-bad", kind !== "busy");
  }

  photo.addEventListener("change", async () => {
    const file = photo.files[0];
    if (!file) return;
    say("busy");
    try {
      const [picture] = await Promise.all([open(file), load()]);
      const text = decode(picture);
      if (text) {
        code.value = text;
        code.form.requestSubmit();
        return;
      }
      say("none");
    } catch (error) {
      say(error.message === "picture" ? "broken" : "none");
    } finally {
      photo.value = "";
    }
  });
})();
