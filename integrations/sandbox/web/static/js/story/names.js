// Names of people and channels for what the strip tells.

import {shorter} from './deed.js';

/** Makes the names; channels are learnt from records and, if need be, asked for. */
export function naming(ctx) {
  const channels = new Map();
  const asked = new Map(); // by id and reader, so that another person's eyes are tried too
  const person = (id) => ctx.state.world.people.find((p) => p.id === id || p.name === id);
  const bot = () => ctx.state.world.bot ?? {};
  const ask = async (as) => {
    const {channels: all} = await ctx.api.get('/api/slack?as=' + encodeURIComponent(as)).catch(() => ({channels: []}));
    for (const c of all) channels.set(c.id, c.name);
  };
  return {
    teach(id, name) {
      channels.set(id, name);
    },
    /** Learns the name of a channel that was not met before. */
    async meet(id) {
      const me = ctx.state.me?.id;
      if (!me || !/^[CG]/.test(id ?? '') || channels.has(id)) return;
      const key = `${id} ${me}`;
      if (!asked.has(key)) asked.set(key, ask(me));
      await asked.get(key);
    },
    channel: (id) => (channels.get(id) ? shorter(`#${channels.get(id)}`) : 'a channel'),
    person: (id) => {
      const p = person(id);
      return p ? p.real_name || p.name : 'somebody';
    },
    first: (id) => {
      const p = person(id);
      return p ? (p.real_name || p.name).split(' ')[0] : '';
    },
    isBot: (id) => Boolean(id) && (id === bot().user_id || id === bot().bot_id),
  };
}
