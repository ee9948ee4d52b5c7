// One line that says what the bot did last.

import {h} from '../dom.js';
import {deed, weight} from './deed.js';

const stays = 5000; // ms that a deed of weight is not replaced by a lesser one

/** Makes the line: {node, end}. */
export function ticker(ctx, names) {
  const text = h('span', {class: 'st-deed-text'});
  const node = h('p', {class: 'st-deed', hidden: true}, h('span', {class: 'st-deed-who', text: 'firebreak'}), ' ', text);
  let shown = {weight: 0, at: 0};
  const end = ctx.live.on('record', async (record) => {
    if (record.service === 'slack' && record.method === 'create_channel') names.teach(record.where, record.text);
    if (!deed(record, names) || weight(record) < shown.weight && Date.now() - shown.at < stays) return;
    shown = {weight: weight(record), at: Date.now()};
    await names.meet(record.where);
    node.hidden = false;
    text.textContent = deed(record, names);
    node.classList.remove('st-fresh');
    requestAnimationFrame(() => node.classList.add('st-fresh'));
  });
  return {node, end};
}
