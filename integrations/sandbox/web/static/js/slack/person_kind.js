/** What makes a person other than a member of the workspace; '' for members. Pure. */
export function standing(p) {
  if (!p) return '';
  if (p.bot) return 'APP';
  if (p.stranger) return 'other workspace';
  return p.guest ? 'guest' : '';
}
