// A body exactly as it came: as text with the findings under their lines, or as bytes.

import { button, el } from './el.js';
import { findingIn } from './finding.js';
import { lineStarts } from './json_view.js';
import { counted, grouped, indicesAt, visible } from './text.js';

/** @import { Finding } from './types' */
const LINES = 500;
/** The longest line that is drawn whole, and the width up to which marks stand under the text itself. */
const LONGEST = 2000;
const NARROW = 76;
const BYTES = 2048;

/**
 * @template T
 * @param {HTMLElement} element
 * @param {T[]} items
 * @param {number} part
 * @param {string} noun
 * @param {(item: T) => HTMLElement} draw
 */
function inParts(element, items, part, noun, draw) {
  const more = (/** @type {number} */ from) => {
    element.append(...items.slice(from, from + part).map(draw));
    const left = items.length - from - part;
    if (left <= 0) return;
    const next = button(
      `Show ${counted(Math.min(part, left), noun)} more of ${grouped(left)}`,
      () => {
        next.remove();
        more(from + part);
      },
      { class: 'show-more' },
    );
    element.append(next);
  };
  more(0);
  return element;
}

/** @param {string} text @param {Finding[]} findings @param {string} name for screen readers */
export function textView(text, findings, name) {
  const starts = lineStarts(text);
  const indices = indicesAt(
    text,
    findings.flatMap((one) => [one.offset, one.offset + one.length]),
  );
  /** @type {Map<number, { finding: Finding, from: number, to: number }[]>} */
  const byLine = new Map();
  for (const finding of findings) {
    const line = Math.max(0, Math.min(starts.length, finding.line) - 1);
    const from = Math.max(0, (indices.get(finding.offset) ?? 0) - starts[line]);
    const to = (indices.get(finding.offset + finding.length) ?? 0) - starts[line];
    byLine.set(line, [...(byLine.get(line) ?? []), { finding, from, to }]);
  }
  const element = el('div', { class: 'raw code', tabindex: 0, role: 'region', 'aria-label': name });
  return inParts(
    element,
    starts.map((start, line) => ({ start, line })),
    LINES,
    'line',
    ({ start, line }) => {
      const end = (starts[line + 1] ?? text.length + 1) - 1;
      const own = text.slice(start, end);
      const found = byLine.get(line) ?? [];
      return el(
        'div',
        { class: 'line' },
        el('span', { class: 'gutter', 'aria-hidden': 'true' }, line + 1),
        el('span', { class: 'source' }, ...lit(own, found)),
        ...found.map(({ finding, from, to }) => findingIn(finding, own, from, to, from > 40 || own.length > NARROW)),
      );
    },
  );
}

/** @param {string} line @param {{ finding: Finding, from: number, to: number }[]} found @returns {import('./el.js').Child[]} */
function lit(line, found) {
  const parts = [];
  let at = 0;
  for (const { finding, from, to } of [...found].sort((a, b) => a.from - b.from)) {
    if (from < at || from > LONGEST) continue;
    const end = Math.min(Math.max(to, from + 1), from + LONGEST);
    parts.push(
      visible(line.slice(at, from)),
      el('span', { class: `place ${finding.severity}` }, visible(line.slice(from, end))),
    );
    at = end;
  }
  parts.push(visible(line.slice(at, Math.max(at, LONGEST))));
  if (line.length > LONGEST)
    parts.push(el('span', { class: 'quiet' }, `\u2026 ${grouped(line.length)} characters in this line`));
  return parts;
}

/** @param {Uint8Array} bytes @param {string} name */
export function hexView(bytes, name) {
  const rows = [];
  for (let at = 0; at < bytes.length; at += 16) rows.push(at);
  const element = el('div', { class: 'hex code', tabindex: 0, role: 'region', 'aria-label': name });
  if (!bytes.length) element.append(el('div', { class: 'quiet line' }, 'no bytes'));
  return inParts(element, rows, BYTES / 16, 'line', (at) => {
    const part = [...bytes.subarray(at, at + 16)];
    const digits = part.map((byte, index) => byte.toString(16).padStart(2, '0') + (index === 7 ? ' ' : '')).join(' ');
    const letters = part.map((byte) => (byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : '\u00b7')).join('');
    return el(
      'div',
      { class: 'line' },
      el('span', { class: 'offset quiet' }, at.toString(16).padStart(8, '0')),
      el('span', { class: 'digits' }, digits),
      el('span', { class: 'letters' }, letters),
    );
  });
}
