// Picking goods: plus and minus, the running sum, and whether the balance is enough.
// Without it the page is a plain form with number fields; the server adds up anyway.
(() => {
  "use strict";
  const form = document.getElementById("goods");
  if (!form) return;
  const inputs = [...form.querySelectorAll("input[data-points]")];
  const find = (name) => form.querySelector(`[data-${name}]`);
  const balance = Number(form.dataset.balance);
  const confirm = form.querySelector("[type=submit]");
  const figure = (value) => value.toLocaleString("en-US");

  const quantity = (input) => Math.min(Number(input.max), Math.max(0, Math.trunc(Number(input.value)) || 0));

  function addUp() {
    let total = 0;
    for (const input of inputs) {
      const picked = quantity(input);
      total += picked * Number(input.dataset.points);
      const row = input.closest("li");
      row.classList.toggle("is-picked", picked > 0);
      row.querySelector('[data-step="-1"]').disabled = picked === 0;
      row.querySelector('[data-step="1"]').disabled = picked >= Number(input.max);
    }
    const short = total > balance;
    find("total").textContent = figure(total);
    find("after").textContent = figure(balance - total);
    find("missing").textContent = figure(total - balance);
    find("after").parentElement.hidden = short;
    find("short").hidden = !short;
    confirm.disabled = total === 0 || short;
    // The server refuses when prices have changed since both sides saw this sum.
    form.elements.agreed_points.value = total || "";
  }

  for (const button of form.querySelectorAll("[data-step]")) {
    button.hidden = false;
    button.addEventListener("click", () => {
      const input = button.parentElement.querySelector("input");
      const next = quantity(input) + Number(button.dataset.step);
      input.value = Math.min(Number(input.max), Math.max(0, next)) || "";
      addUp();
    });
  }
  form.addEventListener("input", addUp);
  for (const input of inputs) {
    input.addEventListener("change", () => {
      input.value = quantity(input) || "";
      addUp();
    });
  }

  const filter = document.getElementById("filter");
  if (filter) {
    filter.addEventListener("input", () => {
      const wanted = filter.value.trim().toLowerCase();
      let shown = 0;
      for (const row of form.querySelectorAll("li[data-name]")) {
        row.hidden = !row.dataset.name.toLowerCase().includes(wanted);
        shown += row.hidden ? 0 : 1;
      }
      document.getElementById("no-match").hidden = shown > 0;
    });
    // Enter in the filter must not hand out goods.
    filter.addEventListener("keydown", (event) => {
      if (event.key === "Enter") event.preventDefault();
    });
  }
  window.addEventListener("pageshow", addUp);
  addUp();
})();
