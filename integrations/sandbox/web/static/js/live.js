// Hears what happens. A browser allows few streams to one server, so of all
// windows one holds the stream and tells the others.

import {emitter} from './emitter.js';

const heard = emitter();
const air = new BroadcastChannel('firebreak-live');
const kinds = ['record', 'story', 'bot', 'hello'];
let last = 0;
let born = '';
let pause = 1000; // before the next try, doubled each time

export const live = {
  /** Calls fn with each 'record', 'story' or 'bot', and on 'open' and 'lost'; returns what ends it. */
  on: heard.on,
  soon,
  start,
};

/** Begins to listen. */
export function start() {
  air.onmessage = ({data}) => take(data.kind, data.body, data.id);
  if (!navigator.locks) return listen();
  navigator.locks.request('firebreak-live', () => new Promise(listen)).catch(listen);
}

function take(kind, body, id) {
  if (kind === 'hello' && body) greet(body);
  if (kind === 'record' && id) last = Math.max(last, id);
  heard.emit(kind, body);
}

// greet notices that another sandbox answers: nothing that is known holds any more.
function greet(body) {
  if (born && body.born !== born) location.reload();
  born = body.born;
  last = Math.max(last, body.n || 0);
}

function tell(kind, body, id) {
  take(kind, body, id);
  air.postMessage({kind, body, id});
}

function listen() {
  const stream = new EventSource('/events' + (last ? '?after=' + last : ''));
  for (const kind of kinds) {
    stream.addEventListener(kind, (e) => tell(kind, JSON.parse(e.data), Number(e.lastEventId) || 0));
  }
  stream.onopen = () => {
    pause = 1000;
    tell('open', null, 0);
  };
  stream.onerror = () => {
    tell('lost', null, 0);
    if (stream.readyState === EventSource.CLOSED) setTimeout(listen, (pause = Math.min(30000, pause * 2)));
  };
}

const pending = new WeakMap();

/** Runs fn soon, once for many calls, never twice at a time, and rests twice as long as it took. */
export function soon(fn) {
  const state = pending.get(fn) || {};
  pending.set(fn, state);
  state.again = true;
  if (!state.busy) run(fn, state, 80);
}

async function run(fn, state, wait) {
  state.busy = true;
  await new Promise((done) => setTimeout(done, wait));
  state.again = false;
  const began = performance.now();
  try {
    await fn();
  } catch (err) {
    if (err.status !== 0) reportError(err);
  }
  state.busy = false;
  if (state.again) run(fn, state, Math.max(80, 2 * (performance.now() - began)));
}
