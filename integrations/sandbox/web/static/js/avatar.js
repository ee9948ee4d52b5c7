// Faces of people: their initials on a colour of their own.

import {h} from './dom.js';
import {state} from './state.js';

/** Two letters for a name. Pure. */
export function initials(name) {
  const words = String(name || '?')
    .replace(/[^\p{L}\p{N}\s]/gu, ' ')
    .trim()
    .split(/\s+/);
  const letters = words.length > 1 ? [words[0], words.at(-1)].map((w) => [...w][0]) : [...(words[0] || '?')].slice(0, 2);
  return letters.join('').toUpperCase();
}

/** A number of a colour, 0 to 7, the same for the same id. Pure. */
export function hue(id) {
  let n = 0;
  for (const c of String(id)) n = (n * 31 + c.codePointAt(0)) >>> 0;
  return n % 8;
}

// colour keeps those apart that there are from the beginning, whatever their
// ids are in this sandbox.
function colour(id) {
  const person = state.person(id);
  return person ? state.world.people.indexOf(person) % 8 : hue(id);
}

/** Draws a face; size is 's', 'm' or 'l'. */
export function avatar(id, name, size = 'm', kind = '') {
  return h('span', {
    class: ['face', 'face-' + size, 'face-' + colour(id), kind && 'face-' + kind],
    'aria-hidden': 'true',
    text: initials(name),
  });
}
