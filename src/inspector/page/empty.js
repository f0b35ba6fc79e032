// What stands in place of the list: nothing came yet, nothing matches, or the link is not valid.

import { copy } from './clipboard.js';
import { button, byId, el, fill } from './el.js';
import { oneLine } from './text.js';

/** @import { State } from './types' */
/** @typedef {{ state: State | null, connection: import('./live.js').Connection, known: number, reset: () => void }} Why */

/** What is drawn now, so that the same is not drawn again under the reader's hands. */
let drawn = '';

/** @param {string} command */
function pasted(command) {
  return el(
    'div',
    { class: 'command' },
    el('code', {}, command),
    button('Copy', () => copy(command, 'the command'), { class: 'plain' }),
  );
}

/** @param {boolean} wanted @param {Why} why */
export function drawEmpty(wanted, { state, connection, known, reset }) {
  const place = byId('empty');
  place.hidden = !wanted;
  byId('list').hidden = wanted;
  const kind = !wanted
    ? ''
    : known
      ? 'filtered'
      : connection === 'loading'
        ? 'loading'
        : state?.following === false
          ? 'finished'
          : 'waiting';
  if (kind === drawn) return;
  drawn = kind;
  if (kind === 'filtered')
    fill(place, el('h2', {}, 'No delivery matches the filter'), button('Clear filters', reset, { class: 'primary' }));
  else if (kind === 'loading') fill(place, el('p', { class: 'quiet' }, 'Loading\u2026'));
  else if (kind === 'finished')
    fill(place, el('h2', {}, 'No deliveries'), el('p', {}, 'What was opened contains none.'));
  else if (kind === 'waiting') fill(place, ...waiting(state?.sources[0] ?? null));
  else fill(place);
}

/** @param {string | null} source */
function waiting(source) {
  const url = source !== null && /^https?:\/\//.test(source) ? oneLine(source) : null;
  const to = url?.replace(/^http:\/\/|\/$/g, '') ?? 'localhost:8080';
  return [
    el('h2', {}, 'Waiting for the first delivery'),
    url &&
      el('p', {}, 'Set ', el('code', {}, url), ' as the webhook URL, or send a signed sample from another terminal:'),
    pasted(`inqud-hook send INVOICE_PAID --to ${to}`),
    el('p', { class: 'quiet' }, 'A whole payment, step by step:'),
    pasted(`inqud-hook send --scenario calypso/paid --to ${to}`),
  ];
}

/** The token of this tab is missing or of another run. */
export function drawClosed() {
  byId('page').hidden = true;
  byId('tools').hidden = true;
  const place = el(
    'section',
    { class: 'locked', role: 'alert' },
    el('h2', {}, 'Open the link that the terminal prints'),
    el('p', {}, 'It contains a token that is new each time inqud-hook starts; this tab has none, or an old one.'),
    el('p', { class: 'quiet' }, 'The link begins with ', el('code', {}, `${location.origin}/#t=`)),
  );
  byId('page').before(place);
}
