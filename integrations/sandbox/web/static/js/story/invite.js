// What to do when nothing is being told: before the story and after it.

import {h, clear} from '../dom.js';

const after = [
  {href: '#/gitlab', text: 'Read the RCA in GitLab'},
  {href: '#/slack', text: 'Say something in Slack'},
  {href: '#/pagerduty', text: 'Page somebody'},
  {href: '#/faults', text: 'Kill the bot, see what it loses'},
];

/** Shows the invitations of a phase, or none. */
export function invitations(root, phase) {
  if (root.dataset.phase === phase) return;
  root.dataset.phase = phase;
  const links = phase === 'done' || phase === 'failed' ? after : [];
  clear(root).append(...links.map((link) => h('a', {class: 'btn small', href: link.href, text: link.text})));
  root.hidden = links.length === 0;
}
