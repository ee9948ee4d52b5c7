// A record of the ledger in plain words. Pure.

import {faults, kinds, pushes, services, sockets, verbs} from './words.js';

export {kinds, services};

/** Says who did something to whom: "bot → Slack", "Slack → bot", "Sam", "Slack". */
export function direction(record, name) {
  const service = services[record.service] ?? 'Story';
  switch (record.kind) {
    case 'request':
    case 'ack':
      return `bot → ${service}`;
    case 'envelope':
      return `${service} → bot`;
    case 'unexpected':
      return `? → ${service}`;
    case 'person':
      return record.actor ? name(record.actor) : service;
  }
  return service;
}

/** Says what happened, without who. */
export function what(record) {
  const text = record.text ?? '';
  switch (record.kind) {
    case 'request':
      return record.method;
    case 'ack':
      return 'received, and safely on disk';
    case 'scene':
      return text;
    case 'person':
      return [verbs[record.method] ?? record.method?.replaceAll('_', ' '), text].filter(Boolean).join(': ');
    case 'envelope':
      return pushes[record.method] ?? record.method;
    case 'socket':
      return sockets[record.method] ?? record.method?.replaceAll('_', ' ');
    case 'quick':
      return `/${record.method} ${text}`.trim();
  }
  return [record.method?.replaceAll('_', ' '), text].filter(Boolean).join(': ');
}

/** Says how a call ended: {text, tone}; nothing for what is no call. */
export function result(record) {
  const spoilt = record.fault ? (faults[record.fault] ?? record.fault.replaceAll('_', ' ')) : '';
  if (record.kind !== 'request') return spoilt ? {text: spoilt, tone: 'warn'} : {text: '', tone: ''};
  const status = record.status ? String(record.status) : 'no answer';
  const good = record.status >= 200 && record.status < 400 && !record.fault;
  return {text: [status, spoilt].filter(Boolean).join(', '), tone: good ? 'good' : 'bad'};
}

const reads =
  /^(GET |HEAD |auth\.test$|conversations\.(history|replies|info|list|members)$|users\.|team\.|bookmarks\.list$|pins\.list$|usergroups\.)/;

/** Says whether a record is a call that only asked, and was answered: the bot makes several a second. */
export function isRead(record) {
  return record.kind === 'request' && reads.test(record.method ?? '') && record.status === 200 && !record.fault;
}

/** Keeps the records that fit a filter, the newest first. */
export function fitting(records, {service = '', kind = '', text = '', reads: asked = true}, name = (id) => id) {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  const fits = (r) =>
    (asked || !isRead(r)) &&
    (!service || r.service === service) &&
    (!kind || r.kind === kind) &&
    (words.length === 0 || words.every((w) => hay(r, name).includes(w)));
  return records.filter(fits).sort((a, b) => b.n - a.n);
}

function hay(r, name) {
  return [`#${r.n}`, r.service, r.kind, r.method, r.actor, r.actor && name(r.actor), r.where, r.ref, r.text, r.status, r.fault]
    .filter(Boolean)
    .join(' ')
    .toLowerCase();
}

/** Writes JSON to read: indented; what the server clipped stays as it is. */
export function pretty(value) {
  if (value === null || value === undefined) return '';
  if (typeof value !== 'string') return JSON.stringify(value, null, 2);
  try {
    return JSON.stringify(JSON.parse(value), null, 2);
  } catch {
    return value;
  }
}
