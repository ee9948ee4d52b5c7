// The modals an app has on the person's screen: the one on top is shown.

import {h, clear, append} from '../dom.js';
import {placeCaret} from '../dialog.js';
import {close as closeMenu} from '../menu.js';
import {makeSheet} from './sheet.js';

/** Makes the modals' dialog; show() follows the desk's stack. */
export function makeModals(desk) {
  const sheets = new Map();
  let box = null;
  let shown = null;
  function show() {
    const ids = desk.stack.map((v) => v.id);
    for (const id of sheets.keys()) if (!ids.includes(id)) sheets.delete(id);
    const top = desk.stack.at(-1);
    if (!top) {
      end();
      return;
    }
    if (!sheets.has(top.id)) sheets.set(top.id, makeSheet(top, desk));
    const sheet = sheets.get(top.id);
    sheet.update(top);
    if (!box) begin();
    if (shown !== sheet) {
      shown = sheet;
      append(clear(box), sheet.root);
      sheet.focus();
    }
    box.setAttribute('aria-label', sheet.title());
  }
  function begin() {
    closeMenu();
    box = h('dialog', {class: 'dialog modal'});
    box.addEventListener('cancel', (e) => {
      e.preventDefault();
      shown?.close();
    });
    document.body.append(box);
    box.showModal();
  }
  function end() {
    if (!box) return;
    closeMenu();
    const old = box;
    box = shown = null;
    old.close();
    old.remove();
    placeCaret();
  }
  return {
    show,
    end: () => {
      sheets.clear();
      end();
    },
  };
}
