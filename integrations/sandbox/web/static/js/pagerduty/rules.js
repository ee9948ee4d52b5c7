// What can be done with a page in which state, and in what order pages stand.

const order = {__proto__: null, triggered: 0, acknowledged: 1, resolved: 2};

/** Says whether somebody still has to do something about a page. */
export function isOpen(page) {
  return page.status !== 'resolved';
}

/** Parts pages into open ones, the most urgent first, and past ones, newest first. */
export function parted(pages) {
  const open = pages.filter(isOpen).sort((a, b) => order[a.status] - order[b.status] || low(a) - low(b) || newer(a, b));
  return {open, past: pages.filter((page) => !isOpen(page)).sort(newer)};
}

function low(page) {
  return page.urgency === 'low' ? 1 : 0;
}

function newer(a, b) {
  return b.number - a.number;
}

/** Lists the deeds that PagerDuty's own buttons would offer for a page. */
export function deeds(page) {
  if (!isOpen(page)) return ['reopen', 'note'];
  const first = page.status === 'triggered' ? ['acknowledge'] : [];
  return [...first, 'resolve', 'escalate', 'reassign', 'urgency', 'priority', 'note'];
}

const words = {
  __proto__: null,
  triggered: 'Ringing: nobody has answered yet',
  acknowledged: 'Answered: somebody is on it',
  resolved: 'Resolved',
};

/** Says a page's state in words. */
export function saying(page) {
  const who = page.acknowledgers ?? [];
  if (page.status === 'acknowledged' && who.length > 0) return `Answered by ${who.map(nameOf).join(', ')}`;
  return words[page.status] ?? page.status;
}

/** Shortens an e-mail address to what people call its owner. */
export function nameOf(who) {
  return String(who).split('@')[0];
}

const steps = {
  __proto__: null,
  trigger: 'The page came in',
  acknowledge: 'Acknowledged',
  unacknowledge: 'The acknowledgement ran out',
  resolve: 'Resolved',
  escalate: 'Escalated',
  assign: 'Assigned',
  notify: 'Somebody was called',
  annotate: 'A note was written',
  urgency_change: 'Urgency changed',
  priority_change: 'Priority changed',
  merge: 'Merged',
  reopen: 'Reopened',
  responder_request: 'More responders were asked for',
};

/** Says an entry of a page's log in words: a kind, or {kind, summary, at, who}. */
export function logLine(entry) {
  if (typeof entry === 'string') return {text: steps[entry] ?? entry.replaceAll('_', ' '), at: ''};
  return {text: entry.summary || steps[entry.kind] || String(entry.kind ?? '').replaceAll('_', ' '), at: entry.at ?? ''};
}

/** Reads how many pages a storm shall have; 0 when that is no such number. */
export function stormSize(text) {
  const count = Number(text);
  return Number.isInteger(count) && count >= 1 && count <= 500 ? count : 0;
}
