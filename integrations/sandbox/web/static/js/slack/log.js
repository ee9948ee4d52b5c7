// A list of messages that follows its end, in a channel or a thread.

import {h, keyed} from '../dom.js';
import {icon} from '../icons.js';
import {dayName} from '../time.js';
import {rows} from './grouping.js';
import {drawMessage, messageOf} from './message.js';
import {system} from './message_kind.js';
import {messageEnv} from './deeds.js';
import {toolbar} from './toolbar.js';

const sketches = new WeakMap();

/** Makes the list. onEnd is called when its end is in sight, onTop when its beginning is. */
export function makeLog(desk, {inThread = false, label, onEnd = () => {}, onTop = () => {}}) {
  const list = h('div', {class: 'log-list'});
  const root = h(
    'div',
    {class: 'log', role: 'log', 'aria-label': label, 'aria-live': 'polite', 'aria-relevant': 'additions', tabindex: 0},
    list,
  );
  const pill = h('button', {class: 'log-pill', type: 'button', hidden: true, on: {click: () => toEnd()}}, icon('down'), 'New messages');
  const dismissed = new Set();
  let stuck = true;
  let was = 0;
  let shown = 0;
  const atEnd = () => root.scrollHeight - root.scrollTop - root.clientHeight < 60;
  const toEnd = () => {
    stuck = true;
    root.scrollTop = root.scrollHeight;
    pill.hidden = true;
    onEnd();
  };
  root.addEventListener(
    'scroll',
    () => {
      // Only going up lets go of the end; what is added below does not.
      if (atEnd()) {
        stuck = true;
        pill.hidden = true;
        onEnd();
      } else if (root.scrollTop < was) stuck = false;
      was = root.scrollTop;
      if (root.scrollTop < 120) onTop();
    },
    {passive: true},
  );
  new ResizeObserver(() => {
    if (stuck) root.scrollTop = root.scrollHeight;
  }).observe(list);
  new ResizeObserver(() => {
    if (stuck) root.scrollTop = root.scrollHeight;
  }).observe(root);
  toolbar(root, desk, {
    inThread,
    dismiss: (key) => {
      dismissed.add(key);
      desk.tell(inThread ? 'thread' : 'channel');
    },
  });
  root.addEventListener('keydown', (e) => walk(e, list));

  /** Shows these messages; newFrom is where what is new begins. */
  function show(messages, newFrom) {
    const visible = messages.filter((m) => !dismissed.has(m.ts));
    const before = stuck ? 0 : root.scrollHeight - root.scrollTop;
    const top = root.scrollTop < 120 && !stuck;
    const make = (row) => draw(row, desk, inThread);
    keyed(
      list,
      rows(visible, {tz: desk.who.tz, newFrom, plain: (m) => !system(m), thread: inThread}),
      (row) => row.key,
      make,
      (node, row) => (sketches.get(node) === sketch(row, desk) || node.querySelector('.edit') ? node : make(row)),
    );
    if (stuck) root.scrollTop = root.scrollHeight;
    else if (top) root.scrollTop = root.scrollHeight - before;
    if (!stuck && shown && visible.length > shown && !top) pill.hidden = false;
    shown = visible.length;
    if (stuck && visible.length) onEnd();
  }

  /** Brings a message into sight. */
  function find(ts) {
    const node = list.querySelector(`[data-ts="${CSS.escape(ts)}"]`);
    if (!node) return false;
    stuck = false;
    node.scrollIntoView({block: 'center'});
    node.classList.remove('found');
    void node.offsetWidth; // lets the animation begin anew
    node.classList.add('found');
    return true;
  }
  return {
    root,
    pill,
    show,
    find,
    toEnd,
    follow: () => {
      stuck = true;
    },
    reset: () => {
      stuck = true;
      shown = 0;
      pill.hidden = true;
    },
    focusLast: () => list.querySelector('.msg:last-of-type')?.focus(),
  };
}

function sketch(row, desk) {
  return row.kind === 'message' ? JSON.stringify([row.m, row.compact, desk.me.id]) : JSON.stringify(row);
}

function draw(row, desk, inThread) {
  const node =
    row.kind === 'day'
      ? h('div', {class: 'log-day', role: 'separator', data: {ts: ''}}, h('span', {text: dayName(row.ts, desk.who.tz)}))
      : row.kind === 'replies'
        ? h('div', {class: 'log-replies', role: 'separator'}, h('span', {text: row.n === 1 ? '1 reply' : row.n + ' replies'}))
        : row.kind === 'new'
          ? h('div', {class: 'log-new', role: 'separator'}, h('span', {text: 'New'}))
          : drawMessage(row.m, {desk, compact: row.compact, inThread, env: messageEnv(row.m, desk)});
  sketches.set(node, sketch(row, desk));
  if (row.m) messageOf.set(node, row.m);
  return node;
}

function walk(e, list) {
  if (!['ArrowUp', 'ArrowDown', 'Home', 'End'].includes(e.key) || e.target.closest('input, textarea, select, [role=radio], dialog')) return;
  const all = [...list.querySelectorAll('.msg')];
  const i = all.indexOf(document.activeElement.closest('.msg'));
  const to = {ArrowUp: i < 0 ? all.length - 1 : i - 1, ArrowDown: i + 1, Home: 0, End: all.length - 1}[e.key];
  if (i < 0 && e.key !== 'ArrowUp') return;
  e.preventDefault();
  all[Math.max(0, Math.min(to, all.length - 1))]?.focus();
}
