// What to do when nothing is being told: before the story and after it.

import {h, clear} from '../dom.js';

const after = [
  {href: '#/gitlab', text: 'Read the RCA in GitLab', find: newestRCA},
  {href: '#/slack', text: 'Say something in Slack'},
  {href: '#/pagerduty', text: 'Page somebody'},
  {href: '#/faults', text: 'Kill the bot, see what it loses'},
];

/** Shows the invitations of a phase, or none. */
export function invitations(root, phase, api) {
  if (root.dataset.phase === phase) return;
  root.dataset.phase = phase;
  const links = phase === 'done' || phase === 'failed' ? after : [];
  clear(root).append(...links.map((link) => invitation(link, api)));
  root.hidden = links.length === 0;
}

function invitation(link, api) {
  const node = h('a', {class: 'btn small', href: link.href, text: link.text});
  if (link.find)
    link.find(api).then(
      (href) => {
        node.href = href;
      },
      () => {},
    ); // without an answer the list will do
  return node;
}

/** Finds the issue that holds the newest RCA. */
async function newestRCA(api) {
  const {issues} = await api.get('/api/gitlab');
  const found = issues.filter((issue) => issue.labels?.includes('rca')).sort((a, b) => b.iid - a.iid)[0];
  return found ? `#/gitlab/${found.iid}` : '#/gitlab';
}
