// Finds what a person means by css and text: elements that can be seen and
// have that text in their name, words or value, those that have nothing else
// first. Says where the first is and whether a pointer would reach it there,
// and notes in window.hit when one has.
(css, text) => {
  const tidy = (s) => String(s || '').replace(/\s+/g, ' ').trim();
  const labels = (el) => [...(el.labels || [])].map((label) => label.textContent.replace('(optional)', ''));
  const words = (el) => [el.getAttribute('aria-label'), el.textContent, el.placeholder, el.title, el.value, ...labels(el)].map(tidy);
  const shown = (el) => el.checkVisibility({opacityProperty: true, visibilityProperty: true}) && el.getClientRects().length > 0;
  const all = [...document.querySelectorAll(css)].filter(shown).map((el) => ({el, said: words(el)}));
  const exact = all.filter((x) => x.said.includes(text));
  const found = text === '' ? all : exact.length > 0 ? exact : all.filter((x) => x.said.some((s) => s.includes(text)));
  if (found.length === 0) return {n: 0, over: `of ${all.length} such elements none says so`};
  const {el, said} = found[0];
  const inside = (box) => box.top >= 0 && box.left >= 0 && box.bottom <= innerHeight && box.right <= innerWidth;
  if (!inside(el.getBoundingClientRect())) el.scrollIntoView({block: 'center', inline: 'nearest', behavior: 'instant'});
  const box = el.getClientRects()[0];
  const x = box.left + box.width / 2;
  const y = box.top + Math.min(box.height / 2, 40);
  const top = document.elementFromPoint(x, y);
  const clear = top !== null && (el.contains(top) || top.closest('label')?.control === el);
  if (!('hit' in window)) document.addEventListener('click', (e) => { window.hit ||= window.aim.contains(e.target); }, true);
  Object.assign(window, {hit: false, aim: el});
  return {n: found.length, x, y, clear, over: top ? `${top.tagName.toLowerCase()}.${top.className}` : 'nothing', words: said[1] || said[0], value: el.value ?? ''};
}
