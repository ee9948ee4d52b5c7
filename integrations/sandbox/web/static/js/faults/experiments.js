// Experiments that anybody can run with one button: what is done, step by step,
// and what it shows. Steps are data; runner.js does them.

import {totals} from './account.js';

const lines = [
  'The VPN logs show a second address: 198.51.100.7',
  'I am isolating files-2 now',
  'Who has the key of svc-backup?',
  'Found it: rotated and stored',
  'Firewall rule is in place, traffic is down',
  'Nothing new on db-3 since then',
];

/** The experiments on offer. */
export const experiments = [
  {
    id: 'die',
    title: 'Kill it while people talk',
    claim: 'Nothing said while the bot is dead is lost.',
    steps: [
      {do: 'faults/kill', text: 'Kill the bot, without a warning'},
      {talk: 5, text: 'People say 5 things meanwhile'},
      {wait: 1500, text: 'Wait a moment'},
      {do: 'faults/start', text: 'Start it again'},
    ],
  },
  {
    id: 'lose',
    title: 'Lose the answer to “make a channel”',
    claim: 'One page, one channel, although the bot cannot know whether its call worked.',
    steps: [
      {
        do: 'faults/lose-next',
        with: {service: 'slack', method: 'conversations.create'},
        text: 'The next channel is made, but the answer never arrives',
      },
      {page: true, text: 'A page comes in'},
      {wait: 2500, text: 'Wait for its channel'},
    ],
  },
  {
    id: 'twice',
    title: 'Deliver everything twice, late and shuffled',
    claim: 'Each message stands in the timeline once, in the right order.',
    steps: [
      {do: 'faults/duplicate-events', with: {on: true}, text: 'Slack sends each event twice,'},
      {do: 'faults/hold-events', with: {on: true}, text: 'and keeps them back for now'},
      {talk: 6, text: 'People say 6 things'},
      {wait: 1500, text: 'Wait a moment'},
      {do: 'faults/hold-events', with: {on: false}, text: 'All of it arrives at once, in no order', always: true},
      {wait: 2500, text: 'Wait for the second copies'},
      {do: 'faults/duplicate-events', with: {on: false}, text: 'Back to normal', always: true},
    ],
  },
  {
    id: 'cut',
    title: 'Cut the line',
    claim: 'What was said while there was no connection is fetched afterwards.',
    steps: [
      {do: 'faults/drop-socket', text: 'Cut the connection to Slack without a word'},
      {talk: 4, text: 'People say 4 things at once'},
    ],
  },
  {
    id: 'tracker',
    title: 'Take GitLab away',
    claim: 'A task that cannot be filed now is filed later, once.',
    steps: [
      {do: 'faults/gitlab-down', with: {on: true}, text: 'GitLab answers nothing'},
      {command: '/inc task add Check who else used svc-backup', text: 'Somebody hands out a task'},
      {wait: 2000, text: 'Wait a moment'},
      {do: 'faults/gitlab-down', with: {on: false}, text: 'GitLab is back', always: true},
    ],
  },
];

/** Gives what is said as the i-th thing. */
export function lineAt(i) {
  return lines[i % lines.length];
}

/** Chooses the channel to talk in: the newest open incident's that has people in it. */
export function talkChannel(channels) {
  const fit = channels.filter((c) => /^inc-\d+/.test(c.name) && !c.archived && c.member !== false);
  const number = (c) => Number(/^inc-(\d+)/.exec(c.name)[1]);
  return fit.sort((a, b) => number(b) - number(a))[0] ?? null;
}

/** Says how an experiment ended, from the accounts before and after: {good, text}. */
export function outcome({before, after, ms}) {
  const [was, is] = [totals(before), totals(after)];
  const doubled = is.doubled + is.twice;
  const good = is.missing === 0 && is.recorded >= is.said && is.done >= is.asked && doubled === 0;
  const time = ms < 300 ? 'at once' : `${(ms / 1000).toFixed(1)} s later`;
  if (!good)
    return {
      good,
      text: `${time}: sent ${is.said}, recorded ${is.recorded}, asked ${is.asked}, done ${is.done}, doubled ${doubled}.`,
    };
  const said = is.said > was.said ? [`sent ${is.said - was.said} = recorded ${is.recorded - was.recorded}`] : [];
  const parts = said.length > 0 ? said : newEffects(before, after);
  return {good, text: `${upper([...parts, 'doubled 0'].join(', '))}, ${time}.`};
}

/** Lists the effects that came in between: "channels for incidents 1 = 1". */
function newEffects(before, after) {
  const asked = (account, what) => account?.effects?.find((e) => e.what === what) ?? {asked: 0, done: 0};
  return (after.effects ?? []).flatMap((now) => {
    const was = asked(before, now.what);
    return now.asked > was.asked ? [`${now.what} ${now.asked - was.asked} = ${now.done - was.done}`] : [];
  });
}

function upper(text) {
  return text[0].toUpperCase() + text.slice(1);
}
