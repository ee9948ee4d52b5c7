// The strip's elements and where they stand.

import {h, clear} from '../dom.js';
import {icon} from '../icons.js';
import {channelOf, parseLook, placeName} from './progress.js';

const small = 'firebreak.strip';
const phone = '(max-width: 599px)';

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
  folds(root, parts.fold, row.querySelector('.st-words'));
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

/** Lets the button fold the strip, and a tap on what is left unfold it; how it was left is remembered. */
function folds(root, button, rest) {
  const narrow = matchMedia(phone);
  const set = (to) => {
    root.dataset.small = to;
    button.setAttribute('aria-expanded', String(to !== 'yes'));
    button.setAttribute('aria-label', to === 'yes' ? 'Show more of the story' : 'Show less of the story');
  };
  const turn = () => {
    const to = root.dataset.small === 'yes' ? 'no' : 'yes';
    sessionStorage.setItem(small, to);
    set(to);
  };
  const start = () => set(startsSmall(sessionStorage.getItem(small), narrow.matches));
  button.addEventListener('click', turn);
  rest.addEventListener('click', (e) => {
    if (root.dataset.small === 'yes' && !e.target.closest('a, button')) turn();
  });
  narrow.addEventListener('change', start);
  start();
}

/** Says whether a strip is folded that was left as told, 'yes', 'no' or null: on a phone it is, for the channel's sake. Pure. */
export function startsSmall(left, onPhone) {
  return left ?? (onPhone ? 'yes' : 'no');
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
