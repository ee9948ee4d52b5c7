// Short words about what just happened, read out by screen readers.

import {h} from './dom.js';

const stay = {bad: 10000, good: 4000, info: 6000};

/** Shows text; kind is 'info', 'good' or 'bad'. */
export function say(text, kind = 'info') {
  const words = String(text).trim();
  const box = region(kind === 'bad' ? 'alert' : 'status');
  for (const old of box.children) if (old.dataset.text === words) old.remove();
  const note = h(
    'div',
    {class: ['toast', 'toast-' + kind], data: {text: words}},
    h('span', {class: 'toast-text', text: words}),
    h('button', {class: 'toast-x', type: 'button', 'aria-label': 'Dismiss', on: {click: () => note.remove()}}, '×'),
  );
  box.append(note);
  while (box.children.length > 4) box.firstChild.remove();
  fade(note, stay[kind] || stay.info);
}

function fade(note, time) {
  let timer = setTimeout(() => note.remove(), time);
  note.addEventListener('pointerenter', () => clearTimeout(timer));
  note.addEventListener('pointerleave', () => {
    timer = setTimeout(() => note.remove(), 2000);
  });
}

function region(role) {
  const id = 'toast-' + role;
  return (
    document.getElementById(id) ||
    document.body.appendChild(h('div', {id, class: 'toasts', role, 'aria-live': role === 'alert' ? 'assertive' : 'polite'}))
  );
}
