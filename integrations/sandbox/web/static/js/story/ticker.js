// One line that says what the bot did last.

import {h} from '../dom.js';
import {deed} from './deed.js';

/** Makes the line: {node, end}. */
export function ticker(ctx) {
  const text = h('span', {class: 'st-deed-text'});
  const node = h('p', {class: 'st-deed', hidden: true}, h('span', {class: 'st-deed-who', text: 'firebreak'}), ' ', text);
  const names = naming(ctx);
  const end = ctx.live.on('record', (record) => {
    names.learn(record);
    const said = deed(record, names);
    if (!said) return;
    node.hidden = false;
    text.textContent = said;
    node.classList.remove('st-fresh');
    requestAnimationFrame(() => node.classList.add('st-fresh'));
  });
  return {node, end};
}

/** Names people and channels; channels are learnt from the records that create them. */
export function naming(ctx) {
  const channels = new Map();
  const person = (id) => ctx.state.world.people.find((p) => p.id === id || p.name === id);
  return {
    learn(record) { if (record.service === 'slack' && record.method === 'create_channel') channels.set(record.where, record.text); },
    teach(list) { for (const c of list) channels.set(c.id, c.name); },
    channel: (id) => (channels.has(id) ? `#${channels.get(id)}` : 'a channel'),
    person: (id) => { const p = person(id); return p ? (p.real_name || p.name) : 'somebody'; },
    isBot: (id) => Boolean(id) && (id === ctx.state.world.bot.user_id || id === ctx.state.world.bot.bot_id),
  };
}
