"use strict";
// Finds computers in the lists of an audit. Without it the lists are there all the same.
(() => {
  const box = document.querySelector(".find");
  const input = box.querySelector("input"), said = box.querySelector("output");
  const count = new Intl.NumberFormat("en");
  let findings;

  // Of each finding its list, and the text of each item; made when it is first needed.
  const read = () => [...document.querySelectorAll(".finding")].map(finding => ({
    finding, fold: finding.querySelector("details"), opened: false,
    items: [...finding.querySelectorAll(".clients li")].map(item => ({ item, text: item.textContent.toLowerCase() })),
  }));

  const find = () => {
    const wanted = input.value.trim().toLowerCase().replace(/^\{|\}$/g, "");
    findings ??= read();
    let hits = 0, within = 0;
    for (const one of findings) {
      let here = 0;
      for (const { item, text } of one.items) {
        const is = text.includes(wanted);
        item.hidden = !is;
        if (is) here++;
      }
      one.finding.hidden = wanted !== "" && here === 0;
      hits += here;
      if (here > 0) within++;
      if (!one.fold) continue;
      if (wanted !== "" && here > 0 && !one.fold.open) { one.fold.open = true; one.opened = true; }
      if (wanted === "" && one.opened) { one.fold.open = false; one.opened = false; }
    }
    const plural = n => n === 1 ? "" : "s";
    said.textContent = wanted === "" ? "" : hits === 0 ? "in no finding" :
      count.format(hits) + " row" + plural(hits) + " in " + count.format(within) + " finding" + plural(within);
  };

  let waiting;
  input.addEventListener("input", () => { clearTimeout(waiting); waiting = setTimeout(find, 120); });
  input.addEventListener("keydown", event => {
    if (event.key === "Enter") { clearTimeout(waiting); find(); event.preventDefault(); }
    if (event.key === "Escape") { input.value = ""; find(); }
  });
  box.hidden = false;

  // On paper nothing can be unfolded: short lists are, and folded again afterwards.
  let unfolded = [];
  addEventListener("beforeprint", () => {
    unfolded = [...document.querySelectorAll("details:not([open])")].filter(fold => fold.querySelectorAll("li").length <= 200);
    unfolded.forEach(fold => { fold.open = true; });
  });
  addEventListener("afterprint", () => { unfolded.forEach(fold => { fold.open = false; }); unfolded = []; });
})();
