// Draws the trees of mrkdwn.js, rich.js and markdown.js.

import {h, safe} from '../dom.js';
import {dateToken, clock, day} from '../time.js';
import {called} from './who.js';

/** Draws nodes; who knows the names in them. */
export function draw(nodes, who) {
  return (nodes || []).map((node) => one(node, who));
}

const simple = {bold: 'b', italic: 'i', strike: 's', underline: 'u', highlight: 'mark', codelike: 'code'};

function one(n, who) {
  if (simple[n.t]) return h(simple[n.t], null, draw(n.c, who));
  const make = makers[n.t];
  return make ? make(n, who) : h('span', {class: 'tag', text: n.s || n.t});
}

const makers = {
  text: (n) => n.s,
  br: () => h('br'),
  para: (n, who) => h('div', {class: 'para'}, draw(n.c, who), n.c.length ? null : h('br')),
  code: (n) => h('code', {text: n.s}),
  pre: (n) => h('pre', {tabindex: 0, text: n.s}),
  quote: (n, who) => h('blockquote', null, draw(n.c, who)),
  list: (n, who) => h(n.ordered ? 'ol' : 'ul', {start: n.ordered && n.start > 1 ? n.start : null}, draw(n.c, who)),
  item: (n, who) =>
    h(
      'li',
      {class: n.checked === undefined ? null : 'task'},
      n.checked === undefined
        ? null
        : h('input', {type: 'checkbox', disabled: true, checked: n.checked, 'aria-label': n.checked ? 'done' : 'not done'}),
      draw(n.c, who),
    ),
  heading: (n, who) => h('h' + Math.min(6, n.level + 2), {class: 'md-h' + n.level}, draw(n.c, who)),
  rule: () => h('hr'),
  table: (n, who) =>
    h(
      'div',
      {class: 'table-wrap', tabindex: 0},
      h(
        'table',
        null,
        h(
          'thead',
          null,
          h(
            'tr',
            null,
            n.head.map((c) => h('th', null, draw(c, who))),
          ),
        ),
        h(
          'tbody',
          null,
          n.rows.map((r) =>
            h(
              'tr',
              null,
              r.map((c) => h('td', null, draw(c, who))),
            ),
          ),
        ),
      ),
    ),
  link: (n, who) => link(n.href, draw(n.c, who), who),
  user: mention,
  channel: (n, who) => {
    const c = who.channel(n.id);
    const name = (c && c.name) || n.label;
    if (!name) return h('span', {class: 'mention', text: '#private-channel'});
    return h('a', {class: 'mention', href: '#/slack/' + n.id}, '#' + name);
  },
  group: (n, who) => {
    const g = who.group(n.id);
    return h('span', {class: 'mention', title: g && g.name, text: '@' + ((g && g.handle) || n.label.replace(/^@/, '') || 'group')});
  },
  range: (n) => h('span', {class: 'mention mention-me', text: '@' + n.s}),
  date: (n, who) => {
    const at = new Date(n.at * 1000);
    const iso = Number.isNaN(at.getTime()) ? null : at.toISOString();
    const text = iso ? dateToken(n.format, at, who.tz) : n.s;
    const time = h('time', {datetime: iso, title: iso && `${day(at, who.tz)} ${clock(at, who.tz)} (${who.tz})`, text});
    return n.href ? link(n.href, [time], who) : time;
  },
  emoji: (n, who) => {
    const c = n.unicode ? fromHex(n.unicode) : who.emoji(n.name, n.skin);
    return c ? h('span', {class: 'emoji', role: 'img', 'aria-label': n.name, title: `:${n.name}:`, text: c}) : n.s;
  },
  color: (n) =>
    h('span', {class: 'colour'}, /^#[0-9a-f]{3,8}$/i.test(n.s) ? h('span', {class: 'swatch', vars: {'--swatch': n.s}}) : null, n.s),
  unknown: (n) => h('div', {class: 'unknown', text: n.s}),
};

function mention(n, who) {
  const person = who.user(n.id);
  const mine = who.me && n.id === who.me.id;
  return h('button', {
    class: ['mention', mine && 'mention-me'],
    type: 'button',
    data: {person: n.id},
    text: '@' + (person ? called(person) : n.label || n.id),
  });
}

/** Draws a link: to a place of this window, outside in another window, or as text if it may not be followed. */
export function link(href, children, who) {
  const here = who.inside(href);
  if (here) return h('a', {href: here, title: href}, children);
  if (!safe(href)) return h('span', {class: 'dead', title: href}, children);
  return h('a', {href, target: '_blank', rel: 'noopener noreferrer', title: href}, children);
}

function fromHex(codes) {
  try {
    return String.fromCodePoint(...codes.split('-').map((c) => parseInt(c, 16)));
  } catch {
    return '';
  }
}

/** Says whether a text is up to 23 emoji and nothing else, which Slack shows large. */
export function jumbo(nodes, who) {
  const only = nodes.filter((n) => n.t !== 'text' || n.s.trim());
  return only.length > 0 && only.length < 24 && only.every((n) => n.t === 'emoji' && (n.unicode || who.emoji(n.name)));
}
