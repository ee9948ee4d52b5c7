// Goes where the address points: to a channel, a thread or Home.

/** Makes what follows the address; anew loads what is there already. */
export function arrivals(desk, {channel, thread, pane}) {
  return async (next, anew = false) => {
    if (next.view !== 'slack') return;
    const before = desk.at;
    const named = desk.channels.find((c) => c.id === next.channel || c.name === next.channel.replace(/^#/, ''));
    desk.at = {...next, channel: named ? named.id : next.channel};
    if (!next.channel && !next.home && wide()) {
      const start = first(desk);
      if (start) return desk.ctx.route.go('#/slack/' + start.id, {replace: true});
    }
    const other = before.channel !== desk.at.channel;
    if (other || anew) {
      desk.limit = 100;
      desk.newFrom = '';
      if (other) desk.channel = null;
    }
    pane();
    if (desk.at.channel) sessionStorage.setItem(last(desk), desk.at.channel);
    if (desk.at.home && (!before.home || anew)) desk.act('home').catch(() => {});
    if (next.query.ts) (next.thread ? thread : channel).want(next.query.ts);
    if (other || anew) await arrive(desk);
    await Promise.all([desk.load.thread(), desk.load.home()]);
  };
}

// arrive loads a channel and finds where what is new in it begins.
async function arrive(desk) {
  const row = desk.channels.find((c) => c.id === desk.at.channel);
  let unread = row && row.member ? row.unread : 0;
  await desk.load.channel();
  if (!unread || row.id !== desk.at.channel) return;
  for (let i = desk.messages.length - 1; i >= 0 && unread > 0; i--) {
    const m = desk.messages[i];
    if (m.ephemeral || m.user === desk.me.id) continue;
    if (--unread === 0) desk.newFrom = m.ts;
  }
  desk.tell('channel');
}

const last = (desk) => 'firebreak.channel.' + desk.me.id;
const wide = () => matchMedia('(min-width: 900px)').matches;

function first(desk) {
  const list = desk.channels.filter((c) => c.member && !c.archived);
  const was = sessionStorage.getItem(last(desk));
  return (
    list.find((c) => c.id === was) ||
    list.find((c) => c.mentions) ||
    list.find((c) => /incident/.test(c.name)) ||
    list[0] ||
    desk.channels[0]
  );
}
