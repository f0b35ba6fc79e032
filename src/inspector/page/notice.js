// Short notices at the bottom, which screen readers speak.

import { byId, el, fill } from './el.js';
import { visible } from './text.js';

/** @type {number | undefined} */
let timer;

/**
 * @param {string} text
 * @param {'good' | 'bad'} [kind]
 */
export function say(text, kind = 'good') {
  const place = byId('notice');
  fill(place, el('span', { class: `said ${kind}` }, visible(text)));
  clearTimeout(timer);
  timer = setTimeout(() => fill(place), kind === 'bad' ? 8000 : 2500);
}

/**
 * Says what went wrong, and what to do.
 * @param {unknown} error
 */
export function complain(error) {
  const hint = error instanceof Error && 'hint' in error && typeof error.hint === 'string' ? `: ${error.hint}` : '';
  say(`${error instanceof Error ? error.message : 'something went wrong'}${hint}`, 'bad');
}
