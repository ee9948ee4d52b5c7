// Draws selects: a button with what is chosen, which opens a list to search.

import {h, clear, append} from '../dom.js';
import {icon} from '../icons.js';
import {openPicker} from './picker.js';
import {source, chosen, stored} from './source.js';
import {several} from './values.js';
import {words} from './text.js';
import {focusName, busy} from './control.js';

/** Draws a select of any kind. */
export function select(b, e, env) {
  const many = several(e.type);
  const hold = words(e.placeholder, env.who) || (many ? 'Choose some' : 'Choose one');
  const node = h('button', {
    class: ['picker', many && 'picker-many'],
    type: 'button',
    'aria-haspopup': 'listbox',
    'aria-expanded': 'false',
    data: {focus: focusName(b, e)},
    on: {click: open},
  });
  const show = () => {
    const now = chosen(b.block_id, e, env);
    append(
      clear(node),
      many && now.length
        ? h(
            'span',
            {class: 'chips'},
            now.map((o) => h('span', {class: 'chip'}, o.text, chipX(o))),
          )
        : h('span', {class: ['picker-text', !now.length && 'muted'], text: now.length ? now[0].text : hold}),
      icon('down', 'picker-down'),
    );
    if (env.surface === 'message') node.setAttribute('aria-label', hold + (now.length ? ': ' + now.map((o) => o.text).join(', ') : ''));
  };
  const chipX = (o) =>
    h(
      'span',
      {
        class: 'chip-x',
        'aria-hidden': 'true',
        on: {
          click: (c) => {
            c.stopPropagation();
            toggle(o);
          },
        },
      },
      '×',
    );
  const put = (options) => {
    env.store.put(b.block_id, e, many ? options.map((o) => stored(e, o)) : options[0] ? stored(e, options[0]) : null);
    show();
    busy(node, env.changed(b, e, options.map((o) => o.value).join(',')));
  };
  const toggle = (o) => {
    const now = chosen(b.block_id, e, env);
    const there = now.some((x) => x.value === o.value);
    if (!many) return put(there && b.optional ? [] : [o]);
    const next = there ? now.filter((x) => x.value !== o.value) : [...now, o];
    if (e.max_selected_items && next.length > e.max_selected_items) return;
    put(next);
  };
  function open() {
    openPicker(node, {
      label: hold,
      many,
      load: source(e, env),
      least: e.type.includes('external') ? (e.min_query_length ?? 3) : 0,
      isChosen: (o) => chosen(b.block_id, e, env).some((x) => x.value === o.value),
      pick: toggle,
    });
  }
  show();
  return node;
}
