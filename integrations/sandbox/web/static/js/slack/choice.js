// Draws checkboxes and radio buttons.

import {h} from '../dom.js';
import {textObject} from './text.js';
import {slot} from './values.js';

let groups = 0;

/** Draws the options as boxes to tick or a row to choose from. */
export function boxes(b, e, env) {
  const many = e.type === 'checkboxes';
  const name = 'choice-' + ++groups;
  const chosen = () =>
    [env.store.get(b.block_id, e)[slot(e.type)]]
      .flat()
      .filter(Boolean)
      .map((o) => o.value);
  const first = chosen();
  const inputs = [];
  const change = () => {
    const picked = (e.options || []).filter((o, i) => inputs[i].checked);
    env.store.put(b.block_id, e, many ? picked : picked[0] || null);
    env.changed(b, e, picked.map((o) => o.value).join(','));
  };
  return h(
    'div',
    {class: 'boxes', role: many ? 'group' : 'radiogroup'},
    (e.options || []).map((o, i) => {
      inputs[i] = h('input', {
        type: many ? 'checkbox' : 'radio',
        name,
        value: o.value,
        checked: first.includes(o.value),
        data: {focus: `${b.block_id}/${e.action_id}/${o.value}`},
        on: {change},
      });
      return h(
        'label',
        {class: 'box'},
        inputs[i],
        h(
          'span',
          {class: 'box-text'},
          h('span', null, textObject(o.text, env.who)),
          o.description ? h('span', {class: 'muted box-note'}, textObject(o.description, env.who)) : null,
        ),
      );
    }),
  );
}
