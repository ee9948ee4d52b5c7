// Reads a rich_text block into the tree that mrkdwn.js makes. Pure.

/** Reads the block's elements. */
export function parse(block) {
  const nodes = [];
  const list = block.elements || [];
  for (let i = 0; i < list.length; i++) {
    if (list[i].type !== 'rich_text_list') {
      nodes.push(...part(list[i], i));
      continue;
    }
    const lists = [];
    while (i < list.length && list[i].type === 'rich_text_list') lists.push(list[i++]);
    i--;
    nodes.push(...nest(lists));
  }
  return nodes;
}

function part(e) {
  switch (e.type) {
    case 'rich_text_section':
      return [{t: 'para', c: texts(e.elements)}];
    case 'rich_text_quote':
      return [{t: 'quote', c: texts(e.elements)}];
    case 'rich_text_preformatted':
      return [{t: 'pre', s: (e.elements || []).map((x) => x.text || x.url || '').join('')}];
  }
  return [{t: 'unknown', s: e.type || 'element'}];
}

// nest makes lists inside of lists of Slack's flat ones with indents.
function nest(lists) {
  const top = [];
  const open = [];
  for (const l of lists) {
    const node = {
      t: 'list',
      ordered: l.style === 'ordered',
      start: (l.offset || 0) + 1,
      indent: l.indent || 0,
      c: (l.elements || []).map(item),
    };
    while (open.length && open.at(-1).indent >= node.indent) open.pop();
    const parent = open.at(-1);
    if (parent && parent.c.length) parent.c.at(-1).c.push(node);
    else top.push(node);
    open.push(node);
  }
  return top;
}

function item(e) {
  return {t: 'item', c: texts(e.elements)};
}

function texts(list) {
  return (list || []).flatMap(text);
}

function text(e) {
  return styled(e, leaf(e));
}

function leaf(e) {
  switch (e.type) {
    case 'text':
      return broken(e.text || '');
    case 'link':
      return [{t: 'link', href: e.url || '', c: [{t: 'text', s: e.text || e.url || ''}]}];
    case 'user':
      return [{t: 'user', id: e.user_id || '', label: ''}];
    case 'channel':
      return [{t: 'channel', id: e.channel_id || '', label: ''}];
    case 'usergroup':
      return [{t: 'group', id: e.usergroup_id || '', label: ''}];
    case 'team':
      return [{t: 'text', s: e.team_id || ''}];
    case 'broadcast':
      return [{t: 'range', s: e.range || 'here'}];
    case 'emoji':
      return [{t: 'emoji', name: e.name || '', skin: e.skin_tone || 0, unicode: e.unicode || '', s: `:${e.name}:`}];
    case 'date':
      return [{t: 'date', at: Number(e.timestamp) || 0, format: e.format || '{date}', href: e.url || '', s: e.fallback || ''}];
    case 'color':
      return [{t: 'color', s: e.value || ''}];
  }
  return [{t: 'text', s: e.text || e.fallback || ''}];
}

function broken(s) {
  return s
    .split('\n')
    .flatMap((line, i) => (i ? [{t: 'br'}, {t: 'text', s: line}] : [{t: 'text', s: line}]))
    .filter((n) => n.t === 'br' || n.s);
}

function styled(e, nodes) {
  const style = e.style || {};
  let out = nodes;
  if (style.code) out = out.map((n) => (n.t === 'text' ? {t: 'code', s: n.s} : {t: 'codelike', c: [n]}));
  if (style.strike) out = [{t: 'strike', c: out}];
  if (style.underline) out = [{t: 'underline', c: out}];
  if (style.italic) out = [{t: 'italic', c: out}];
  if (style.bold) out = [{t: 'bold', c: out}];
  if (style.highlight || style.client_highlight) out = [{t: 'highlight', c: out}];
  return out;
}
