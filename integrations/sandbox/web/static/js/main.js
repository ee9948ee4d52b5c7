// Starts the window: the shell around it and the view that the address names.

import {h, clear} from './dom.js';
import {get, post} from './api.js';
import {live} from './live.js';
import {state, load, setMe} from './state.js';
import {route, go} from './route.js';
import * as keys from './keys.js';
import * as toast from './toast.js';
import * as time from './time.js';
import {mountShell} from './shell.js';

const ctx = {api: {get, post}, live, state, route, toast, time, keys};
const views = {
  slack: () => import('./slack/view.js'),
  pagerduty: () => import('./pagerduty/view.js'),
  gitlab: () => import('./gitlab/view.js'),
  faults: () => import('./faults/view.js'),
  ledger: () => import('./ledger/view.js'),
};

let shown = {name: '', view: null};

/** Shows the view of the address; the same view stays and hears of it by route.on. */
async function show() {
  const at = route.at;
  if (at.query.as) become(at.query.as);
  const name = views[at.view] ? at.view : 'slack';
  if (name === shown.name) return;
  if (shown.view) shown.view.unmount();
  shown = {name, view: null};
  const root = h('div', {class: ['view', 'view-' + name]});
  clear(document.getElementById('screen')).append(root);
  try {
    const module = await views[name]();
    if (shown.name === name) shown.view = module.mount(root, ctx);
  } catch (err) {
    console.warn(err);
    root.append(h('p', {class: 'empty', text: `The ${name} view is not here.`}));
  }
}

// become is whom the address asks for, and takes it out of the address, so that
// whoever one becomes later stays.
function become(name) {
  setMe(name);
  const [path, search] = location.hash.split('?');
  const query = new URLSearchParams(search);
  query.delete('as');
  history.replaceState(history.state, '', path + (query.size ? '?' + query : ''));
}

async function strip() {
  const root = document.getElementById('strip');
  try {
    const module = await import('./story/strip.js');
    root.hidden = false;
    module.mountStrip(root, ctx);
  } catch (err) {
    root.hidden = true;
    console.warn(err);
  }
}

function trouble(reason) {
  toast.say((reason && reason.message) || String(reason), 'bad');
}

async function start() {
  addEventListener('unhandledrejection', (e) => {
    trouble(e.reason);
    if (e.reason && e.reason.said) e.preventDefault();
  });
  addEventListener('error', (e) => trouble(e.error || e.message));
  for (;;) {
    try {
      await load();
      break;
    } catch (err) {
      trouble(err);
      await new Promise((done) => setTimeout(done, 3000));
    }
  }
  live.start();
  route.start();
  keys.start();
  mountShell(ctx);
  route.on(show);
  if (!location.hash) go('#/slack', {replace: true});
  await show();
  if (state.world.has.story) await strip();
}

start();
