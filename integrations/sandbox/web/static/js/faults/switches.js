// The faults that can be switched on, in plain words.

import {h} from '../dom.js';
import {button, choice, fillChoice, once} from '../form/field.js';
import {active, callName, callOf, callOptions, cut, isOn, limited, lost, refused, services, slow, slowness, switches} from './catalogue.js';

/** Makes the section: {node, show(state)}; `set(verb, body)` does it. */
export function faultSwitches(set) {
  const flips = switches.map((s) => ({...s, flip: flip(s.title, (on) => set(s.id, {on}))}));
  const limits = services.map((s) => ({...s, flip: flip(`${s.name} limits the rate`, (on) => set('rate-limit', {service: s.id, on}), s.name)}));
  const speed = choice('slow', [{value: '0', text: 'as fast as it is'}, {value: '200', text: '0.2 s more'}, {value: '1000', text: '1 s more'}, {value: '3000', text: '3 s more'}], '0',
    {'aria-label': slow.title, on: {change: () => set('slow', {ms: Number(speed.value)})}});
  const spoils = [lost, refused].map((s) => ({...s, ...spoil(s, set)}));
  const on = h('p', {class: 'fx-on', role: 'status'});
  const off = button('Undo all faults', () => set('clear', {}), {kind: 'small'});
  const banner = h('div', {class: 'fx-banner'}, on, off);
  const node = h('section', {class: 'fx-faults', 'aria-labelledby': 'fx-faults'}, h('h2', {id: 'fx-faults', text: 'Break things yourself'}), banner, h('div', {class: 'fx-cards'},
    flips.map((f) => card(f, f.flip.node)),
    card(cut, button('Cut it now', () => set(cut.id, {}))),
    spoils.map((s) => card(s, s.node)),
    card(limited, h('div', {class: 'fx-three'}, limits.map((l) => l.flip.node))),
    card(slow, speed)));
  return {node, show(state) {
    for (const f of flips) f.flip.show(isOn(state, f.id));
    for (const s of spoils) s.show(state);
    for (const l of limits) l.flip.show(isOn(state, 'rate-limit', l.id));
    if (document.activeElement !== speed) speed.value = String(slowness(state));
    const names = [...active(state), ...pending(state)];
    banner.hidden = names.length === 0;
    const text = names.length > 0 ? `On now: ${names.join(', ')}` : '';
    if (on.textContent !== text) on.textContent = text;
  }};
}

function card({title, what, expect}, control) {
  return h('article', {class: 'card fx-card'}, h('h3', {text: title}), h('p', {text: what}), h('p', {class: 'fx-expect'}, h('strong', {text: 'Expect: '}), expect), control);
}

/** Makes a switch; `text` stands beside it. */
function flip(label, change, text = '') {
  const word = h('span', {class: 'fx-word', text: text || 'Off'});
  const node = h('button', {class: 'fx-switch', type: 'button', role: 'switch', 'aria-checked': 'false', 'aria-label': label, on: {click: () => once(node, () => change(node.getAttribute('aria-checked') !== 'true'))}},
    h('span', {class: 'fx-knob', 'aria-hidden': 'true'}), word);
  return {node, show(on) {
    node.setAttribute('aria-checked', String(on));
    if (!text) word.textContent = on ? 'On' : 'Off';
  }};
}

/** Chooses the call that goes wrong next. */
function spoil({id, title}, set) {
  const box = choice(id, [], '', {'aria-label': `${title}: which call`});
  const node = h('div', {class: 'fx-spoil'}, box, button('Arm it', () => set(id, callOf(box.value)), {'aria-label': `${title}: arm it`}));
  return {node, show: (state) => fillChoice(box, callOptions(state?.writes))};
}

/** Names the faults that have not struck yet. */
function pending(state) {
  return (state?.waiting ?? []).map((f) => `waits for “${callName(f.service, f.method)}”`);
}
