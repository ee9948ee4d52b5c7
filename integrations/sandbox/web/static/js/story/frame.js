// The strip's elements and where they stand.

import {h, clear} from '../dom.js';
import {icon} from '../icons.js';
import {channelOf, parseLook, placeName} from './progress.js';

const small = 'firebreak.strip';

/** Builds the strip in root; gives the parts that are written later. */
export function frame(root, {play, step, speed, scenes, follow, ticker, look}) {
  const parts = {
    bar: h('div', {class: 'st-bar', 'aria-hidden': 'true'}),
    title: h('h2', {class: 'st-title'}),
    step: h('span', {class: 'st-count'}),
    text: h('p', {class: 'st-text'}),
    next: h('p', {class: 'st-next'}),
    look: lookLink(look),
    more: h('div', {class: 'st-more'}),
    fold: h('button', {class: 'tool st-fold', type: 'button'}, icon('down')),
  };
  const go = h('div', {class: 'st-go'}, play, step);
  const side = h('div', {class: 'st-side'}, follow, speed, scenes);
  const row = h('div', {class: 'st-row'}, go, words(parts, ticker), side, parts.fold);
  clear(root).append(h('div', {class: 'st'}, parts.bar, row));
  folds(root, parts.fold);
  return parts;
}

function words({title, step, text, next, look, more}, ticker) {
  const [first, last] = [h('div', {class: 'st-line'}, title, step), h('div', {class: 'st-line st-what'}, next, look)];
  const head = h('div', {role: 'status', 'aria-live': 'polite', class: 'st-head'}, first, text, last);
  return h('div', {class: 'st-words'}, head, ticker, more);
}

function lookLink(look) {
  const go = (e) => {
    e.preventDefault();
    look();
  };
  return h('a', {class: 'st-look', href: '#/slack', on: {click: go}});
}

/** Lets the button fold the strip; how it was left is remembered. */
function folds(root, button) {
  const set = (to) => {
    root.dataset.small = to;
    sessionStorage.setItem(small, to);
    button.setAttribute('aria-expanded', String(to !== 'yes'));
    button.setAttribute('aria-label', to === 'yes' ? 'Show more of the story' : 'Show less of the story');
  };
  button.addEventListener('click', () => set(root.dataset.small === 'yes' ? 'no' : 'yes'));
  set(sessionStorage.getItem(small) ?? 'no');
}

/** Writes only what changed, so that a live region says nothing twice. */
export function write(node, text) {
  if (node.textContent !== text) node.textContent = text;
  node.hidden = text === '';
}

/** Draws how far the story is. */
export function segments(bar, now) {
  if (bar.children.length !== now.scenes.length) clear(bar).append(...now.scenes.map(() => h('span')));
  [...bar.children].forEach((part, i) => {
    part.className = i < now.at ? 'past' : i === now.at ? 'now' : '';
  });
}

/** Points the link at the place; its channel's name may come later. */
export async function lookAt(link, now, names) {
  const {hash, as} = parseLook(now.look);
  link.hidden = !hash || now.phase === 'done' || now.phase === 'ready';
  if (link.hidden) return;
  link.href = hash;
  const show = () => {
    link.textContent = `Look: ${placeName(now.look, names.channel, names.first(as))}`;
  };
  show();
  await names.meet(channelOf(hash));
  if (link.href.endsWith(hash)) show();
}
