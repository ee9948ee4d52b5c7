// Says where the last element is that matches css and says text, before it is
// brought to the screen's lower edge; what floats over it is hidden.
(css, text) => {
  for (const pill of document.querySelectorAll('.log-day, .log-pill')) pill.style.visibility = 'hidden';
  const el = [...document.querySelectorAll(css)].findLast((x) => x.textContent.includes(text));
  const box = el.getBoundingClientRect();
  el.scrollIntoView({block: 'end', behavior: 'instant'});
  return {X: 0, Y: box.top, Width: innerWidth, Height: Math.min(box.bottom, innerHeight) - box.top};
}
