// Photos of a form: collects shots one after the other, shows them, shrinks them before they are sent.
// Works on plain HTTP. Where a browser cannot do it, the plain inputs stay as they are.
(() => {
  "use strict";
  if (window.gridgovPhotoInput) return;
  window.gridgovPhotoInput = true;
  const LONGEST = 2048;
  const SMALL = 400 * 1024; // not worth the time
  const canHold = (() => {
    try {
      return Boolean(new DataTransfer().items) && Boolean(window.createImageBitmap);
    } catch {
      return false;
    }
  })();
  if (!canHold) return;

  const shrunk = async (file) => {
    if (file.size < SMALL) return file;
    try {
      const picture = await createImageBitmap(file, { imageOrientation: "from-image" });
      const scale = Math.min(1, LONGEST / Math.max(picture.width, picture.height));
      const canvas = document.createElement("canvas");
      canvas.width = Math.round(picture.width * scale);
      canvas.height = Math.round(picture.height * scale);
      const pen = canvas.getContext("2d");
      pen.fillStyle = "#fff";
      pen.fillRect(0, 0, canvas.width, canvas.height);
      pen.drawImage(picture, 0, 0, canvas.width, canvas.height);
      picture.close();
      const blob = await new Promise((done) => canvas.toBlob(done, "image/jpeg", 0.85));
      if (!blob || blob.size >= file.size) return file;
      return new File([blob], file.name.replace(/\.\w+$/, "") + ".jpg", { type: "image/jpeg" });
    } catch {
      return file; // what the browser cannot read, the server judges
    }
  };

  const start = (box) => {
    const [camera, album] = box.querySelectorAll("input[type=file]");
    const strip = box.querySelector("[data-chosen]");
    const full = box.querySelector("[data-full]");
    const most = Number(box.dataset.most);
    let chosen = [];
    let working = Promise.resolve();
    let pending = 0;

    const keep = () => {
      const held = new DataTransfer();
      for (const file of chosen) held.items.add(file);
      album.files = held.files;
      camera.value = "";
    };
    const draw = () => {
      for (const image of strip.querySelectorAll("img")) URL.revokeObjectURL(image.src);
      strip.replaceChildren(
        ...chosen.map((file) => {
          const place = document.createElement("span");
          const image = new Image(96, 96);
          const button = document.createElement("button");
          place.className = "photo";
          image.src = URL.createObjectURL(file);
          image.alt = file.name;
          button.type = "button";
          button.textContent = "×";
          button.setAttribute("aria-label", box.dataset.remove);
          button.addEventListener("click", () => {
            chosen = chosen.filter((other) => other !== file);
            full.hidden = true;
            keep();
            draw();
          });
          place.append(image, button);
          return place;
        }),
      );
    };
    const add = async (files) => {
      for (const file of files) {
        full.hidden = chosen.length < most;
        if (chosen.length < most) chosen.push(await shrunk(file));
      }
      keep();
      draw();
    };
    for (const input of [camera, album]) {
      input.addEventListener("change", () => {
        const files = [...input.files].filter((file) => !chosen.includes(file));
        pending += 1;
        box.setAttribute("aria-busy", "true");
        working = working
          .then(() => add(files))
          .finally(() => {
            pending -= 1;
            if (!pending) box.removeAttribute("aria-busy");
          });
      });
    }
    // Sent while a picture is still being shrunk: wait for it, then send.
    box.closest("form").addEventListener(
      "submit",
      (event) => {
        if (!pending) return;
        event.preventDefault();
        event.stopImmediatePropagation();
        const { target, submitter } = event;
        working.then(() => target.requestSubmit(submitter || undefined));
      },
      true,
    );
    box.classList.add("is-collecting");
  };
  for (const box of document.querySelectorAll("[data-photo-input]")) start(box);
})();
