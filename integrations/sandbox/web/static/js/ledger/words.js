// The names that the sandbox gives to kinds, verbs and faults, in plain words.
// No name of a table reaches what every object has.

/** The kinds of records, as the filter and the rows name them. */
export const kinds = {
  __proto__: null,
  request: 'calls of the bot',
  effect: 'what changed',
  person: 'deeds of people',
  envelope: 'pushed by Slack',
  ack: 'acknowledged by the bot',
  socket: 'the connection',
  quick: 'quick actions',
  scene: 'the story',
  unexpected: 'unknown calls',
};

export const services = {__proto__: null, slack: 'Slack', pagerduty: 'PagerDuty', gitlab: 'GitLab'};

export const verbs = {
  __proto__: null,
  say: 'says',
  edit: 'edits',
  delete: 'deletes a message',
  react: 'reacts',
  unreact: 'takes a reaction back',
  command: 'types',
  click: 'presses',
  submit: 'submits a form',
  close_view: 'closes a form',
  upload: 'drops a file',
  attach: 'puts a file into a form',
  invite: 'invites',
  join: 'joins',
  leave: 'leaves',
  topic: 'sets the topic',
  trigger: 'pages',
  acknowledge: 'acknowledges',
  resolve: 'resolves',
  escalate: 'escalates',
  note: 'writes a note',
  reopen: 'reopens',
  reassign: 'reassigns',
  open: 'opens an issue',
  close: 'closes an issue',
  comment: 'comments',
  post: 'posts',
  shortcut: 'uses a shortcut',
  pin: 'pins',
  unpin: 'unpins',
};

export const pushes = {
  __proto__: null,
  events_api: 'pushes an event',
  interactive: 'pushes a press or a form',
  slash_commands: 'pushes a command',
};

export const sockets = {
  __proto__: null,
  connected: 'the bot connects',
  closed: 'the connection ends',
  disconnect: 'announces the end of the connection',
  dropped: 'cuts the connection',
  unreachable: 'nobody listens: will be tried again',
  refused: 'refuses the connection',
  bad_response: 'got an answer that Slack would not take',
};

export const faults = {
  __proto__: null,
  refuse_429: 'refused: too many requests',
  refuse_429_plain: 'refused by a proxy',
  err_5xx_before: 'failed',
  err_5xx_after: 'done, then failed',
  drop_before: 'connection cut before',
  drop_after: 'done, but the answer was lost',
  hang: 'no answer',
  hang_after: 'done, no answer',
  refuse: 'refused',
  delay: 'slow',
  drop_socket: 'connection cut',
  duplicate: 'sent twice',
  hold_back: 'sent late',
  lose_deliver: 'not sent',
};
