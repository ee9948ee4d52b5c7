// Finds where in this window a link of the sandbox's services leads. Pure.

import {slack} from '../route.js';

/** The hash of a link to a Slack message, a page or an issue; '' for any other link. */
export function inside(href) {
  const message = /^https?:\/\/[\w-]+\.slack\.com\/archives\/([CDG]\w+)(?:\/p(\d{10})(\d{6}))?(?:\?(.*))?$/.exec(href);
  if (message) {
    const ts = message[2] ? `${message[2]}.${message[3]}` : '';
    const thread = new URLSearchParams(message[4] || '').get('thread_ts') || '';
    return slack(message[1], thread, ts);
  }
  const channel = /^slack:\/\/channel\?(.*)$/.exec(href);
  if (channel) return slack(new URLSearchParams(channel[1]).get('id') || '');
  const page = /^https?:\/\/[^/]*pagerduty[^/]*\/incidents\/(\w+)/.exec(href);
  if (page) return '#/pagerduty/' + page[1];
  const issue = /^https?:\/\/[^/]+\/.*\/-\/(?:issues|work_items)\/(\d+)/.exec(href);
  return issue ? '#/gitlab/' + issue[1] : '';
}
