// The forms that make pages: one, or a storm of them.

import {h} from '../dom.js';
import {choice, field, fillChoice, form, line} from '../form/field.js';
import {stormSize} from './rules.js';

const ideas = [
  'VPN gateway: unusual number of failed logins',
  'Ransom note found on files-2',
  'Customer data in a public bucket',
  'Admin account created at night',
];

/** Makes the form for one page: {node, show(services)}. */
export function trigger(ctx, send) {
  const service = choice('service', []);
  const title = line('title', {required: true, maxlength: 255, value: ideas[0]});
  const alert = line('alert', {placeholder: 'vpn-1: 214 failed logins in 5 minutes'});
  let next = 1;
  const node = form(
    async (values) => {
      await send('trigger', clean(values));
      ctx.toast.say('Paged. firebreak opens a channel: look in Slack.', 'good');
      title.value = ideas[next++ % ideas.length];
    },
    {class: 'card pd-card pd-trigger'},
    h('h2', {text: 'Page somebody'}),
    field('What is wrong', title),
    field('Service', service),
    h(
      'div',
      {class: 'pd-pair'},
      field(
        'Urgency',
        choice(
          'urgency',
          [
            {value: 'high', text: 'high: wakes people'},
            {value: 'low', text: 'low'},
          ],
          'high',
        ),
      ),
      field('Priority', choice('priority', [{value: '', text: 'none'}, 'P1', 'P2', 'P3', 'P4', 'P5'], 'P2')),
    ),
    field('Alert behind it (may be empty)', alert),
    h('button', {class: 'btn danger', type: 'submit', text: 'Page now'}),
  );
  return {
    node,
    show: (all) =>
      fillChoice(
        service,
        all.map((s) => s.name),
      ),
  };
}

/** Shapes what the form says for the server. */
export function clean({title, service, urgency, priority, alert}) {
  const body = {title: title.trim(), service, urgency, priority};
  return alert?.trim() ? {...body, alert: {summary: alert.trim(), severity: 'critical', source: service}} : body;
}

/** Makes the form for a storm. */
export function storm(ctx, send) {
  const count = line('count', {type: 'number', min: 1, max: 500, value: 40, required: true});
  const node = form(
    async (values) => {
      const n = stormSize(values.count);
      if (!n) {
        ctx.toast.say('A storm has 1 to 500 pages.', 'bad');
        return;
      }
      await send('storm', {count: n, seconds: Number(values.seconds)});
      ctx.toast.say(`${n} pages are on their way. firebreak gathers what belongs together.`, 'good');
    },
    {class: 'card pd-card'},
    h('h2', {text: 'A storm of pages'}),
    h('p', {
      class: 'muted',
      text: 'Something big breaks and everything rings. One incident should come of it, not a hundred channels.',
    }),
    h(
      'div',
      {class: 'pd-pair'},
      field('How many', count),
      field(
        'Within',
        choice(
          'seconds',
          [
            {value: '0', text: 'at once'},
            {value: '10', text: '10 seconds'},
            {value: '60', text: '60 seconds'},
          ],
          '10',
        ),
      ),
    ),
    h('button', {class: 'btn', type: 'submit', text: 'Let it storm'}),
  );
  return {node};
}
