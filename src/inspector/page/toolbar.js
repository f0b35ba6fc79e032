// The line at the top: where deliveries come from, whether they still come, and the tools.

import { button, byId, el, fill } from './el.js';
import { oneLine } from './text.js';

/** @import { State } from './types' */
/** @typedef {import('./live.js').Connection} Connection */
/** @typedef {{ pause: () => void, follow: () => void, group: () => void, timeline: () => void, send: () => unknown, clear: () => void, download: (form: 'journal' | 'har') => void, help: () => void }} Acts */
/** @typedef {{ state: State | null, connection: Connection, paused: boolean, following: boolean, view: import('./address.js').View, filtered: boolean }} Shown */

/** @type {Record<Connection, string>} */
const WORDS = { loading: 'loading', live: 'live', paused: 'paused', lost: 'no answer, trying again', closed: 'closed' };

/**
 * Makes the tools, once.
 * @param {Acts} acts
 * @returns {(shown: Shown) => void} brings them up to date
 */
export function toolbar(acts) {
  const pause = button('Pause', acts.pause, { 'aria-pressed': 'false', title: 'Stop asking for deliveries (p)', 'aria-keyshortcuts': 'p' });
  const follow = button('Follow', acts.follow, { 'aria-pressed': 'true', title: 'Keep the newest in sight (f)', 'aria-keyshortcuts': 'f' });
  const group = button('Group', acts.group, { 'aria-pressed': 'false', title: 'Group by order (g)', 'aria-keyshortcuts': 'g' });
  const timeline = button('Timeline', acts.timeline, { 'aria-pressed': 'true', title: 'Deliveries over time (t)', 'aria-keyshortcuts': 't' });
  const what = el('p', { class: 'quiet' });
  const menu = el('details', { class: 'menu' }, el('summary', {}, 'Download'),
    el('div', { class: 'sheet' }, what,
      button('Journal (NDJSON)', () => choose('journal'), { 'data-form': 'journal' }), button('HAR', () => choose('har'), { 'data-form': 'har' })));
  /** @param {'journal' | 'har'} form */
  const choose = (form) => {
    menu.open = false;
    menu.querySelector('summary')?.focus();
    acts.download(form);
  };
  document.addEventListener('click', (event) => {
    if (event.target instanceof Node && !menu.contains(event.target)) menu.open = false;
  });
  menu.addEventListener('keydown', (event) => {
    if (event.key !== 'Escape' || !menu.open) return;
    event.preventDefault();
    menu.open = false;
    menu.querySelector('summary')?.focus();
  });
  fill(byId('tools'), pause, follow, group, timeline, menu,
    button('Clear', acts.clear, { title: 'Forget what is shown (x)', 'aria-keyshortcuts': 'x' }),
    button('Keys', acts.help, { title: 'The keys (?)', 'aria-keyshortcuts': '?' }),
    button('Send\u2026', acts.send, { class: 'primary', title: 'A sample, a scenario or a body (s)', 'aria-keyshortcuts': 's' }));
  let said = '';
  return ({ state, connection, paused, following, view, filtered }) => {
    pause.setAttribute('aria-pressed', String(paused));
    follow.setAttribute('aria-pressed', String(following));
    group.setAttribute('aria-pressed', String(view.group));
    timeline.setAttribute('aria-pressed', String(view.timeline));
    fill(what, filtered ? 'What the filter shows' : 'All deliveries');
    const finished = connection === 'live' && state?.following === false;
    const words = finished ? 'complete' : WORDS[connection];
    if (words !== said) fill(byId('connection'), el('span', { class: `lamp ${finished ? 'complete' : connection}`, 'aria-hidden': 'true' }), words);
    said = words;
    const source = byId('source');
    if (state && !source.childElementCount) fill(source, ...state.sources.map((name) => el('code', {}, oneLine(name))));
  };
}
