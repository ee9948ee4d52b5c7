// One line that says what the bot did last.

import {h} from '../dom.js';
import {deed, weight} from './deed.js';

const recent = 20000; // ms that a deed is news to a window that opens
const stays = 5000; // ms that a deed of weight is not replaced by a lesser one

/** Makes the line, and the one that says that the bot is dead: {node, end}. */
export function ticker(ctx, names) {
  const text = h('span', {class: 'st-deed-text'});
  const dead = h(
    'p',
    {class: 'st-dead', hidden: true, role: 'status'},
    h('a', {href: '#/faults', text: 'The bot is dead. Nothing is lost: start it again and see.'}),
  );
  const line = h('p', {class: 'st-deed', hidden: true}, h('span', {class: 'st-deed-who', text: 'firebreak'}), ' ', text);
  let shown = {weight: 0, at: 0};
  const show = (bot) => {
    dead.hidden = bot?.alive !== false;
  };
  const bury = ctx.live.on('bot', show);
  const tell = async (record) => {
    if (record.service === 'slack' && record.method === 'create_channel') names.teach(record.where, record.text);
    if (!deed(record, names) || (weight(record) < shown.weight && Date.now() - shown.at < stays)) return;
    const mine = (shown = {weight: weight(record), at: Date.now()});
    await names.meet(record.where);
    if (shown !== mine) return; // a later deed was quicker
    line.hidden = false;
    text.textContent = deed(record, names);
    line.classList.remove('st-fresh');
    requestAnimationFrame(() => line.classList.add('st-fresh'));
  };
  const end = ctx.live.on('record', tell);
  catchUp(ctx, tell, show);
  return {
    node: h('div', {class: 'st-ticker'}, dead, line),
    end: () => {
      bury();
      end();
    },
  };
}

/** Tells what the bot did while the window was still loading. */
async function catchUp(ctx, tell, show) {
  const {records} = await ctx.api.get('/api/ledger?limit=40&kind=effect').catch(() => ({records: []}));
  for (const record of records) if (Date.now() - Date.parse(record.at) < recent) tell(record);
  if (ctx.state.world.has?.bot) show((await ctx.api.get('/api/faults').catch(() => ({}))).bot);
}
