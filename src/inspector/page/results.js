// What came of sending: one line for each delivery.

import { el } from './el.js';
import { eventName, verdict } from './row.js';
import { duration, oneLine, visible } from './text.js';

/** @import { Result } from './types' */
/** @param {Result[]} results */
export function resultList(results) {
  return el('ol', { class: 'result-list' }, ...results.map((result) => el('li', { class: result.accepted ? 'good' : 'bad' },
    eventName(result.event),
    verdict(result.accepted ? 'good' : 'bad', `${result.status ?? 'no answer'} ${result.accepted ? 'accepted' : 'not accepted'}`),
    el('span', { class: 'quiet' }, duration(result.latency_ms)),
    result.reason && el('span', {}, oneLine(result.reason)),
    result.hint && el('span', { class: 'quiet hint' }, visible(result.hint)))));
}
