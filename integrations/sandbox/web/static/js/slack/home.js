// The app's Home tab.

import {h, clear} from '../dom.js';
import {mark} from '../icons.js';
import {back} from './header.js';
import {drawBlocks} from './block.js';
import {viewEnv} from './deeds.js';

/** Makes the pane; show() draws what the app published. */
export function makeHome(desk) {
  const body = h('div', {class: 'blocks'});
  const none = h('p', {class: 'empty', text: 'The app has published nothing here.'});
  const root = h(
    'section',
    {class: 'chan home', 'aria-label': 'App Home'},
    h(
      'header',
      {class: 'chan-head'},
      back(),
      h(
        'h2',
        {class: 'chan-name chan-title'},
        h('span', {class: 'face face-s face-app', 'aria-hidden': 'true'}, mark()),
        h('span', {text: 'App Home'}),
      ),
    ),
    h('div', {class: 'home-body', tabindex: 0}, body, none),
  );
  let env = null;
  let key = '';
  function show() {
    const view = desk.home && desk.home.view;
    none.hidden = Boolean(view);
    if (!view) {
      clear(body);
      key = '';
      return;
    }
    const id = desk.home.id || view.id || '';
    if (key !== desk.me.id + id) {
      key = desk.me.id + id;
      env = viewEnv(id, desk, 'home');
      clear(body);
    }
    env.store.adopt(desk.home.values);
    env.blocks = view.blocks || [];
    drawBlocks(body, env.blocks, env);
  }
  return {root, show};
}
