// Turns stored texts back into what people typed, or into plain lines. Pure.

import {inline} from './mrkdwn_line.js';
import {dateToken} from '../time.js';

/** A stored text as its author typed it. */
export function asTyped(text, who) {
  return String(text)
    .replace(/<([@#!]?)([^<>|]*)(?:\|([^<>]*))?>/g, (all, kind, id, label) => {
      const person = kind === '@' && who.user(id);
      if (person) return '@' + person.name;
      const channel = kind === '#' && who.channel(id);
      if (kind === '#') return '#' + ((channel && channel.name) || label || id);
      const group = kind === '!' && id.startsWith('subteam^') && who.group(id.slice(8));
      if (kind === '!') return '@' + ((group && group.handle) || (label || id).replace(/^@/, ''));
      return kind ? all : label || id.replace(/^mailto:/, '');
    })
    .replace(/&(lt|gt|amp);/g, (_, name) => ({lt: '<', gt: '>', amp: '&'})[name]);
}

/** A text as one plain line, with names in place of ids. */
export function plainLine(text, who) {
  return flat(inline(String(text || '').replace(/\s+/g, ' ')), who);
}

function flat(nodes, who) {
  return nodes
    .map((n) => {
      if (n.c) return flat(n.c, who);
      const person = n.t === 'user' && who.user(n.id);
      if (n.t === 'user') return '@' + (person ? person.real_name || person.name : n.label || n.id);
      const channel = n.t === 'channel' && who.channel(n.id);
      if (n.t === 'channel') return '#' + ((channel && channel.name) || n.label || 'private-channel');
      const group = n.t === 'group' && who.group(n.id);
      if (n.t === 'group') return '@' + ((group && group.handle) || n.label.replace(/^@/, '') || 'group');
      if (n.t === 'range') return '@' + n.s;
      if (n.t === 'date') return dateToken(n.format, n.at, who.tz);
      return n.t === 'emoji' ? who.emoji(n.name, n.skin) || n.s : n.s || '';
    })
    .join('');
}
