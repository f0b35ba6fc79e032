// The line at the top: where deliveries come from, whether they still come, and the tools.

import { button, byId, el, fill } from './el.js';
import { oneLine } from './text.js';

/** @import { State } from './types' */
/** @typedef {import('./live.js').Connection} Connection */
/** @typedef {{ pause: () => void, follow: () => void, group: () => void, timeline: () => void, send: () => void, clear: () => void, download: (form: 'journal' | 'har') => void, help: () => void }} Acts */
/** @typedef {{ state: State | null, connection: Connection, paused: boolean, following: boolean, view: import('./address.js').View, filtered: boolean }} Shown */

/** @type {Record<Connection, string>} */
const WORDS = { loading: 'loading', live: 'live', paused: 'paused', lost: 'no answer, trying again', closed: 'no access' };

/** @param {Acts} acts @returns {(shown: Shown) => void} brings them up to date */
export function toolbar(acts) {
  /** @param {string} label @param {() => void} act @param {string} key @param {string} words */
  const tool = (label, act, key, words) => button(label, act, { title: `${words} (${key})`, 'aria-keyshortcuts': key });
  const pause = tool('Pause', acts.pause, 'p', 'Stop asking for deliveries');
  const follow = tool('Follow', acts.follow, 'f', 'Keep the newest in sight');
  const group = tool('Group', acts.group, 'g', 'Group by order');
  const timeline = tool('Timeline', acts.timeline, 't', 'Deliveries over time');
  const send = tool('Send\u2026', acts.send, 's', 'A sample, a scenario or a body');
  send.className = 'primary';
  const what = el('p', { class: 'quiet' });
  const menu = downloadMenu(what, acts.download);
  fill(
    byId('tools'),
    pause,
    follow,
    group,
    timeline,
    menu,
    tool('Clear', acts.clear, 'x', 'Forget what is shown'),
    tool('Keys', acts.help, '?', 'The keys'),
    send,
  );
  let said = '';
  return ({ state, connection, paused, following, view, filtered }) => {
    const pressed = new Map([
      [pause, paused],
      [follow, following],
      [group, view.group],
      [timeline, view.timeline],
    ]);
    for (const [one, value] of pressed) one.setAttribute('aria-pressed', String(value));
    fill(what, filtered ? 'What the filter shows' : 'All deliveries');
    const finished = connection === 'live' && state?.following === false;
    const words = finished ? 'complete' : WORDS[connection];
    if (words !== said)
      fill(
        byId('connection'),
        el('span', { class: `lamp ${finished ? 'complete' : connection}`, 'aria-hidden': 'true' }),
        words,
      );
    said = words;
    const source = byId('source');
    if (state && !source.childElementCount) fill(source, ...state.sources.map((name) => el('code', {}, oneLine(name))));
  };
}

/** @param {HTMLElement} what is downloaded @param {(form: 'journal' | 'har') => void} download */
function downloadMenu(what, download) {
  const title = el('summary', {}, 'Download');
  const close = () => {
    menu.open = false;
    title.focus();
  };
  /** @param {string} label @param {'journal' | 'har'} form */
  const choice = (label, form) =>
    button(label, () => {
      close();
      download(form);
    });
  const sheet = el('div', { class: 'sheet' }, what, choice('Journal (NDJSON)', 'journal'), choice('HAR', 'har'));
  const menu = el('details', { class: 'menu' }, title, sheet);
  document.addEventListener('click', (event) => {
    if (event.target instanceof Node && !menu.contains(event.target)) menu.open = false;
  });
  menu.addEventListener('keydown', (event) => {
    if (event.key !== 'Escape' || !menu.open) return;
    event.preventDefault();
    close();
  });
  return menu;
}
