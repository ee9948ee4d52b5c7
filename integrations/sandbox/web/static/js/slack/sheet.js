// The form of one modal: its blocks, what is wrong with them, submit and close.

import {h, clear, append} from '../dom.js';
import {icon, mark} from '../icons.js';
import {drawBlocks} from './block.js';
import {viewEnv} from './deeds.js';
import {complain} from './field.js';
import {textObject, words} from './text.js';
import {typed} from './values.js';

// starts is where the focus goes in a view, the first that there is.
const starts = [
  '[autofocus]',
  '.block-input input:not([type=checkbox], [type=radio]), .block-input textarea, .block-input .picker',
  '.modal-body input, .modal-body .picker, .modal-body .btn',
  '[type=submit]',
  'button',
];

/** Makes the form of the view first; update() takes what the app made of it since. */
export function makeSheet(first, desk) {
  const env = viewEnv(first.id, desk, 'modal');
  env.submit = () => submit();
  const head = h('div', {class: 'dialog-head modal-head'});
  const wrong = h('div', {class: 'modal-wrong', role: 'alert', hidden: true});
  const body = h('div', {class: 'blocks'});
  const foot = h('div', {class: 'dialog-foot'});
  const root = h('form', {class: 'sheet', novalidate: true}, head, h('div', {class: 'dialog-body modal-body'}, wrong, body), foot);
  root.addEventListener('submit', (e) => {
    e.preventDefault();
    submit();
  });
  const go = h('button', {class: 'btn primary', type: 'submit'});
  let view = {};
  let drawn = '';

  function update(next) {
    const sign = JSON.stringify(next.view);
    env.store.adopt(next.values);
    if (sign === drawn) return;
    drawn = sign;
    const held = root.contains(document.activeElement);
    view = next.view || {};
    env.blocks = view.blocks || [];
    append(
      clear(head),
      h('span', {class: 'face face-s face-app', 'aria-hidden': 'true'}, mark()),
      h('h2', null, textObject({...view.title, type: 'plain_text'}, desk.who)),
      h('button', {class: 'tool', type: 'button', 'aria-label': 'Close', on: {click: close}}, icon('x')),
    );
    drawBlocks(body, env.blocks, env);
    go.textContent = words(view.submit, desk.who) || 'Submit';
    append(
      clear(foot),
      h('button', {class: 'btn', type: 'button', on: {click: close}}, words(view.close, desk.who) || 'Cancel'),
      view.submit ? go : null,
    );
    if (held && !root.contains(document.activeElement)) focus();
  }

  function focus() {
    root.querySelector(starts.find((q) => root.querySelector(q)))?.focus();
  }

  async function submit() {
    if (!view.submit || go.hasAttribute('aria-busy')) return;
    go.setAttribute('aria-busy', 'true'); // a button that is switched off would lose the focus
    tell({});
    try {
      if (!(await env.settled())) return;
      const answer = await desk.act('view-submit', {view: first.id, values: fields()});
      if (answer && answer.errors) tell(answer.errors);
      await desk.load.screen();
    } catch (err) {
      tell({'': err.message});
    } finally {
      go.removeAttribute('aria-busy');
      desk.ctx.live.soon(desk.load.channel);
    }
  }

  function fields() {
    return Object.fromEntries(
      env.blocks.filter((b) => b.type === 'input' && b.element).map((b) => [b.block_id, typed(env.store.get(b.block_id, b.element))]),
    );
  }

  function tell(errors) {
    env.errors = errors;
    wrong.hidden = !errors[''];
    wrong.textContent = errors[''] || '';
    complain(body, errors);
  }

  async function close() {
    await desk.act('view-close', {view: first.id});
    await desk.load.screen();
  }

  return {
    root,
    update,
    close,
    title: () => words(view.title, desk.who) || 'Modal',
    focus,
  };
}
