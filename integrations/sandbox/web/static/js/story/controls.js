// The story's buttons: play, step, speed, follow, scenes.

import {h, svg} from '../dom.js';
import {icon} from '../icons.js';
import {openMenu, popup} from '../menu.js';
import {standing} from './progress.js';

const shapes = {pause: 'M8 5v14M16 5v14', step: 'M6 5l9 7-9 7zM18.500 5v14'};

/** Draws an icon that only the story needs. */
export function shape(name) {
  if (!shapes[name]) return icon(name);
  return svg(
    'svg',
    {class: 'icon', viewBox: '0 0 24 24', 'aria-hidden': 'true', focusable: 'false'},
    svg('path', {d: shapes[name]}),
  );
}

const speeds = [0.5, 1, 2, 4, 8];

/** Makes the buttons; `act` is {play, pause, step, speed, follow}. Returns {nodes, show(reading, state, following)}. */
export function controls(act) {
  let now = {reading: null, state: null};
  const play = h('button', {
    class: 'btn primary st-play',
    type: 'button',
    on: {click: () => (now.state?.playing ? act.pause() : act.play())},
  });
  const step = h(
    'button',
    {class: 'btn st-step', type: 'button', title: 'Do the next deed only (.)', on: {click: act.step}},
    shape('step'),
    h('span', {text: 'Step'}),
  );
  const speed = h('button', {
    class: 'tool st-speed',
    type: 'button',
    'aria-haspopup': 'menu',
    on: {click: () => speedMenu(speed, now.state, act)},
  });
  const scenes = h(
    'button',
    {class: 'tool st-list', type: 'button', 'aria-haspopup': 'dialog', on: {click: () => sceneList(scenes, now.reading)}},
    icon('ledger'),
    h('span', {text: 'Scenes'}),
  );
  const follow = h(
    'button',
    {class: 'tool st-follow', type: 'button', title: 'Show what the story is about, and as whom', on: {click: act.follow}},
    icon('eye'),
    h('span', {text: 'Follow'}),
  );
  const show = (reading, state, following) => {
    now = {reading, state};
    label(play, state);
    const ended = reading.phase === 'done' || reading.phase === 'failed';
    for (const button of [play, step, speed, follow]) button.hidden = ended;
    speed.textContent = `${state?.speed ?? 1}×`;
    speed.setAttribute('aria-label', `Speed: ${state?.speed ?? 1} times`);
    follow.setAttribute('aria-pressed', String(following));
  };
  return {play, step, speed, scenes, follow, show};
}

function label(play, state) {
  const playing = Boolean(state?.playing);
  if (play.dataset.playing === String(playing)) return;
  play.dataset.playing = String(playing);
  play.title = playing ? 'Pause the story (space)' : 'Play the story (space)';
  play.replaceChildren(shape(playing ? 'pause' : 'play'), h('span', {text: playing ? 'Pause' : 'Play'}));
}

function speedMenu(anchor, state, act) {
  const items = speeds.map((x) => ({
    text: `${x}×`,
    note: x === 1 ? 'as it was' : '',
    checked: (state?.speed ?? 1) === x,
    fn: () => act.speed(x),
  }));
  openMenu(anchor, items, {label: 'Speed'});
}

const marks = {past: 'told', now: 'now', ahead: ''};

/** Lists the scenes; they are for reading, since a story is only told forwards. */
function sceneList(anchor, reading) {
  const rows = (reading?.scenes ?? []).map((title, i) => {
    const at = standing(i, reading.at);
    return h(
      'li',
      {class: 'st-scene st-scene-' + at, 'aria-current': at === 'now' ? 'step' : null},
      h('span', {text: title}),
      h('span', {class: 'muted', text: marks[at]}),
    );
  });
  const box = h(
    'div',
    {class: 'menu menu-wide st-scenes', role: 'dialog', 'aria-label': 'Scenes of the story', tabindex: -1},
    h('ol', {}, rows),
  );
  popup(anchor, box);
  box.focus();
}
