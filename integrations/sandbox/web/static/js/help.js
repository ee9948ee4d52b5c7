// What this window is and what the keys do.

import {h} from './dom.js';
import {list} from './keys.js';
import {openDialog} from './dialog.js';

const names = {' ': 'space'};

/** Opens the help. */
export function openHelp() {
  const groups = Map.groupBy ? Map.groupBy(list(), (r) => r.group) : grouped(list());
  openDialog({
    title: 'Help',
    className: 'dialog-help',
    body: [
      h('p', {
        text: 'This is a sandbox: Slack, PagerDuty and GitLab as firebreak sees them, with nobody in them but you. The bot is the real one. Be anybody: choose a person at the top right, or press a digit.',
      }),
      h('p', {text: 'Type /inc help in a channel to see what the bot can do, ring a pager under PagerDuty, kill the bot under Faults.'}),
      [...groups].map(([name, rows]) => [h('h3', {text: name}), h('dl', {class: 'keys'}, rows.map(row))]),
    ],
  });
}

function row({key, tells}) {
  return h(
    'div',
    {class: 'keys-row'},
    h(
      'dt',
      null,
      key.split(/(?<=.) (?=.)/).map((k) => h('kbd', {text: names[k] || k})),
    ),
    h('dd', {text: tells}),
  );
}

function grouped(rows) {
  const groups = new Map();
  for (const r of rows) groups.set(r.group, [...(groups.get(r.group) || []), r]);
  return groups;
}
