// The faults that can be switched on, in plain words.

import {h} from '../dom.js';
import {button, choice, once} from '../form/field.js';
import {active, isOn, limited, lost, services, slow, slowness, strikes, switches} from './catalogue.js';

/** Makes the section: {node, show(state)}; `set(verb, body)` does it. */
export function faultSwitches(set) {
  const flips = switches.map((s) => ({...s, flip: flip(s.title, (on) => set(s.id, {on}))}));
  const limits = services.map((s) => ({...s, flip: flip(`${s.name} limits the rate`, (on) => set('rate-limit', {service: s.id, on}), s.name)}));
  const speed = choice('slow', [{value: '0', text: 'as fast as it is'}, {value: '200', text: '0.2 s more'}, {value: '1000', text: '1 s more'}, {value: '3000', text: '3 s more'}], '0',
    {'aria-label': slow.title, on: {change: () => set('slow', {ms: Number(speed.value)})}});
  const on = h('p', {class: 'fx-on', role: 'status'});
  const off = button('Undo all faults', () => set('clear', {}), {kind: 'small'});
  const banner = h('div', {class: 'fx-banner'}, on, off);
  const node = h('section', {class: 'fx-faults', 'aria-labelledby': 'fx-faults'}, h('h2', {id: 'fx-faults', text: 'Break things yourself'}), banner, h('div', {class: 'fx-cards'},
    flips.map((f) => card(f, f.flip.node)),
    strikes.map((s) => card(s, button('Do it now', () => set(s.id, {}), {'aria-label': s.title}))),
    card(lost, h('div', {class: 'fx-three'}, services.map((s) => button(s.name, () => set('lose-next', {service: s.id}), {'aria-label': `${lost.title}: ${s.name}`})))),
    card(limited, h('div', {class: 'fx-three'}, limits.map((l) => l.flip.node))),
    card(slow, speed)));
  return {node, show(state) {
    for (const f of flips) f.flip.show(isOn(state, f.id));
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

/** Names the faults that have not struck yet. */
function pending(state) {
  return (state?.waiting ?? []).map((f) => `waiting for the next call${f.service || f.Service ? ` to ${name(f.service || f.Service)}` : ''}`);
}

function name(id) {
  return services.find((s) => s.id === id)?.name ?? id;
}
