// A rule says how many points it gives: choosing it fills the field or sets its limits.
(() => {
  "use strict";
  const points = document.getElementById("f-points");
  const rules = document.querySelectorAll("[data-least]");
  const apply = (rule, fill) => {
    points.min = rule.dataset.least;
    points.max = rule.dataset.most;
    if (fill && (rule.dataset.least === rule.dataset.most || !points.value)) points.value = rule.dataset.least;
  };
  for (const rule of rules) {
    rule.addEventListener("change", () => apply(rule, true));
    if (rule.checked) apply(rule, false);
  }
})();
