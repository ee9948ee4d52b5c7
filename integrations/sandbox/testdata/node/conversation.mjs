// A small app on Slack's own SDK, for the sandbox to be judged by a client that
// is not ours. It gets its addresses and tokens as one JSON argument, says
// "ready" when its socket is open, and does what people ask it for; the Go test
// is the people. Everything else is the SDK's business. It ends with its stdin.
import bolt from '@slack/bolt';

const { apiURL, appToken, botToken } = JSON.parse(process.argv[2]);

const app = new bolt.App({
  token: botToken,
  appToken,
  socketMode: true,
  clientOptions: { slackApiUrl: apiURL },
  logLevel: bolt.LogLevel.ERROR,
});

const plain = (text) => ({ type: 'plain_text', text });

// What a command does beyond its ack is told through its response URL.
const works = {
  async upload({ client, command }) {
    const done = await client.files.uploadV2({
      channel_id: command.channel_id,
      filename: 'rca.md',
      title: 'RCA',
      content: '# root cause',
      initial_comment: 'as agreed',
    });
    return done.files[0].files[0].title;
  },
  async history({ client, command }) {
    const texts = [];
    let pages = 0;
    for await (const page of client.paginate('conversations.history', { channel: command.channel_id, limit: 3 })) {
      pages += 1;
      texts.push(...page.messages.map((m) => m.text));
    }
    return `${texts.length} in ${pages} pages, ${texts.at(-1)} first`;
  },
  async patience({ client, command }) {
    let waited = 0;
    client.once('rate_limited', (seconds) => { waited = seconds; });
    await client.chat.postMessage({ channel: command.channel_id, text: 'at last' });
    return `after ${waited} s`;
  },
  async lookup({ client, command }) {
    const { user } = await client.users.info({ user: command.user_id });
    const { channel } = await client.conversations.info({ channel: command.channel_id, include_num_members: true });
    try {
      await client.pins.add({ channel: command.channel_id, timestamp: '1.000001' });
    } catch (e) {
      return `${user.profile.email} in ${channel.name} of ${channel.num_members}: ${e.code}, ${e.data.error}`;
    }
    return 'a message that is not there was pinned';
  },
};

app.command('/probe', async ({ ack, respond, ...rest }) => {
  const [verb, ...words] = rest.command.text.split(' ');
  if (verb === 'hello') {
    await ack({ text: `hello ${words.join(' ')}` });
    return;
  }
  await ack();
  let text;
  try {
    text = await works[verb](rest);
  } catch (e) {
    text = `failed: ${e.stack}`;
  }
  await respond({ text: `${verb}: ${text}`, response_type: 'ephemeral' });
});

app.shortcut('open_form', async ({ ack, client, shortcut }) => {
  await ack();
  await client.views.open({
    trigger_id: shortcut.trigger_id,
    view: {
      type: 'modal',
      callback_id: 'form',
      private_metadata: 'kept',
      title: plain('A form'),
      submit: plain('Send'),
      blocks: [
        { type: 'input', block_id: 'title', label: plain('Title'), element: { type: 'plain_text_input', action_id: 'in' } },
        { type: 'input', block_id: 'where', label: plain('Where'), element: { type: 'channels_select', action_id: 'in' } },
      ],
    },
  });
});

app.view('form', async ({ ack, body, client, view }) => {
  const { title, where } = view.state.values;
  if (title.in.value === 'bad') {
    await ack({ response_action: 'errors', errors: { title: 'say more' } });
    return;
  }
  await ack();
  const { ts, channel } = await client.chat.postMessage({
    channel: where.in.selected_channel,
    text: `${title.in.value} by <@${body.user.id}>, ${view.private_metadata}`,
    blocks: [
      { type: 'section', text: { type: 'mrkdwn', text: title.in.value } },
      { type: 'actions', block_id: 'row', elements: [{ type: 'button', action_id: 'take', value: 'it', text: plain('Take') }] },
    ],
  });
  await client.chat.update({ channel, ts, text: `${title.in.value} (1)` });
});

app.action('take', async ({ ack, action, body, respond }) => {
  await ack();
  await respond({ replace_original: true, text: `<@${body.user.id}> took ${action.value}`, blocks: [] });
});

app.message('mayday', async ({ message, client, say }) => {
  await client.reactions.add({ channel: message.channel, timestamp: message.ts, name: 'eyes' });
  await say({ text: 'on it', thread_ts: message.ts });
});

app.event('reaction_removed', async ({ event, client }) => {
  await client.chat.postMessage({ channel: event.item.channel, text: `-${event.reaction}` });
});

process.stdin.resume().on('end', () => process.exit(0));
app.error(async (e) => { console.error(e); });
await app.start();
console.log('ready');
