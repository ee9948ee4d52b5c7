// Offers people, channels, emoji and commands while somebody types.

import {h, clear, append} from '../dom.js';
import {face} from './face.js';
import {called} from './who.js';
import {plainLine} from './original.js';
import {completed, fitting, tokenAt} from './completion_token.js';

let lists = 0;

/** Completes in field. Its root is the list to place beside; key(e) is true when it took a key. */
export function completion(field, desk, {commands = true, changed}) {
  const id = 'complete-' + ++lists;
  const root = h('div', {class: 'complete', role: 'listbox', id, 'aria-label': 'Suggestions', hidden: true});
  field.setAttribute('aria-autocomplete', 'list');
  field.setAttribute('aria-controls', id);
  let token = null;
  let rows = [];
  let at = 0;
  const hide = () => {
    root.hidden = true;
    rows = [];
    field.removeAttribute('aria-activedescendant');
  };
  const mark = (to) => {
    at = (to + rows.length) % rows.length;
    rows.forEach((r, i) => {
      r.node.classList.toggle('at', i === at);
      r.node.setAttribute('aria-selected', String(i === at));
    });
    field.setAttribute('aria-activedescendant', rows[at].node.id);
    rows[at].node.scrollIntoView({block: 'nearest'});
  };
  const take = (option) => {
    const next = completed(field.value, token, field.selectionStart, option.put);
    field.value = next.text;
    field.setSelectionRange(next.caret, next.caret);
    hide();
    changed();
    field.focus();
  };
  function look() {
    token = tokenAt(field.value, field.selectionStart);
    const found = token && (token.kind !== '/' || commands) ? options(token, desk) : [];
    if (!found.length || (found.length === 1 && found[0].put === field.value)) return hide();
    rows = found.map((option, i) => ({
      option,
      node: h(
        'div',
        {
          class: 'complete-row',
          role: 'option',
          id: id + '-' + i,
          on: {
            mousedown: (e) => {
              e.preventDefault();
              take(option);
            },
          },
        },
        option.draw,
      ),
    }));
    append(
      clear(root),
      rows.map((r) => r.node),
    );
    root.hidden = false;
    mark(0);
  }
  function key(e) {
    if (root.hidden) return false;
    if (e.key === 'ArrowDown') mark(at + 1);
    else if (e.key === 'ArrowUp') mark(at - 1);
    else if (e.key === 'Tab' || (e.key === 'Enter' && !e.shiftKey)) take(rows[at].option);
    else if (e.key === 'Escape') hide();
    else return false;
    e.preventDefault();
    e.stopPropagation();
    return true;
  }
  field.addEventListener('blur', hide);
  return {root, look, key, hide};
}

function options(token, desk) {
  return fitting(all[token.kind](desk), token.typed, token.kind === '/' ? 12 : 8);
}

const line = (face, main, note) => [
  face,
  h('b', {class: 'complete-main', text: main}),
  note ? h('span', {class: 'muted complete-note', text: note}) : null,
];

const all = {
  '/': (desk) =>
    (desk.ctx.state.world.commands || []).map((c) => ({
      find: c.command.replace(/^\//, ''),
      put: c.command,
      draw: line(h('span', {class: 'complete-sign', text: '/'}), `${c.command}${c.usage_hint ? ` [${c.usage_hint}]` : ''}`, c.description),
    })),
  '@': (desk) => [
    ...desk.who.people
      .filter((p) => !p.deleted)
      .map((p) => ({
        find: p.name,
        also: [p.real_name],
        put: '@' + p.name,
        draw: line(
          face(p.id, desk.who, 'xs'),
          called(p),
          '@' + p.name + (desk.channel && !(desk.channel.member_ids || []).includes(p.id) ? ' · not in channel' : ''),
        ),
      })),
    ...desk.who.groups.map((g) => ({
      find: g.handle,
      also: [g.name],
      put: '@' + g.handle,
      draw: line(h('span', {class: 'complete-sign', text: '@'}), '@' + g.handle, g.name),
    })),
    ...[
      ['here', 'Everybody who is active in this channel'],
      ['channel', 'Everybody in this channel'],
      ['everyone', 'Everybody in the workspace'],
    ].map(([n, tells]) => ({find: n, put: '@' + n, draw: line(h('span', {class: 'complete-sign', text: '@'}), '@' + n, tells)})),
  ],
  '#': (desk) =>
    desk.channels
      .filter((c) => !c.archived)
      .map((c) => ({
        find: c.name,
        put: '#' + c.name,
        draw: line(h('span', {class: 'complete-sign', text: '#'}), c.name, plainLine(c.topic, desk.who)),
      })),
  ':': (desk) =>
    Object.entries(desk.who.emojis).map(([n, c]) => ({
      find: n,
      put: `:${n}:`,
      draw: line(h('span', {class: 'complete-sign', text: c}), `:${n}:`),
    })),
};
