// Short notices at the bottom, which screen readers speak.

import { byId, el, fill } from './el.js';
import { visible } from './text.js';

/** @type {number | undefined} */
let timer;

/** @param {string} text @param {'good' | 'bad'} [kind] */
export function say(text, kind = 'good') {
  const place = byId('notice');
  fill(place, el('span', { class: `said ${kind}` }, visible(text)));
  clearTimeout(timer);
  timer = setTimeout(() => fill(place), kind === 'bad' ? 8000 : 2500);
}

/** @param {unknown} error @returns {string} what went wrong, and what to do */
export function problem(error) {
  const { message, hint } = /** @type {{ message: string, hint?: string | null }} */ (error);
  return visible(hint ? `${message}: ${hint}` : message);
}

/** @param {unknown} error */
export const complain = (error) => say(problem(error), 'bad');
