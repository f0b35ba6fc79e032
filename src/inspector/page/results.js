// Sends, and shows what came of it: one line for each delivery.

import * as api from './api.js';
import { el, fill } from './el.js';
import { problem } from './notice.js';
import { eventName, verdict } from './row.js';
import { duration, oneLine, visible } from './text.js';

/** @param {HTMLElement} place @param {object} what */
export async function sendAndShow(place, what) {
  fill(place, el('p', { class: 'quiet' }, 'Sending\u2026'));
  try {
    const { results } = await api.send(what);
    fill(
      place,
      el(
        'ol',
        { class: 'result-list' },
        ...results.map((result) =>
          el(
            'li',
            { class: result.accepted ? 'good' : 'bad' },
            eventName(result.event),
            verdict(
              result.accepted ? 'good' : 'bad',
              `${result.status ?? 'no answer'} ${result.accepted ? 'accepted' : 'not accepted'}`,
            ),
            el('span', { class: 'quiet' }, duration(result.latency_ms)),
            result.reason && el('span', {}, oneLine(result.reason)),
            result.hint && el('span', { class: 'quiet hint' }, visible(result.hint)),
          ),
        ),
      ),
      el('p', { class: 'quiet' }, 'Sent straight to the target; what is sent from here is not added to the list.'),
    );
  } catch (error) {
    fill(place, el('p', { class: 'callout bad' }, problem(error)));
  }
}
