// What all interactive elements share.

/** The name by which an element keeps the focus when its block is drawn anew. */
export function focusName(b, e) {
  return (b.block_id || '') + '/' + (e.action_id || '');
}

/** Shows that something is on its way until it is done. */
export async function busy(node, deed) {
  node.classList.add('busy');
  node.setAttribute('aria-busy', 'true');
  try {
    await deed;
  } finally {
    node.classList.remove('busy');
    node.removeAttribute('aria-busy');
  }
}
