// Draws the interactive elements of blocks.

import {h, safe} from '../dom.js';
import {icon} from '../icons.js';
import {openMenu} from '../menu.js';
import {words} from './text.js';
import {select} from './select.js';
import {boxes} from './choice.js';
import {entryField} from './entry.js';
import {fileField} from './attach.js';
import {focusName, busy} from './control.js';

/** Draws an element; what people do to it goes to env.act. */
export function element(b, e, env) {
  const make = kinds[e.type];
  if (make) return make(b, e, env);
  if (/_select$/.test(e.type)) return select(b, e, env);
  return h('span', {class: 'unknown', text: `element ${e.type || 'without type'}`});
}

const kinds = {
  button,
  overflow,
  workflow_button: (b, e, env) =>
    h('button', {
      class: 'btn small',
      type: 'button',
      disabled: true,
      title: 'Workflows do not run in the sandbox',
      text: words(e.text, env.who),
    }),
  image: (b, e) => picture(e, 'accessory-image'),
  checkboxes: boxes,
  radio_buttons: boxes,
  plain_text_input: entryField,
  email_text_input: entryField,
  url_text_input: entryField,
  number_input: entryField,
  rich_text_input: entryField,
  datepicker: entryField,
  timepicker: entryField,
  datetimepicker: entryField,
  file_input: fileField,
  feedback_buttons: (b, e, env) =>
    h(
      'span',
      {class: 'pair'},
      [e.positive_button, e.negative_button].filter(Boolean).map((x) => button(b, {...x, action_id: e.action_id}, env, x.value)),
    ),
  icon_button: (b, e, env) => button(b, {...e, text: e.text || {text: e.icon}}, env),
};

function button(b, e, env, value = '') {
  const props = {
    class: ['btn', 'small', e.style === 'primary' && 'primary', e.style === 'danger' && 'danger'],
    'aria-label': e.accessibility_label,
    data: {focus: focusName(b, e)},
    on: {click: () => busy(node, env.act(b, e, value))},
  };
  const text = words(e.text, env.who);
  const node =
    e.url && safe(e.url)
      ? h(
          'a',
          {...props, href: env.who.inside(e.url) || e.url, target: env.who.inside(e.url) ? null : '_blank', rel: 'noopener noreferrer'},
          text,
        )
      : h('button', {...props, type: 'button'}, text);
  return node;
}

function overflow(b, e, env) {
  const node = h(
    'button',
    {
      class: 'btn small overflow',
      type: 'button',
      'aria-label': 'More actions',
      'aria-haspopup': 'menu',
      'aria-expanded': 'false',
      data: {focus: focusName(b, e)},
      on: {
        click: () =>
          openMenu(
            node,
            (e.options || []).map((o) => ({
              text: words(o.text, env.who),
              note: o.description && words(o.description, env.who),
              fn: () => {
                if (o.url && safe(o.url)) window.open(o.url, '_blank', 'noopener,noreferrer');
                busy(node, env.act(b, e, o.value));
              },
            })),
            {label: 'More actions'},
          ),
      },
    },
    icon('more'),
  );
  return node;
}

/** Draws a picture: ours as it is, a stranger's only as a link, since nothing is loaded from outside. */
export function picture(e, className) {
  const src = e.image_url || e.thumb_url || '';
  const alt = e.alt_text || (e.slack_file ? 'A file of Slack' : '');
  if (/^(\/(?!\/)|data:image\/)/.test(src)) return h('img', {class: className, src, alt, loading: 'lazy'});
  const inner = [icon('image'), h('span', {text: alt || 'Image'})];
  return safe(src) && src
    ? h('a', {class: ['outside-image', className + '-box'], href: src, target: '_blank', rel: 'noopener noreferrer', title: src}, inner)
    : h('span', {class: ['outside-image', className + '-box']}, inner);
}
