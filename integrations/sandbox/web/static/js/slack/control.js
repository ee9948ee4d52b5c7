// What all interactive elements share.

/** The name by which an element keeps the focus when its block is drawn anew. */
export function focusName(b, e) {
  return (b.block_id || '') + '/' + (e.action_id || '');
}

/** Shows under an input block what is wrong with it; '' takes that away. */
export function showWrong(block, said) {
  if (!block) return;
  block.querySelector('.wrong').textContent = said || '';
  block.classList.toggle('is-wrong', Boolean(said));
  for (const f of block.querySelectorAll('input, textarea, .picker')) f.setAttribute('aria-invalid', String(Boolean(said)));
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
