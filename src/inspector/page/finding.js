// A finding as the terminal shows it: marks under the place, the label beside them, then the message and the help.

import { button, el } from './el.js';
import { explain } from './explain.js';
import { columns, visible } from './text.js';

/** @typedef {import('./api.js').Finding} Finding */

/** The most marks in a line; a longer place is marked at its start. */
const MOST_MARKS = 60;

/**
 * @param {Finding} finding
 * @param {{ before: string, marked: string } | null} place what stands before the marks and above them; null if the place is
 *   marked in the text itself
 */
export function findingFrame(finding, place) {
  const label = finding.label && visible(finding.label);
  const carets = place && '^'.repeat(Math.max(1, Math.min(MOST_MARKS, columns(place.marked))));
  return el('div', { class: `finding ${finding.severity}`, 'data-rule': finding.rule },
    place && el('div', { class: 'carets' },
      el('span', { class: 'ghost', 'aria-hidden': 'true' }, place.before),
      el('span', { 'aria-hidden': 'true' }, carets), label && ' ', label && el('span', { class: 'label' }, label)),
    el('div', { class: 'message' },
      el('strong', {}, finding.severity), ' ',
      button(visible(finding.rule), () => explain(finding.rule), { class: 'rule', title: 'What this rule means' }),
      ' ', visible(finding.message),
      el('span', { class: 'quiet place' }, ` ${finding.line}:${finding.column}`)),
    !place && label && el('div', { class: 'label' }, label),
    finding.help && el('div', { class: 'help' }, el('span', { class: 'quiet' }, 'help: '), visible(finding.help)));
}
