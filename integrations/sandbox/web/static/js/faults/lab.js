// The cards of the experiments, with their steps as they run.

import {h, clear} from '../dom.js';
import {icon} from '../icons.js';
import {once} from '../form/field.js';
import {experiments} from './experiments.js';
import {run} from './runner.js';

/** Makes the section; `after` is called when an experiment has ended. */
export function lab(ctx, after) {
  const all = {running: false, cards: []};
  all.cards = experiments.map((experiment) => card(ctx, experiment, all, after));
  return h(
    'section',
    {class: 'fx-lab', 'aria-labelledby': 'fx-lab'},
    h('h2', {id: 'fx-lab', text: 'Experiments, one button each'}),
    h(
      'div',
      {class: 'fx-cards'},
      all.cards.map((c) => c.node),
    ),
  );
}

function card(ctx, experiment, all, after) {
  const steps = h(
    'ol',
    {class: 'fx-steps'},
    experiment.steps.filter((s) => s.text).map((s) => h('li', {text: s.text})),
  );
  const verdict = h('p', {class: 'fx-verdict', role: 'status'});
  const start = h(
    'button',
    {
      class: 'btn fx-run',
      type: 'button',
      on: {click: () => once(start, () => perform(ctx, experiment, {steps, verdict, node}, all, after))},
    },
    icon('play'),
    'Run',
  );
  start.setAttribute('aria-label', `Run: ${experiment.title}`);
  const node = h(
    'article',
    {class: 'card fx-card'},
    h('h3', {text: experiment.title}),
    h('p', {class: 'fx-claim', text: experiment.claim}),
    steps,
    verdict,
    start,
  );
  return {node, start};
}

async function perform(ctx, experiment, parts, all, after) {
  if (all.running) {
    ctx.toast.say('One experiment at a time, please.');
    return;
  }
  all.running = true;
  reset(parts);
  try {
    const result = await run(ctx.api, experiment, (i, state) => mark(experiment, parts.steps, i, state));
    parts.node.dataset.result = result.good ? 'good' : 'bad';
    clear(parts.verdict).append(icon(result.good ? 'check' : 'x'), h('span', {text: result.text}));
  } catch (err) {
    parts.node.dataset.result = 'bad';
    parts.verdict.textContent = err.message;
    if (!err.said) console.warn(err);
  } finally {
    all.running = false;
    after();
  }
}

function reset(parts) {
  parts.node.dataset.result = 'now';
  parts.verdict.textContent = 'Running…';
  for (const step of parts.steps.children) step.className = '';
}

/** Marks a step; steps without words belong to the one before. */
function mark(experiment, list, i, state) {
  const told = experiment.steps.slice(0, i + 1).filter((s) => s.text).length - 1;
  const row = list.children[told];
  if (!row) return;
  row.className = state;
  if (state === 'now') row.setAttribute('aria-current', 'step');
  else row.removeAttribute('aria-current');
}
