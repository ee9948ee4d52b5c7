// Runs an experiment's steps against the sandbox.

import {caughtUp} from './chronicle.js';
import {totals} from './account.js';
import {lineAt, outcome, talkChannel} from './experiments.js';

const patience = 60000;
const rest = (ms) => new Promise((done) => setTimeout(done, ms));

/** Runs an experiment; `tell(i, state)` hears of each step; answers its outcome. */
export async function run(api, experiment, tell) {
  const before = await api.get('/api/account');
  const done = new Set();
  try {
    const place = await talkPlace(
      api,
      experiment.steps.some((step) => step.talk || step.command),
    );
    for (const [i, step] of experiment.steps.entries()) {
      tell(i, 'now');
      await act(api, step, place);
      done.add(i);
      tell(i, 'done');
    }
  } catch (err) {
    await undo(api, experiment, done);
    throw err;
  }
  const began = Date.now();
  const after = await settled(api, began, before, experiment);
  return outcome({before, after, ms: Date.now() - began});
}

/** Does at least what must be done in any case, so that no fault stays behind. */
async function undo(api, experiment, done) {
  for (const [i, step] of experiment.steps.entries()) {
    const owed = step.always || step.do === 'faults/start';
    if (owed && !done.has(i)) await api.post('/api/' + step.do, step.with ?? {}).catch(() => {});
  }
}

async function act(api, step, place) {
  if (step.do) await api.post('/api/' + step.do, step.with ?? {});
  if (step.page)
    await api.post('/api/pagerduty/trigger', {
      title: 'Experiment: the answer was lost',
      service: place.service,
      urgency: 'high',
      priority: 'P3',
    });
  if (step.command) await say(api, place, place.people[0], step.command);
  if (step.talk)
    for (let i = 0; i < step.talk; i++) {
      await say(api, place, place.people[i % place.people.length], lineAt(i));
      await rest(120);
    }
  if (step.wait) await rest(step.wait);
}

function say(api, place, as, text) {
  return api.post('/api/slack/say', {as, channel: place.channel, text});
}

/** Lets people say n things in the newest incident; answers where. */
export async function talkNow(api, n) {
  const place = await talkPlace(api, true);
  await act(api, {talk: n}, place);
  return place;
}

/** Finds where to talk and who may; without an incident one is opened by a page. */
async function talkPlace(api, talks) {
  const {services} = await api.get('/api/pagerduty');
  const service = services[0]?.name ?? '';
  if (!talks) return {service};
  const {people} = await api.get('/api/world');
  const humans = people.filter((p) => !p.bot && !p.deleted && !p.guest && !p.stranger);
  let found = await findPlace(api, humans);
  if (!found)
    await api.post('/api/pagerduty/trigger', {title: 'Experiment: something is wrong', service, urgency: 'high', priority: 'P3'});
  for (let tries = 0; !found && tries < 20; tries++) {
    await rest(500);
    found = await findPlace(api, humans);
  }
  if (!found) throw new Error('There is no incident channel to talk in. Page somebody first.');
  return {...found, service};
}

async function findPlace(api, humans) {
  for (const person of humans) {
    const {channels} = await api.get('/api/slack?as=' + encodeURIComponent(person.id));
    const channel = talkChannel(channels);
    if (!channel) continue;
    const {channel: full} = await api.get(`/api/slack/channel/${channel.id}?as=${encodeURIComponent(person.id)}&limit=1`);
    const inside = humans.filter((p) => full.member_ids?.includes(p.id)).map((p) => p.id);
    return {channel: channel.id, name: channel.name, people: inside.length > 0 ? inside : [person.id]};
  }
  return null;
}

/** Waits until the bot has caught up, or patience ends, and answers the account. */
async function settled(api, began, before, experiment) {
  const was = totals(before);
  const talked = experiment.steps.reduce((n, step) => n + (step.talk ?? 0), 0);
  for (;;) {
    const account = await api.get('/api/account');
    const now = totals(account);
    if ((caughtUp(account) && now.said >= was.said + talked && now.done >= now.asked) || Date.now() - began > patience)
      return account;
    await rest(400);
  }
}
