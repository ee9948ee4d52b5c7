// Menus that open beside a button, worked by mouse or keyboard.

import {h} from './dom.js';

let open = null;

/**
 * Opens a menu at anchor. items: {text, fn, note, danger, checked, icon} or
 * null for a line. Closing gives the focus back.
 */
export function openMenu(anchor, items, {label = 'Menu', wide = false, role = 'menu'} = {}) {
  const box = h(
    'div',
    {class: ['menu', wide && 'menu-wide'], role, 'aria-label': label, tabindex: -1},
    items.map((item) => (item ? row(item, role) : h('div', {class: 'menu-line', role: 'separator'}))),
  );
  box.addEventListener('keydown', steer);
  popup(anchor, box);
  (box.querySelector('[aria-checked=true],[aria-selected=true]') || box.querySelector('button') || box).focus();
  return box;
}

function row(item, role) {
  const kind =
    role === 'listbox'
      ? {role: 'option', 'aria-selected': String(Boolean(item.checked))}
      : item.checked === undefined
        ? {role: 'menuitem'}
        : {role: 'menuitemradio', 'aria-checked': String(item.checked)};
  return h(
    'button',
    {
      class: ['menu-item', item.danger && 'danger'],
      type: 'button',
      tabindex: -1,
      disabled: item.disabled,
      ...kind,
      on: {
        click: () => {
          close();
          item.fn();
        },
      },
    },
    item.icon || null,
    h('span', {class: 'menu-text', text: item.text}),
    item.note ? h('span', {class: 'menu-note', text: item.note}) : null,
  );
}

/** Puts box beside anchor, above everything; Escape, a click elsewhere and scrolling away close it. */
export function popup(anchor, box, {after} = {}) {
  close();
  (anchor.closest('dialog') || document.body).append(box);
  const back = document.activeElement;
  open = {box, anchor, after, back: anchor.contains(back) ? back : anchor};
  anchor.setAttribute('aria-expanded', 'true');
  box.classList.add('popup');
  place(anchor, box);
  document.addEventListener('pointerdown', outside, true);
  document.addEventListener('keydown', escape, true);
  addEventListener('resize', close);
}

/** Closes what is open. */
export function close() {
  if (!open) return;
  const {box, anchor, after, back} = open;
  open = null;
  const had = box.contains(document.activeElement);
  box.remove();
  anchor.setAttribute('aria-expanded', 'false');
  document.removeEventListener('pointerdown', outside, true);
  document.removeEventListener('keydown', escape, true);
  removeEventListener('resize', close);
  if (had && back.isConnected) back.focus({preventScroll: true});
  if (after) after();
}

function outside(e) {
  if (!open || open.box.contains(e.target)) return;
  const onAnchor = open.anchor.contains(e.target);
  close();
  if (onAnchor) addEventListener('click', (click) => click.stopPropagation(), {capture: true, once: true});
}

function escape(e) {
  if (e.key !== 'Escape') return;
  e.preventDefault();
  e.stopPropagation();
  close();
}

function place(anchor, box) {
  const a = anchor.getBoundingClientRect();
  if (box.classList.contains('pick')) box.style.setProperty('width', Math.min(Math.max(260, a.width), innerWidth - 16) + 'px');
  const b = box.getBoundingClientRect();
  const below = a.bottom + 4 + b.height <= innerHeight - 8;
  const top = below ? a.bottom + 4 : Math.max(8, Math.min(a.top - 4 - b.height, innerHeight - b.height - 8));
  const right = a.left + b.width > innerWidth - 8;
  const left = right ? Math.max(8, Math.min(a.right - b.width, innerWidth - b.width - 8)) : Math.max(8, a.left);
  box.style.setProperty('top', top + 'px');
  box.style.setProperty('left', left + 'px');
}

function steer(e) {
  const rows = [...e.currentTarget.querySelectorAll('button:not([disabled])')];
  const i = rows.indexOf(document.activeElement);
  const to = {ArrowDown: i + 1, ArrowUp: i - 1, Home: 0, End: -1}[e.key];
  if (to !== undefined) rows.at(to % rows.length)?.focus();
  else if (e.key === 'Tab') {
    close();
    return;
  } else if (e.key.length === 1 && e.key !== ' ') typed(rows, i, e.key);
  else return;
  e.preventDefault();
  e.stopPropagation();
}

function typed(rows, i, key) {
  const order = [...rows.slice(i + 1), ...rows.slice(0, i + 1)];
  order.find((r) => r.textContent.trim().toLowerCase().startsWith(key.toLowerCase()))?.focus();
}
