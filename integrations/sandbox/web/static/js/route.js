// Where the window is, in the part of the address behind #.

import {emitter} from './emitter.js';

const heard = emitter();

/** Reads a hash: {view, channel, thread, home, id, query}. Pure. */
export function parse(hash) {
  const [path, search = ''] = String(hash)
    .replace(/^#?\/?/, '')
    .split('?');
  const [view = '', a = '', b = '', c = ''] = path.split('/').map(decode);
  const query = Object.fromEntries(new URLSearchParams(search));
  const at = {view: view || 'slack', channel: '', thread: '', home: false, id: '', query};
  if (at.view !== 'slack') return {...at, id: a};
  if (a === 'home') return {...at, home: true};
  return {...at, channel: a, thread: b === 't' ? c : ''};
}

/** Writes a place in Slack as a hash. Pure. */
export function slack(channel, thread, ts) {
  return '#/slack' + (channel ? '/' + encodeURIComponent(channel) : '') + (thread ? '/t/' + thread : '') + (ts ? '?ts=' + ts : '');
}

function decode(part) {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

export const route = {
  /** Where the window is. */
  get at() {
    return parse(location.hash);
  },
  /** Calls fn with each new place; returns what ends it. */
  on: (fn) => heard.on('change', fn),
  go,
  parse,
  slack,
  start: () => addEventListener('hashchange', () => heard.emit('change', route.at)),
};

/** Goes to a place; replace leaves no trace in the history. */
export function go(hash, {replace = false} = {}) {
  const to = hash.startsWith('#') ? hash : '#' + hash;
  if (to === location.hash) return;
  if (!replace) {
    location.hash = to;
    return;
  }
  history.replaceState(history.state, '', to);
  heard.emit('change', route.at);
}
