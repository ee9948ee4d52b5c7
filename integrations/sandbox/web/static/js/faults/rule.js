// A fault that waits for its calls, in words.

import {callName} from './catalogue.js';

const kinds = {
  __proto__: null,
  refuse_429: 'is told to slow down',
  refuse_429_plain: 'is told to slow down, by a proxy',
  err_5xx_before: 'fails',
  err_5xx_after: 'is done, and fails all the same',
  drop_before: 'finds the line cut',
  drop_after: 'loses its answer',
  hang: 'hangs',
  hang_after: 'is done, and hangs',
  refuse: 'is refused',
  delay: 'is slow',
};

/** Says what a rule will do: "the next “Slack: make a channel” loses its answer". */
export function ruleLine({service, method, kind, times}) {
  return `${which(times)} “${callName(service, method)}” ${kinds[kind] ?? `meets ${kind}`}`;
}

function which(times) {
  if (times < 0) return 'every';
  return times > 1 ? `each of the next ${times}` : 'the next';
}
