// Line icons on a grid of 24.

import {svg} from './dom.js';

const paths = {
  slack: 'M9 3 7 21M17 3l-2 18M4 8.5h17M3 15.5h17',
  pagerduty: 'M12 3a6 6 0 0 1 6 6v4l2 4H4l2-4V9a6 6 0 0 1 6-6zM10 20.5h4',
  gitlab: 'M5 3.5h14v17H5zM9 8.5h6M9 12.5h6M9 16.5h3',
  faults: 'M13 2.5 5 13.5h6l-1 8 8-11h-6z',
  ledger: 'M4 6h16M4 12h16M4 18h10',
  lock: 'M6 11h12v9H6zM8.5 11V7.5a3.5 3.5 0 0 1 7 0V11',
  shared: 'M9 12a4 4 0 1 0 0-.1M15 12a4 4 0 1 0 0-.1',
  back: 'M14.5 5 8 12l6.5 7',
  x: 'M6 6l12 12M18 6 6 18',
  more: 'M5.5 12h.01M12 12h.01M18.5 12h.01',
  smile: 'M12 3a9 9 0 1 0 .01 0zM8.5 14.5a4.2 4.2 0 0 0 7 0M9 9.5h.01M15 9.5h.01',
  thread: 'M4 5h16v11H11l-4.5 4V16H4zM8 9h8M8 12h5',
  pin: 'M9 3.5h6l-.7 6 3.2 3.5H6.5L9.7 9.5zM12 13v7.5',
  edit: 'M4 20h4L19 9l-4-4L4 16zM13 7l4 4',
  trash: 'M5 7h14M9.5 7V4.5h5V7M7 7l1 13h8l1-13',
  send: 'M4 4.5 20.5 12 4 19.5 6.5 12zM6.5 12h7',
  clip: 'M19 11.5 12 18.5a4.5 4.5 0 0 1-6.4-6.400l7.5-7.400a3 3 0 0 1 4.2 4.200l-7.4 7.400a1.4 1.4 0 0 1-2-2l6.6-6.6',
  plus: 'M12 5v14M5 12h14',
  people: 'M9 11a3.5 3.5 0 1 0-.01 0zM2.5 20a6.5 6.5 0 0 1 13 0M16 4.5a3.5 3.5 0 0 1 0 6.5M17.5 14a6.5 6.5 0 0 1 4 6',
  home: 'M4 11l8-7 8 7v9h-5.5v-6h-5v6H4z',
  bookmark: 'M6.5 3.5h11v17L12 16.5l-5.5 4z',
  help: 'M12 3a9 9 0 1 0 .01 0zM9.5 9.5a2.5 2.5 0 1 1 3.6 2.200c-.8.4-1.1.9-1.1 1.800M12 17h.01',
  theme: 'M12 3a9 9 0 1 0 .01 0zM12 3v18M12 7.5l4.5-2M12 12h9M12 16.5l4.5 2',
  down: 'M6 9.5l6 6 6-6',
  file: 'M6 3h8l4 4v14H6zM14 3v4h4',
  download: 'M12 4v11M7.5 11l4.5 4.5 4.5-4.5M5 20h14',
  check: 'M5 12.5l4.5 4.5L19 7.5',
  eye: 'M2.5 12S6 5.5 12 5.5 21.5 12 21.5 12 18 18.5 12 18.5 2.5 12 2.5 12zM12 9.200a2.8 2.8 0 1 0 .01 0z',
  search: 'M10.5 4a6.5 6.5 0 1 0 .01 0zM15.5 15.5 20.5 20.5',
  clock: 'M12 3a9 9 0 1 0 .01 0zM12 7v5.5l3.5 2',
  image: 'M4 5h16v14H4zM8.5 11a1.5 1.5 0 1 0 0-.01M4.5 18l5-4.5 3 2.5 3.5-4 4 4.5',
  play: 'M7 4.5l12 7.5-12 7.5z',
  link: 'M10 14a4 4 0 0 0 6 .5l3-3a4 4 0 0 0-5.7-5.700l-1 1M14 10a4 4 0 0 0-6-.5l-3 3a4 4 0 0 0 5.7 5.700l1-1',
};

/** Draws an icon; screen readers pass over it. */
export function icon(name, className = '') {
  return svg(
    'svg',
    {class: ['icon', className], viewBox: '0 0 24 24', 'aria-hidden': 'true', focusable: 'false'},
    svg('path', {d: paths[name] || paths.more}),
  );
}

/** Draws firebreak's mark. */
export function mark() {
  return svg(
    'svg',
    {class: 'mark-flame', viewBox: '0 0 32 32', 'aria-hidden': 'true', focusable: 'false'},
    svg('path', {class: 'flame', d: 'M17 3c1 5 7 7 7 14a8 8 0 0 1-16 0c0-3 1.5-5 3-6.5.3 2 1 3 2.2 3.5C13 10 14 6 17 3z'}),
    svg('path', {class: 'break', d: 'M5 29h22'}),
  );
}
