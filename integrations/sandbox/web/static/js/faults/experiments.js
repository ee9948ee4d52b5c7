// Experiments that anybody can run with one button: what is done, step by step,
// and what it shows. Steps are data; runner.js does them.

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
    id: 'die', title: 'Kill it while people talk', claim: 'Nothing said while the bot is dead is lost.',
    steps: [
      {do: 'faults/kill', text: 'Kill the bot, without a warning'},
      {talk: 5, text: 'People say 5 things meanwhile'},
      {wait: 1500, text: 'Wait a moment'},
      {do: 'faults/start', text: 'Start it again'},
    ],
  },
  {
    id: 'lose', title: 'Lose the answer to “make a channel”', claim: 'One page, one channel, although the bot cannot know whether its call worked.',
    steps: [
      {do: 'faults/lose-next', with: {service: 'slack'}, text: 'The next change in Slack takes effect, but its answer is lost'},
      {page: true, text: 'A page comes in'},
      {wait: 2500, text: 'Wait for its channel'},
    ],
  },
  {
    id: 'twice', title: 'Deliver everything twice and late', claim: 'Each message stands in the timeline once, in the right order.',
    steps: [
      {do: 'faults/duplicate-events', with: {on: true}, text: 'Slack sends each event twice'},
      {do: 'faults/hold-events', with: {on: true}, text: 'and some of them late'},
      {talk: 6, text: 'People say 6 things'},
      {wait: 2500, text: 'Wait for the stragglers'},
      {do: 'faults/duplicate-events', with: {on: false}, text: 'Back to normal', always: true},
      {do: 'faults/hold-events', with: {on: false}, always: true},
    ],
  },
  {
    id: 'cut', title: 'Cut the line', claim: 'What was said while there was no connection is fetched afterwards.',
    steps: [
      {do: 'faults/drop-socket', text: 'Cut the connection to Slack without a word'},
      {talk: 4, text: 'People say 4 things at once'},
    ],
  },
  {
    id: 'tracker', title: 'Take GitLab away', claim: 'A task that cannot be filed now is filed later, once.',
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

/** Says how an experiment ended: {good, text}. */
export function outcome({before, after, ms}) {
  const sent = after.said - before.said;
  const recorded = after.recorded - before.recorded;
  const doubled = after.doubled + after.twice;
  const good = after.missing === 0 && after.recorded >= after.said && doubled === 0;
  const time = `${(ms / 1000).toFixed(1)} s`;
  if (!good) return {good, text: `After ${time}: sent ${after.said}, recorded ${after.recorded}, doubled ${doubled}.`};
  const done = after.done - before.done;
  if (sent === 0) return {good, text: `Done ${done} of ${after.asked - before.asked} new things, doubled 0, after ${time}.`};
  return {good, text: `Sent ${sent} = recorded ${recorded}, doubled 0, after ${time}.`};
}
