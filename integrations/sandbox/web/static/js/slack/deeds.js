// What people do to the elements of messages and views.

import {h} from '../dom.js';
import {upload} from '../api.js';
import {confirm} from '../dialog.js';
import {textObject, words} from './text.js';
import {slot, store, typed} from './values.js';

const stores = new Map();

/** The env that blocks of a message are drawn with; what is put into its fields stays when it is drawn anew. */
export function messageEnv(m, desk) {
  const key = desk.me.id + m.ts;
  if (!stores.has(key)) stores.set(key, store());
  const env = {
    who: desk.who,
    store: stores.get(key),
    surface: 'message',
    blocks: m.blocks || [],
    send: (deed) => desk.act('do', {channel: desk.place, ts: m.ts, deed}),
    suggest: async (e, text) =>
      (await desk.act('suggest', {channel: desk.place, ts: m.ts, action_id: e.action_id, typed: text})).options || [],
  };
  return withDeeds(env, desk);
}

/** The env of a view: a modal or the Home tab. */
export function viewEnv(id, desk, surface) {
  const uploads = new Set();
  const env = {
    who: desk.who,
    store: store(),
    surface,
    blocks: [],
    errors: {},
    send: (deed) => desk.act('view-do', {view: id, deed}),
    suggest: async (e, text) => (await desk.act('suggest', {view: id, action_id: e.action_id, typed: text})).options || [],
    attach: (b, files) => {
      const sent = upload('/api/slack/view-attach', {as: desk.me.id, view: id, block: b.block_id}, files);
      uploads.add(sent);
      return sent.finally(() => uploads.delete(sent));
    },
    /** Waits for files on their way and says whether all arrived; what is wrong is told under their field. */
    settled: async () => (await Promise.allSettled([...uploads])).every((sent) => sent.value && !sent.value.errors),
    keep: (b) => desk.act('view-put', {view: id, values: {[b.block_id]: typed(env.store.get(b.block_id, b.element))}}).catch(() => {}),
  };
  return withDeeds(env, desk);
}

// withDeeds adds what elements call: act when one is used, changed when one
// holds something else.
function withDeeds(env, desk) {
  env.act = async (block, element, value) => {
    if (element.confirm && !(await asked(element.confirm, env.who))) return;
    const answer = await env.send({
      block_id: block.block_id,
      action_id: element.action_id,
      value: value || '',
      state: env.store.values(env.blocks),
    });
    tellTrouble(answer, desk);
    desk.ctx.live.soon(desk.load.screen);
  };
  env.changed = (block, element, value) => {
    if (block.type !== 'input' || block.dispatch_action) return env.act(block, element, value);
    return slot(element.type) && env.keep ? env.keep(block) : undefined;
  };
  return env;
}

/** Runs a shortcut of the app's: a global one, or one on the message here. */
export async function runShortcut(s, desk, here = {}) {
  tellTrouble(await desk.act('shortcut', {callback_id: s.callback_id, ...here}), desk);
  desk.ctx.live.soon(desk.load.screen);
}

/** Tells of an answer in which the app did not answer. */
export function tellTrouble(answer, desk) {
  const trouble = answer && answer.reply && answer.reply.trouble;
  if (trouble) desk.ctx.toast.say(regret(trouble), 'bad');
}

function regret(trouble) {
  if (trouble === 'operation_timeout')
    return 'The app did not answer within 3 seconds (operation_timeout). Nothing was lost here; try again.';
  if (trouble === 'dispatch_failed') return 'The app is not connected (dispatch_failed). Is the bot alive? See Faults.';
  return `Slack says: ${trouble}`;
}

function asked(c, who) {
  return confirm({
    title: words(c.title, who) || 'Are you sure?',
    text: h('div', {class: 'text'}, textObject(c.text, who)),
    yes: words(c.confirm, who) || 'Yes',
    no: words(c.deny, who) || 'Cancel',
    danger: c.style === 'danger',
  });
}
