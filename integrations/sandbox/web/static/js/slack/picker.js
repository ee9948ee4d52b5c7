// A list to search and choose from, beside the control it belongs to.

import {h, clear, append} from '../dom.js';
import {popup, close} from '../menu.js';

/**
 * Opens the list. load(typed) gives groups of options, perhaps later; least
 * is how much must be typed first; many lets it stay open.
 */
export function openPicker(anchor, {label, many, load, least, isChosen, pick}) {
  const list = h('div', {
    class: 'pick-list',
    role: 'listbox',
    id: 'pick-list',
    'aria-label': label,
    'aria-multiselectable': String(Boolean(many)),
  });
  const find = h('input', {
    class: 'input',
    type: 'text',
    placeholder: least ? 'Type to search' : 'Search',
    role: 'combobox',
    'aria-expanded': 'true',
    'aria-controls': 'pick-list',
    'aria-autocomplete': 'list',
    'aria-label': label,
    autocomplete: 'off',
  });
  let rows = [];
  let at = 0;
  let asked = 0;
  const mark = (to) => {
    at = Math.max(0, Math.min(to, rows.length - 1));
    rows.forEach((r, i) => r.node.classList.toggle('at', i === at));
    rows[at]?.node.scrollIntoView({block: 'nearest'});
    if (rows[at]) find.setAttribute('aria-activedescendant', rows[at].node.id);
    else find.removeAttribute('aria-activedescendant');
  };
  const take = (row) => {
    if (!many) close();
    pick(row.option);
    if (many) row.node.setAttribute('aria-selected', String(isChosen(row.option)));
  };
  const fill = (groups) => {
    rows = [];
    append(
      clear(list),
      groups.map((g) => [
        g.label ? h('div', {class: 'pick-label muted', text: g.label}) : null,
        g.options.slice(0, 100).map((o) => {
          const node = h(
            'div',
            {class: 'pick-row', role: 'option', id: 'pick-' + rows.length, 'aria-selected': String(isChosen(o))},
            h('span', {class: 'pick-text', text: o.text}),
            o.note ? h('span', {class: 'muted pick-note', text: o.note}) : null,
          );
          const row = {node, option: o};
          node.addEventListener('click', () => take(row));
          rows.push(row);
          return node;
        }),
      ]),
    );
    if (!rows.length)
      append(
        list,
        h('div', {class: 'pick-none muted', text: find.value.length < least ? `Type at least ${least} characters.` : 'Nothing found.'}),
      );
    mark(Math.max(0, find.value ? 0 : rows.findIndex((r) => isChosen(r.option))));
  };
  const search = async () => {
    const mine = ++asked;
    if (find.value.length < least) return fill([]);
    const got = await load(find.value);
    if (mine === asked) fill(got);
  };
  find.addEventListener('input', search);
  find.addEventListener('keydown', (e) => {
    const to = {ArrowDown: at + 1, ArrowUp: at - 1, PageDown: at + 8, PageUp: at - 8}[e.key];
    if (to !== undefined) mark(to);
    else if (e.key === 'Enter' && rows[at]) take(rows[at]);
    else if (e.key === 'Tab') return close();
    else return;
    e.preventDefault();
    e.stopPropagation();
  });
  const box = h('div', {class: 'menu pick'}, h('div', {class: 'pick-find'}, find), list);
  const first = least ? [] : load('');
  if (!(first instanceof Promise)) fill(first);
  popup(anchor, box);
  find.focus();
  if (first instanceof Promise) search();
}
