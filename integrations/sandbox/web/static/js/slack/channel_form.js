// Dialogs with a form about channels.

import {h} from '../dom.js';
import {openDialog} from '../dialog.js';

/** Lets the person create a channel. */
export function createChannel(desk) {
  const name = h('input', {
    class: 'input',
    type: 'text',
    maxlength: 80,
    autocomplete: 'off',
    id: 'new-channel',
    placeholder: 'e.g. incident-review',
    autofocus: true,
    on: {
      input: () => {
        name.value = name.value.toLowerCase().replace(/\s/g, '-');
      },
    },
  });
  const secret = h('input', {type: 'checkbox', id: 'new-private'});
  const note = h('span', {class: 'muted box-note', text: 'Only people who are invited see it.'});
  const done = async () => {
    const made = await desk.act('create', {name: name.value.trim(), private: secret.checked});
    await desk.load.channels();
    desk.ctx.route.go('#/slack/' + ((made.channel && made.channel.id) || made.id || name.value.trim()));
  };
  form({
    title: 'Create a channel',
    yes: 'Create',
    body: [
      h('div', {class: 'field'}, h('label', {for: 'new-channel', text: 'Name'}), name),
      h('label', {class: 'box', for: 'new-private'}, secret, h('span', {class: 'box-text'}, 'Private', note)),
    ],
    done,
  });
}

/** Opens a dialog with one form; done may refuse by throwing, and what it says is shown. */
export function form({title, body, yes, done, danger}) {
  const wrong = h('div', {class: 'wrong', role: 'alert'});
  const submit = async (e) => {
    e?.preventDefault();
    wrong.textContent = '';
    try {
      await done();
      dialog.close();
    } catch (err) {
      wrong.textContent = err.message;
    }
  };
  // Enter in a field needs a submit button inside of the form.
  const enter = h('button', {type: 'submit', class: 'unseen', tabindex: -1, 'aria-hidden': 'true', text: yes});
  const dialog = openDialog({
    title,
    className: 'dialog-small',
    body: h('form', {class: 'dialog-form', on: {submit}}, body, wrong, enter),
    foot: [
      h('button', {class: 'btn', type: 'button', text: 'Cancel', on: {click: () => dialog.close()}}),
      h('button', {class: ['btn', danger ? 'danger' : 'primary'], type: 'button', text: yes, on: {click: submit}}),
    ],
  });
  return dialog;
}

/** Opens a dialog with one line of text. */
export function askLine({title, label, value = '', yes = 'Save', most, done}) {
  const field = h('input', {class: 'input', type: 'text', id: 'ask-line', value, maxlength: most, autocomplete: 'off', autofocus: true});
  form({title, yes, body: h('div', {class: 'field'}, h('label', {for: 'ask-line', text: label}), field), done: () => done(field.value)});
}
