// Which issues a list shows.

/** Keeps the issues that match a state, a label and words of the title or number. */
export function matching(issues, {state = 'opened', label = '', text = ''} = {}) {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  return issues.filter((issue) => {
    if (state !== 'all' && issue.state !== state) return false;
    if (label && !(issue.labels ?? []).includes(label)) return false;
    const hay = haystack(issue);
    return words.every((word) => hay.includes(word));
  });
}

function haystack(issue) {
  return [`#${issue.iid}`, issue.title, issue.author, ...(issue.labels ?? []), ...(issue.assignees ?? [])]
    .join(' ')
    .toLowerCase();
}

/** Counts issues by state, as the tabs above a list show them. */
export function counts(issues) {
  const open = issues.filter((issue) => issue.state === 'opened').length;
  return {opened: open, closed: issues.length - open, all: issues.length};
}

/** Lists every label in use, sorted. */
export function labelsOf(issues) {
  return [...new Set(issues.flatMap((issue) => issue.labels ?? []))].sort();
}

/** Splits what a person typed into a labels field: commas part, spaces are trimmed. */
export function labelList(text) {
  return [
    ...new Set(
      text
        .split(',')
        .map((label) => label.trim())
        .filter(Boolean),
    ),
  ];
}
