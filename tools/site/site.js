// The search: the whole handbook is a few hundred kilobytes, so each section is simply looked through for the
// words. That finds one Chinese character as well as a long phrase, and works from a disk without a server.
(function () {
  "use strict";
  const SHOWN = 30, AROUND = 45;
  const form = document.querySelector("header form"), box = form.querySelector("input");
  const found = document.getElementById("found"), readers = document.querySelector(".readers details");
  let loading = null;

  form.hidden = false;
  const wide = window.matchMedia("(min-width: 50.01rem)");
  const unfold = () => { if (wide.matches) { readers.open = true; } };
  wide.addEventListener("change", unfold);
  unfold();

  function load() {
    loading = loading || new Promise((done, failed) => {
      const script = document.createElement("script");
      script.src = document.body.dataset.search;
      script.onload = () => done(window.handbook.map(([page, address, title, text]) => (
        { page, address, title, text, low: `${page}\n${title}\n${text}`.toLowerCase() })));
      script.onerror = failed;
      document.head.append(script);
    });
    return loading;
  }

  // A longer Chinese phrase that stands nowhere as it is, is looked for by its pairs of characters.
  const pairsOf = (word) => /^[\u3400-\u9fff]{3,}$/.test(word)
    ? [...word].slice(1).map((sign, at) => word[at] + sign) : [word.replace(/(ies|es|s|ed|ing)$/, "")];

  function weigh(section, words) {
    const title = section.title.toLowerCase(), page = section.page.toLowerCase();
    return words.reduce((sum, word) => sum + (title === word ? 40 : 0) + (title.includes(word) ? 20 : 0)
      + (page.includes(word) ? 5 : 0) + Math.min(section.low.split(word).length - 1, 8), 0);
  }

  function search(sections, query) {
    const words = query.toLowerCase().split(/\s+/).filter(Boolean);
    const rank = (all, wanted, enough) => all
      .filter((section) => wanted.filter((word) => section.low.includes(word)).length >= enough)
      .map((section) => [weigh(section, wanted), section]).sort((one, two) => two[0] - one[0])
      .map(([, section]) => section);
    const exact = rank(sections, words, words.length);
    if (exact.length) { return [exact, words]; }
    const parts = words.flatMap(pairsOf).filter(Boolean);
    return [rank(sections, parts, Math.ceil(parts.length * 0.6)), parts];
  }

  function marked(text, words) {
    const low = text.toLowerCase(), line = document.createElement("p");
    const first = Math.min(...words.map((word) => low.indexOf(word)).filter((at) => at >= 0), text.length);
    const begin = first === text.length ? 0 : Math.max(0, first - AROUND);
    let at = begin;
    const end = Math.min(text.length, begin + AROUND * 4);
    if (begin) { line.append("…"); }
    while (at < end) {
      const hit = words.find((word) => low.startsWith(word, at));
      if (hit) {
        const mark = document.createElement("mark");
        mark.textContent = text.slice(at, at + hit.length);
        line.append(mark);
        at += hit.length;
      } else { line.append(text[at]); at += 1; }
    }
    if (end < text.length) { line.append("…"); }
    line.normalize();
    return line;
  }

  function show([sections, words], query) {
    const count = document.createElement("p");
    count.textContent = sections.length ? `${sections.length} ${found.dataset.found}` : found.dataset.none;
    const list = document.createElement("ol");
    for (const section of sections.slice(0, SHOWN)) {
      const item = document.createElement("li"), link = document.createElement("a"), page = document.createElement("small");
      link.href = section.address;
      link.textContent = section.title;
      link.addEventListener("click", () => { found.hidden = true; });
      page.textContent = section.title === section.page ? "" : ` · ${section.page}`;
      item.append(link, page, marked(section.text, words));
      list.append(item);
    }
    found.replaceChildren(count, list);
    found.dataset.words = query;
    found.hidden = false;
  }

  async function ask() {
    const query = box.value.trim();
    if (!query) { found.hidden = true; return; }
    const sections = await load();
    if (box.value.trim() === query) { show(search(sections, query), query); window.scrollTo({ top: 0 }); }
  }
  box.addEventListener("focus", load);
  box.addEventListener("input", ask);
  form.addEventListener("submit", (event) => { event.preventDefault(); ask(); });
}());
