// The faults that can be switched on, in plain words.

import {h} from '../dom.js';
import {button, choice, fillChoice, once} from '../form/field.js';
import {banner} from './banner.js';
import {
  callOf,
  callOptions,
  cut,
  isOn,
  limited,
  lost,
  refused,
  services,
  slow,
  slowness,
  switches,
} from './catalogue.js';

const speeds = [
  {value: '0', text: 'as fast as it is'},
  {value: '200', text: '0.2 s more'},
  {value: '1000', text: '1 s more'},
  {value: '3000', text: '3 s more'},
];

/** Makes the section: {node, show(state)}; `set(verb, body)` does it. */
export function faultSwitches(set) {
  const parts = [
    ...switches.map((s) => steady(s, set)),
    cutting(set),
    ...[lost, refused].map((s) => spoil(s, set)),
    limits(set),
    slowing(set),
  ];
  const sign = banner(set);
  const title = h('h2', {id: 'fx-faults', text: 'Break things yourself'});
  const cards = h(
    'div',
    {class: 'fx-cards'},
    parts.map((part) => part.node),
  );
  return {
    node: h('section', {class: 'fx-faults', 'aria-labelledby': title.id}, title, sign.node, cards),
    show: (state) => {
      for (const part of [sign, ...parts]) part.show(state);
    },
  };
}

function steady(s, set) {
  const knob = flip(s.title, (on) => set(s.id, {on}));
  return {node: card(s, knob.node), show: (state) => knob.show(isOn(state, s.id))};
}

function cutting(set) {
  const now = button('Cut it now', () => set(cut.id, {}));
  return {node: card(cut, now), show: () => {}};
}

function limits(set) {
  const knobs = services.map((s) => ({
    id: s.id,
    ...flip(`${s.name} limits the rate`, (on) => set('rate-limit', {service: s.id, on}), s.name),
  }));
  const row = h(
    'div',
    {class: 'fx-three'},
    knobs.map((k) => k.node),
  );
  const show = (state) => knobs.forEach((k) => k.show(isOn(state, 'rate-limit', k.id)));
  return {node: card(limited, row), show};
}

function slowing(set) {
  const speed = choice('slow', speeds, '0', {
    'aria-label': slow.title,
    on: {change: () => set('slow', {ms: Number(speed.value)})},
  });
  const show = (state) => {
    if (document.activeElement !== speed) speed.value = String(slowness(state));
  };
  return {node: card(slow, speed), show};
}

function card({title, what, expect}, control) {
  return h(
    'article',
    {class: 'card fx-card'},
    h('h3', {text: title}),
    h('p', {text: what}),
    h('p', {class: 'fx-expect'}, h('strong', {text: 'Expect: '}), expect),
    control,
  );
}

/** Makes a switch; `text` stands beside it. */
function flip(label, change, text = '') {
  const word = h('span', {class: 'fx-word', text: text || 'Off'});
  const node = h(
    'button',
    {
      class: 'fx-switch',
      type: 'button',
      role: 'switch',
      'aria-checked': 'false',
      'aria-label': label,
      on: {click: () => once(node, () => change(node.getAttribute('aria-checked') !== 'true'))},
    },
    h('span', {class: 'fx-knob', 'aria-hidden': 'true'}),
    word,
  );
  return {
    node,
    show(on) {
      node.setAttribute('aria-checked', String(on));
      if (!text) word.textContent = on ? 'On' : 'Off';
    },
  };
}

/** Chooses the call that goes wrong next. */
function spoil(s, set) {
  const {id, title} = s;
  const box = choice(id, [], '', {'aria-label': `${title}: which call`});
  const node = h(
    'div',
    {class: 'fx-spoil'},
    box,
    button('Arm it', () => set(id, callOf(box.value)), {'aria-label': `${title}: arm it`}),
  );
  return {node: card(s, node), show: (state) => fillChoice(box, callOptions(state?.writes))};
}
