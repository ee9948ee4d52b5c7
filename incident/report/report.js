"use strict";
(() => {
  const form = document.getElementById("filter");
  const lines = [...document.querySelectorAll("main li")];
  const texts = lines.map((li) => li.textContent.toLowerCase());
  const checked = (name) => new Set([...form.querySelectorAll(`input[name=${name}]:checked`)].map((i) => i.value));
  const filter = () => {
    const words = document.getElementById("words").value.toLowerCase().split(/\s+/).filter(Boolean);
    const lanes = checked("lane"), kinds = checked("kind"), pinned = document.getElementById("pinned").checked;
    let shown = 0;
    lines.forEach((li, i) => {
      const fits = lanes.has(li.dataset.lane) && kinds.has(li.dataset.kind) && (!pinned || "pinned" in li.dataset)
        && words.every((w) => texts[i].includes(w));
      li.hidden = !fits;
      shown += fits ? 1 : 0;
    });
    for (const s of document.querySelectorAll("main section")) s.hidden = !s.querySelector("li:not([hidden])");
    document.getElementById("count").textContent = `${shown} of ${lines.length} entries`;
  };
  const local = () => {
    const on = document.getElementById("local").checked;
    for (const t of document.querySelectorAll("main time")) {
      const d = new Date(t.dateTime);
      t.textContent = on ? d.toLocaleTimeString([], { hour12: false }) : t.dateTime.slice(11, 19);
      t.title = on ? d.toLocaleString() : t.dateTime;
    }
  };
  form.addEventListener("input", filter);
  form.addEventListener("submit", (e) => e.preventDefault());
  document.getElementById("local").addEventListener("change", local);
  form.hidden = false;
  filter();
  if (location.hash) document.querySelector(location.hash)?.scrollIntoView();
})();
