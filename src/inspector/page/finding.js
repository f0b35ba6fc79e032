// A finding as the terminal shows it: marks under the place, the label beside them, then the message and the help.

import { button, el } from './el.js';
import { explain } from './explain.js';
import { visible } from './text.js';

/** @import { Finding } from './types' */
/** The most marks in a line; a longer place is marked at its start. */
const MOST_MARKS = 60;
/** What is shown of a line around a place, in characters. */
const BEFORE = 50;
const AFTER = 80;

/** @param {string} line @param {number} from @param {number} to */
function cropped(line, from, to) {
  const start = from > BEFORE ? from - BEFORE : 0;
  const end = Math.min(line.length, from + AFTER);
  return {
    before: (start ? '\u2026' : '') + visible(line.slice(start, from)),
    marked: visible(line.slice(from, Math.min(to, end))),
    after: visible(line.slice(Math.min(to, end), end)) + (end < line.length ? '\u2026' : ''),
  };
}

/**
 * A finding below the part of the line that it is about.
 * @param {Finding} finding
 * @param {string} line
 * @param {number} from
 * @param {number} to
 * @param {boolean} repeat whether the line has to be shown
 */
export function findingIn(finding, line, from, to, repeat) {
  const place = cropped(line, from, Math.max(to, from + 1));
  return el(
    'div',
    { class: 'excerpt' },
    repeat && el('div', { class: 'source' }, place.before, place.marked, place.after),
    findingFrame(finding, place),
  );
}

/** @param {Finding} finding @param {{ before: string, marked: string }} place what stands before the marks and above them */
export function findingFrame(finding, place) {
  const label = finding.label && visible(finding.label);
  const carets = '^'.repeat(Math.max(1, Math.min(MOST_MARKS, [...place.marked].length)));
  return el(
    'div',
    { class: `finding ${finding.severity}`, 'data-rule': finding.rule },
    el(
      'div',
      { class: 'carets' },
      el('span', { class: 'ghost', 'aria-hidden': 'true' }, place.before),
      el('span', { 'aria-hidden': 'true' }, carets),
      label && ' ',
      label && el('span', { class: 'label' }, label),
    ),
    el(
      'div',
      { class: 'message' },
      el('strong', {}, finding.severity),
      ' ',
      button(visible(finding.rule), () => explain(finding.rule), { class: 'rule' }),
      ' ',
      visible(finding.message),
      el('span', { class: 'quiet at' }, ` ${finding.line}:${finding.column}`),
    ),
    finding.help && el('div', { class: 'help' }, el('span', { class: 'quiet' }, 'help: '), visible(finding.help)),
  );
}
