// Draws faces: people's initials, and the flame of the app under test.

import {h} from '../dom.js';
import {mark} from '../icons.js';
import {avatar} from '../avatar.js';
import {called} from './who.js';

/** Draws the face of a person or bot by id; size as in avatar(). */
export function face(id, who, size, name = '') {
  if (who.ours(id)) return h('span', {class: ['face', 'face-' + size, 'face-app'], 'aria-hidden': 'true'}, mark());
  const p = who.user(id);
  return avatar(id, name || (p ? called(p) : id), size);
}
