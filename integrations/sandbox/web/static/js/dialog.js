// Dialogs over everything, from the browser's own <dialog>.

import {h} from './dom.js';
import {icon} from './icons.js';
import {close as closeMenu} from './menu.js';

/** Opens a dialog. body and foot are nodes; onClose hears of Escape and ×. Returns {box, close}. */
export function openDialog({title, body, foot, className = '', onClose}) {
  const box = h(
    'dialog',
    {class: ['dialog', className], 'aria-label': title},
    h(
      'div',
      {class: 'dialog-head'},
      h('h2', {text: title}),
      h('button', {class: 'tool', type: 'button', 'aria-label': 'Close', on: {click: () => close()}}, icon('x')),
    ),
    h('div', {class: 'dialog-body', tabindex: 0}, body),
    foot ? h('div', {class: 'dialog-foot'}, foot) : null,
  );
  const close = () => {
    if (box.open) box.close();
  };
  box.addEventListener('close', () => {
    closeMenu();
    box.remove();
    placeCaret();
    if (onClose) onClose();
  });
  box.addEventListener('click', (e) => {
    if (e.target === box) close();
  });
  document.body.append(box);
  box.showModal();
  return {box, close};
}

/** Gives the field that has the focus again after a dialog its caret too: Chromium leaves that behind, and what is typed is lost. */
export function placeCaret() {
  const field = document.activeElement;
  if (!field?.matches('textarea, input')) return;
  field.blur();
  field.focus();
}

/** Asks yes or no; resolves to true or false. */
export function confirm({title, text, yes = 'OK', no = 'Cancel', danger = false}) {
  return new Promise((answer) => {
    let said = false;
    const dialog = openDialog({
      title,
      body: text instanceof Node ? text : h('p', {text}),
      className: 'dialog-small',
      foot: [
        h('button', {class: 'btn', type: 'button', text: no, on: {click: () => dialog.close()}}),
        h('button', {
          class: ['btn', danger ? 'danger' : 'primary'],
          type: 'button',
          text: yes,
          autofocus: true,
          on: {
            click: () => {
              said = true;
              dialog.close();
            },
          },
        }),
      ],
      onClose: () => answer(said),
    });
  });
}
