// What can be done to a channel.

import {h} from '../dom.js';
import {openMenu} from '../menu.js';
import {confirm} from '../dialog.js';
import {asTyped} from './original.js';
import {askLine, form} from './channel_form.js';
import {invite} from './channel_pick.js';

/** Opens the menu of a channel beside its name. */
export function openChannelMenu(anchor, c, desk) {
  const act = (verb) => desk.act(verb, {channel: c.id});
  const member = [
    {text: 'Edit topic', fn: () => setTopic(c, desk)},
    {text: 'Add somebody', fn: () => invite(desk)},
    {text: 'Add a bookmark', fn: () => addBookmark(c, desk)},
    null,
    {text: 'Leave channel', fn: () => act('leave')},
    {text: 'Archive channel', danger: true, fn: () => archive(c, act)},
    null,
  ];
  const gone = {text: 'Show deleted messages', checked: desk.deleted, fn: () => showDeleted(desk)};
  const deeds = c.archived ? [] : c.member ? member : [{text: 'Join channel', fn: () => act('join')}, null];
  openMenu(anchor, [...deeds, gone, {text: 'Copy channel ID', note: c.id, fn: () => copyId(c, desk)}], {label: 'About this channel'});
}

/** Lets the person write the channel's topic. */
export function setTopic(c, desk) {
  const done = (topic) => desk.act('topic', {channel: c.id, topic});
  askLine({title: 'Edit topic', label: 'Topic of #' + c.name, value: asTyped(c.topic, desk.who), most: 250, done});
}

async function archive(c, act) {
  const text = 'Nobody can write in an archived channel.';
  if (await confirm({title: 'Archive #' + c.name, text, yes: 'Archive', danger: true})) await act('archive');
}

function showDeleted(desk) {
  desk.deleted = !desk.deleted;
  return desk.load.channel();
}

async function copyId(c, desk) {
  await navigator.clipboard.writeText(c.id);
  desk.ctx.toast.say('Copied.', 'good');
}

function addBookmark(c, desk) {
  const title = h('input', {class: 'input', type: 'text', id: 'bm-title', autocomplete: 'off'});
  const link = h('input', {class: 'input', type: 'url', id: 'bm-link', placeholder: 'https://', autocomplete: 'off', autofocus: true});
  const done = () => {
    const at = link.value.trim();
    return desk.act('bookmark', {channel: c.id, title: title.value.trim() || at, link: at});
  };
  form({
    title: 'Add a bookmark',
    yes: 'Add',
    body: [
      h('div', {class: 'field'}, h('label', {for: 'bm-link', text: 'Link'}), link),
      h('div', {class: 'field'}, h('label', {for: 'bm-title', text: 'Name'}), title),
    ],
    done,
  });
}
