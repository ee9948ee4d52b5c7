// The pane of a thread.

import {h, clear, append} from '../dom.js';
import {icon} from '../icons.js';
import {back} from './header.js';
import {makeLog} from './log.js';
import {makeComposer} from './composer.js';
import {dropZone} from './drop.js';
import {editLast} from './channel.js';

/** Makes the pane; show() draws the thread that the desk holds. */
export function makeThread(desk) {
  const head = h('header', {class: 'chan-head thread-head'});
  const log = makeLog(desk, {inThread: true, label: 'Thread'});
  const also = h('input', {type: 'checkbox', id: 'also-send'});
  const alsoText = h('span');
  const composer = makeComposer(desk, {
    thread: true,
    place: () => ({channel: desk.at.channel, thread: desk.at.thread, broadcast: also.checked}),
    last: () => editLast(log, desk.thread ? desk.thread.messages : [], desk),
    extra: h('label', {class: 'also', for: 'also-send'}, also, alsoText),
  });
  const foot = h('div', {class: 'chan-foot'});
  const root = h('aside', {class: 'thread', 'aria-label': 'Thread'}, head, h('div', {class: 'chan-body'}, log.root, log.pill), foot);
  dropZone(
    root,
    (files) => composer.take(files),
    () => 'this thread',
    () => foot.contains(composer.root),
  );
  desk.on('sent', (at) => {
    also.checked = false;
    if (at.thread) log.follow();
  });
  let at = '';
  let wanted = '';
  function show() {
    const c = desk.channel;
    const t = desk.thread;
    if (!c || !t || t.ts !== desk.at.thread) return;
    const here = desk.me.id + t.ts;
    if (here !== at) {
      at = here;
      log.reset();
      composer.moved('Reply…', 'Reply in thread');
      also.checked = false;
    }
    const close = desk.ctx.route.slack(c.id);
    append(
      clear(head),
      back(close, 'Back to the channel'),
      h(
        'h2',
        {class: 'thread-title'},
        h('span', {text: 'Thread'}),
        h('span', {class: 'muted thread-place', text: (c.private ? '' : '#') + c.name}),
      ),
      h('a', {class: 'tool thread-x', href: close, 'aria-label': 'Close thread'}, icon('x')),
    );
    alsoText.textContent = ` Also send to #${c.name}`;
    log.show(t.messages, '');
    if (wanted && log.find(wanted)) wanted = '';
    const bar = t.refused ? h('div', {class: 'foot-bar', text: t.refused}) : c.member && !c.archived ? composer.root : null;
    if (foot.firstChild !== bar) append(clear(foot), bar);
  }
  return {
    root,
    show,
    composer,
    want: (ts) => {
      wanted = ts;
    },
  };
}
