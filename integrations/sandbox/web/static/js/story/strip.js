// The story strip: what happens now, what the bot did about it, where to look.

import {h, clear} from '../dom.js';
import {icon} from '../icons.js';
import {channelOf, reading, parseLook, placeName} from './progress.js';
import {controls} from './controls.js';
import {follower} from './follow.js';
import {naming} from './names.js';
import {ticker} from './ticker.js';
import {invitations} from './invite.js';

const small = 'firebreak.strip';
const begunKey = 'firebreak.begun';

/** Mounts the strip, which stays for good. */
export function mountStrip(root, ctx) {
  const strip = {root, ctx, state: null, look: '', begun: sessionStorage.getItem(begunKey) === 'yes'};
  strip.names = naming(ctx);
  strip.follow = follower(ctx, () => draw(strip));
  strip.buttons = controls(acts(strip));
  strip.parts = build(strip);
  const ends = [ctx.live.on('story', (state) => take(strip, state)), ctx.state.on('me', () => draw(strip))];
  ctx.api.get('/api/story').then((state) => take(strip, state)).catch(() => draw(strip));
  return {unmount: () => { for (const end of ends) end(); strip.follow.end(); strip.ticker.end(); }};
}

function acts(strip) {
  const send = (verb, body) => () => order(strip, verb, body);
  return {
    play: send('play'), pause: send('pause'), step: send('step'),
    speed: (x) => order(strip, 'speed', {x}),
    follow: () => strip.follow.toggle(strip.state?.look),
  };
}

/** Sends an order; the first one ends the introduction. */
async function order(strip, verb, body) {
  if (verb === 'play' || verb === 'step') begin(strip);
  const state = await strip.ctx.api.post('/api/story/' + verb, body);
  if (state?.scenes) take(strip, state);
}

function begin(strip) {
  strip.begun = true;
  sessionStorage.setItem(begunKey, 'yes');
  strip.follow.see(strip.state?.look);
}

/** Takes a new state; a new place to look at is followed, the first one only if the story runs. */
function take(strip, state) {
  if (!state) return;
  const first = strip.state === null;
  if (state.playing || state.done || (state.scene ?? 0) > 0) strip.begun = true;
  const moved = state.look !== strip.look;
  strip.state = state;
  strip.look = state.look ?? '';
  if (moved && strip.begun && (!first || state.playing)) strip.follow.see(state.look);
  draw(strip);
}

function build(strip) {
  const {play, step, speed, scenes, follow} = strip.buttons;
  strip.ticker = ticker(strip.ctx, strip.names);
  const parts = {
    bar: h('div', {class: 'st-bar', 'aria-hidden': 'true'}),
    title: h('h2', {class: 'st-title'}), step: h('span', {class: 'st-count'}),
    text: h('p', {class: 'st-text'}),
    next: h('p', {class: 'st-next'}), look: h('a', {class: 'st-look', href: '#/slack'}),
    more: h('div', {class: 'st-more'}),
    fold: h('button', {class: 'tool st-fold', type: 'button', on: {click: () => fold(strip)}}, icon('down')),
  };
  parts.look.addEventListener('click', (e) => { e.preventDefault(); strip.follow.go(strip.state?.look); });
  const words = h('div', {class: 'st-words'},
    h('div', {role: 'status', 'aria-live': 'polite', class: 'st-head'}, h('div', {class: 'st-line'}, parts.title, parts.step), parts.text, h('div', {class: 'st-line st-what'}, parts.next, parts.look)),
    strip.ticker.node, parts.more);
  clear(strip.root).append(h('div', {class: 'st'}, parts.bar,
    h('div', {class: 'st-row'}, h('div', {class: 'st-go'}, play, step), words,
      h('div', {class: 'st-side'}, follow, speed, scenes), parts.fold)));
  setFold(strip, parts, sessionStorage.getItem(small) ?? 'no');
  return parts;
}

function fold(strip) {
  setFold(strip, strip.parts, strip.root.dataset.small === 'yes' ? 'no' : 'yes');
}

function setFold(strip, parts, to) {
  strip.root.dataset.small = to;
  sessionStorage.setItem(small, to);
  parts.fold.setAttribute('aria-expanded', String(to !== 'yes'));
  parts.fold.setAttribute('aria-label', to === 'yes' ? 'Show more of the story' : 'Show less of the story');
}

function draw(strip) {
  const {parts, state} = strip;
  const now = reading(state, strip.begun);
  strip.root.dataset.phase = now.phase;
  write(parts.title, now.title);
  write(parts.step, now.step);
  write(parts.text, now.text);
  write(parts.next, now.next);
  segments(parts.bar, now);
  lookAt(parts.look, now, strip.names);
  strip.buttons.show(now, state, strip.follow.on);
  invitations(parts.more, now.phase, strip.ctx.api);
}

/** Writes only what changed, so that a live region says nothing twice. */
function write(node, text) {
  if (node.textContent !== text) node.textContent = text;
  node.hidden = text === '';
}

function segments(bar, now) {
  if (bar.children.length !== now.scenes.length) clear(bar).append(...now.scenes.map(() => h('span')));
  [...bar.children].forEach((part, i) => { part.className = i < now.at ? 'past' : i === now.at ? 'now' : ''; });
}

/** Points the link at the place; its channel's name may come later. */
async function lookAt(link, now, names) {
  const {hash, as} = parseLook(now.look);
  link.hidden = !hash || now.phase === 'done' || now.phase === 'ready';
  if (link.hidden) return;
  link.href = hash;
  const show = () => { link.textContent = `Look: ${placeName(now.look, names.channel, names.first(as))}`; };
  show();
  await names.meet(channelOf(hash));
  if (link.href.endsWith(hash)) show();
}
