// What the fields of a message or view hold, in the shapes of state.values.
// Pure.

const slots = {
  plain_text_input: ['value', 'initial_value'],
  email_text_input: ['value', 'initial_value'],
  url_text_input: ['value', 'initial_value'],
  number_input: ['value', 'initial_value'],
  rich_text_input: ['rich_text_value', 'initial_value'],
  static_select: ['selected_option', 'initial_option'],
  external_select: ['selected_option', 'initial_option'],
  radio_buttons: ['selected_option', 'initial_option'],
  checkboxes: ['selected_options', 'initial_options'],
  multi_static_select: ['selected_options', 'initial_options'],
  multi_external_select: ['selected_options', 'initial_options'],
  users_select: ['selected_user', 'initial_user'],
  multi_users_select: ['selected_users', 'initial_users'],
  conversations_select: ['selected_conversation', 'initial_conversation'],
  multi_conversations_select: ['selected_conversations', 'initial_conversations'],
  channels_select: ['selected_channel', 'initial_channel'],
  multi_channels_select: ['selected_channels', 'initial_channels'],
  datepicker: ['selected_date', 'initial_date'],
  timepicker: ['selected_time', 'initial_time'],
  datetimepicker: ['selected_date_time', 'initial_date_time'],
  file_input: ['files', 'initial_files'],
};

/** The key of a kind of element's value, '' if it holds none. */
export function slot(type) {
  return slots[type] ? slots[type][0] : '';
}

/** Says whether a kind of element holds several values. */
export function several(type) {
  return type === 'checkboxes' || type === 'file_input' || type.startsWith('multi_');
}

/** A state entry of an element that holds held: {type, selected_date: held}. */
export function entry(element, held) {
  const empty = several(element.type) ? [] : null;
  const out = {type: element.type, [slot(element.type)]: held === undefined || held === '' ? empty : (held ?? empty)};
  if (element.type === 'timepicker' && element.timezone) out.timezone = element.timezone;
  return out;
}

/** What an element holds before anybody touched it. */
export function initial(element) {
  const first = element[(slots[element.type] || [])[1]];
  return entry(element, element.type === 'number_input' && typeof first === 'number' ? String(first) : first);
}

/** All elements of a block that hold something. */
export function holders(block) {
  const list = [block.element, block.accessory, ...(block.type === 'actions' ? block.elements || [] : [])];
  return list.filter((e) => e && slot(e.type));
}

/** A store of what the fields hold, kept when their blocks change. */
export function store() {
  const held = new Map();
  const touched = new Set();
  const key = (block, action) => block + '\u0000' + action;
  return {
    /** The entry of a field. */
    get(block, element) {
      const there = held.get(key(block, element.action_id));
      return there && there.type === element.type ? there : initial(element);
    },
    /** Puts a value into a field. */
    put(block, element, value) {
      touched.add(key(block, element.action_id));
      held.set(key(block, element.action_id), entry(element, value));
    },
    /** Takes over entries as the server has them, of fields that were not touched here. */
    adopt(values) {
      for (const [block, actions] of Object.entries(values || {})) {
        for (const [action, value] of Object.entries(actions || {})) {
          if (!touched.has(key(block, action)) && value) held.set(key(block, action), value);
        }
      }
    },
    /** state.values of these blocks. */
    values(blocks) {
      const out = {};
      for (const b of blocks || []) {
        for (const e of holders(b)) (out[b.block_id] ||= {})[e.action_id] = this.get(b.block_id, e);
      }
      return out;
    },
  };
}

/** What a person would have typed to put an entry: an option's value, ids joined by commas. */
export function typed(entry) {
  if (!entry) return '';
  const held = entry[slot(entry.type)];
  if (held === null || held === undefined) return '';
  if (entry.type === 'rich_text_input') return flat(held);
  return [held]
    .flat()
    .map((x) => (x && typeof x === 'object' ? (x.value ?? x.id ?? '') : String(x)))
    .join(',');
}

/** The rich_text block of plain lines, as a rich_text_input holds it. */
export function richText(text) {
  if (!text) return null;
  return {type: 'rich_text', elements: [{type: 'rich_text_section', elements: [{type: 'text', text}]}]};
}

/** The plain text of a rich_text block. */
export function flat(block) {
  const words = (e) => e.text ?? e.url ?? (e.user_id ? `<@${e.user_id}>` : e.name ? `:${e.name}:` : (e.elements || []).map(words).join(''));
  return ((block && block.elements) || []).map(words).join('\n');
}
