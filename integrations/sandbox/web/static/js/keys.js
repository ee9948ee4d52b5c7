// One table of what keys do, used by the keyboard and by the help dialog.

const table = [];
let before = '';
let timer = 0;

/** Makes key (or two in a row: 'g s') do fn when no field has the focus; without fn it is only listed. Returns what ends it. */
export function bind(key, tells, fn, group = 'Everywhere') {
  const row = {key, tells, fn, group};
  table.push(row);
  return () => table.splice(table.indexOf(row), 1);
}

/** Lists what keys do: [{key, tells, group}]. */
export function list() {
  return table.filter((row) => row.tells);
}

/** Says whether the keys belong to what has the focus. */
export function busy(target) {
  if (!(target instanceof Element)) return false;
  return Boolean(target.closest('input, textarea, select, [contenteditable], [role=menu], [role=listbox], [role=combobox]'));
}

/** Begins to listen. */
export function start() {
  document.addEventListener('keydown', press);
}

function find(key) {
  return table.findLast((r) => r.fn && r.key === key);
}

function press(e) {
  if (e.defaultPrevented || e.ctrlKey || e.metaKey || e.altKey || e.isComposing || busy(e.target)) return;
  if (document.querySelector('dialog[open]')) return;
  if (e.key === ' ' && e.target.closest('button, a, summary')) return;
  const row = find(before + e.key) || find(e.key);
  before = table.some((r) => r.key.startsWith(e.key + ' ')) && !before ? e.key + ' ' : '';
  clearTimeout(timer);
  timer = setTimeout(() => {
    before = '';
  }, 1200);
  if (!row) return;
  e.preventDefault();
  row.fn(e);
}
