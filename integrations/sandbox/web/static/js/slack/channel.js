// The middle of the view: an open channel.

import {h, clear, append} from '../dom.js';
import {makeHeader} from './header.js';
import {makeLog} from './log.js';
import {makeComposer} from './composer.js';
import {dropZone} from './drop.js';
import {beginEdit} from './edit.js';
import {own} from './toolbar.js';
import {dateToken} from '../time.js';
import {called} from './who.js';

/** Makes the pane; show() draws what the desk holds. */
export function makeChannel(desk) {
  const log = makeLog(desk, {label: 'Messages', onEnd: () => seen(desk), onTop: () => older(desk)});
  const header = makeHeader(desk, {find: (ts) => log.find(ts) || desk.ctx.toast.say('That message is in a thread or further up.')});
  const composer = makeComposer(desk, {
    place: () => ({channel: desk.at.channel, thread: '', broadcast: false}),
    last: () => editLast(log, desk.messages, desk),
  });
  const start = h('div', {class: 'log-start'});
  const foot = h('div', {class: 'chan-foot'});
  const body = h('div', {class: 'chan-body'}, log.root, log.pill);
  log.root.prepend(start);
  const root = h('section', {class: 'chan', 'aria-label': 'Channel'}, header.root, header.marks, body, foot);
  dropZone(
    root,
    (files) => composer.take(files),
    () => desk.channel && '#' + desk.channel.name,
    () => desk.channel && desk.channel.member && !desk.channel.archived,
  );
  desk.on('sent', (at) => {
    if (!at.thread) log.follow();
  });
  let at = '';
  let wanted = '';
  function show() {
    const c = desk.channel;
    header.show();
    if (!c) {
      refuse();
      return;
    }
    const here = desk.me.id + c.id;
    if (here !== at) {
      at = here;
      log.reset();
      composer.moved('Message ' + hash(c) + short(c.name), 'Message ' + hash(c) + c.name);
    }
    root.dataset.refused = '';
    beginning(start, c, desk);
    log.show(desk.messages, desk.newFrom);
    footer(c);
    seek();
  }
  // seek looks for the message that a link names, further up if need be.
  function seek() {
    if (!wanted || !desk.channel) return;
    if (log.find(wanted)) wanted = '';
    else if (desk.more && desk.limit < 2000) older(desk);
    else wanted = '';
  }
  function refuse() {
    at = '';
    log.show([], '');
    append(clear(start), h('p', {class: 'empty', text: desk.refused || ''}));
    clear(foot);
    for (const node of [start, foot]) for (const key of ['sign', 'bar']) delete node.dataset[key]; // whatever comes is drawn anew
  }
  function footer(c) {
    const bar = c.archived
      ? h('div', {class: 'foot-bar', text: 'This channel is archived. Nobody can write here.'})
      : !c.member
        ? h(
            'div',
            {class: 'foot-bar'},
            h('span', null, 'You are looking at ', h('b', {text: '#' + c.name})),
            h('button', {class: 'btn primary', type: 'button', text: 'Join channel', on: {click: () => desk.act('join', {channel: c.id})}}),
          )
        : composer.root;
    if (bar === composer.root ? foot.firstChild !== bar : foot.dataset.bar !== bar.textContent) append(clear(foot), bar);
    foot.dataset.bar = bar === composer.root ? '' : bar.textContent;
  }
  return {
    root,
    show,
    composer,
    log,
    want: (ts) => {
      wanted = ts;
      if (log.find(ts)) wanted = '';
    },
  };
}

const hash = (c) => (c.private ? '' : '#');

// short keeps a name from wrapping in an empty field.
function short(name) {
  return name.length > 30 ? name.slice(0, 29) + '…' : name;
}

// beginning says what the channel is, above its first message.
function beginning(node, c, desk) {
  const sign = JSON.stringify([c.name, desk.more, c.creator, c.purpose]);
  if (node.dataset.sign === sign) return;
  node.dataset.sign = sign;
  clear(node);
  if (desk.more) return append(node, h('p', {class: 'muted log-more', text: 'Earlier messages come as you scroll up.'}));
  const by = desk.who.user(c.creator);
  append(
    node,
    h('h2', {class: 'log-title', text: (c.private ? '' : '#') + c.name}),
    h(
      'p',
      {class: 'muted'},
      by ? `${called(by)} created this ${c.private ? 'private ' : ''}channel` : 'This is the beginning of the channel',
      c.created ? ` on ${dateToken('{date}', c.created, desk.who.tz)}.` : '.',
      c.purpose ? ' ' + c.purpose : '',
    ),
  );
}

function older(desk) {
  if (!desk.more || desk.waiting) return;
  desk.waiting = true;
  desk.older().finally(() => {
    desk.waiting = false;
  });
}

// seen tells the server how far the person has read.
function seen(desk) {
  const c = desk.channel;
  const last = desk.messages.findLast((m) => !m.ephemeral);
  if (!c || !c.member || !last || document.visibilityState !== 'visible' || c.id !== desk.at.channel) return;
  const key = desk.me.id + c.id;
  if (desk.readTo === key + last.ts) return;
  desk.readTo = key + last.ts;
  desk
    .act('read', {channel: c.id, ts: last.ts})
    .then(() => {
      desk.ctx.state.tell('read');
      desk.ctx.live.soon(desk.load.channels);
    })
    .catch(() => {});
}

/** Begins to edit the person's last message in a list. */
export function editLast(log, messages, desk) {
  const m = messages.findLast((x) => own(x, desk) && !x.ephemeral);
  const node = m && log.root.querySelector(`[data-ts="${CSS.escape(m.ts)}"]`);
  if (node) {
    node.scrollIntoView({block: 'nearest'});
    beginEdit(node, m, desk);
  }
}
