// A record of the ledger in plain words. Pure.

/** The kinds of records, as the filter and the rows name them. */
export const kinds = {
  __proto__: null,
  request: 'calls of the bot', effect: 'what changed', person: 'deeds of people', envelope: 'pushed by Slack', ack: 'acknowledged by the bot',
  socket: 'the connection', quick: 'quick actions', scene: 'the story', unexpected: 'unknown calls',
};

export const services = {__proto__: null, slack: 'Slack', pagerduty: 'PagerDuty', gitlab: 'GitLab'};

const verbs = {
  __proto__: null,
  say: 'says', edit: 'edits', delete: 'deletes a message', react: 'reacts', unreact: 'takes a reaction back', command: 'types', click: 'presses',
  submit: 'submits a form', close_view: 'closes a form', upload: 'drops a file', invite: 'invites', join: 'joins', leave: 'leaves', topic: 'sets the topic',
  trigger: 'pages', acknowledge: 'acknowledges', resolve: 'resolves', escalate: 'escalates', note: 'writes a note', reopen: 'reopens', reassign: 'reassigns',
  open: 'opens an issue', close: 'closes an issue', comment: 'comments', post: 'posts', shortcut: 'uses a shortcut', pin: 'pins', unpin: 'unpins',
};

const pushes = {__proto__: null, events_api: 'pushes an event', interactive: 'pushes a press or a form', slash_commands: 'pushes a command'};

const sockets = {
  __proto__: null, connected: 'the bot connects', closed: 'the connection ends', disconnect: 'announces the end of the connection', dropped: 'cuts the connection',
  unreachable: 'nobody listens: will be tried again', refused: 'refuses the connection', bad_response: 'got an answer that Slack would not take',
};

const faults = {
  __proto__: null,
  refuse_429: 'refused: too many requests', refuse_429_plain: 'refused by a proxy', err_5xx_before: 'failed', err_5xx_after: 'done, then failed',
  drop_before: 'connection cut before', drop_after: 'done, but the answer was lost', hang: 'no answer', hang_after: 'done, no answer', refuse: 'refused', delay: 'slow',
  drop_socket: 'connection cut', duplicate: 'sent twice', hold_back: 'sent late', lose_deliver: 'not sent',
};

/** Says who did something to whom: "bot → Slack", "Slack → bot", "Sam", "Slack". */
export function direction(record, name) {
  const service = services[record.service] ?? 'Story';
  switch (record.kind) {
    case 'request': case 'ack': return `bot → ${service}`;
    case 'envelope': return `${service} → bot`;
    case 'unexpected': return `? → ${service}`;
    case 'person': return record.actor ? name(record.actor) : service;
  }
  return service;
}

/** Says what happened, without who. */
export function what(record) {
  const text = record.text ?? '';
  switch (record.kind) {
    case 'request': return record.method;
    case 'ack': return 'received, and safely on disk';
    case 'scene': return text;
    case 'person': return [verbs[record.method] ?? record.method?.replaceAll('_', ' '), text].filter(Boolean).join(': ');
    case 'envelope': return pushes[record.method] ?? record.method;
    case 'socket': return sockets[record.method] ?? record.method?.replaceAll('_', ' ');
    case 'quick': return `/${record.method} ${text}`.trim();
  }
  return [record.method?.replaceAll('_', ' '), text].filter(Boolean).join(': ');
}

/** Says how a call ended: {text, tone}; nothing for what is no call. */
export function result(record) {
  const spoilt = record.fault ? faults[record.fault] ?? record.fault.replaceAll('_', ' ') : '';
  if (record.kind !== 'request') return spoilt ? {text: spoilt, tone: 'warn'} : {text: '', tone: ''};
  const status = record.status ? String(record.status) : 'no answer';
  const good = record.status >= 200 && record.status < 400 && !record.fault;
  return {text: [status, spoilt].filter(Boolean).join(', '), tone: good ? 'good' : 'bad'};
}

const reads = /^(GET |HEAD |auth\.test$|conversations\.(history|replies|info|list|members)$|users\.|team\.|bookmarks\.list$|pins\.list$|usergroups\.)/;

/** Says whether a record is a call that only asked, and was answered: the bot makes several a second. */
export function isRead(record) {
  return record.kind === 'request' && reads.test(record.method ?? '') && record.status === 200 && !record.fault;
}

/** Keeps the records that fit a filter, the newest first. */
export function fitting(records, {service = '', kind = '', text = '', reads: asked = true}, name = (id) => id) {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  const fits = (r) => (asked || !isRead(r)) && (!service || r.service === service) && (!kind || r.kind === kind)
    && (words.length === 0 || words.every((w) => hay(r, name).includes(w)));
  return records.filter(fits).sort((a, b) => b.n - a.n);
}

function hay(r, name) {
  return [`#${r.n}`, r.service, r.kind, r.method, r.actor, r.actor && name(r.actor), r.where, r.ref, r.text, r.status, r.fault].filter(Boolean).join(' ').toLowerCase();
}

/** Writes JSON to read: indented; what the server clipped stays as it is. */
export function pretty(value) {
  if (value === null || value === undefined) return '';
  if (typeof value !== 'string') return JSON.stringify(value, null, 2);
  try { return JSON.stringify(JSON.parse(value), null, 2); } catch { return value; }
}
