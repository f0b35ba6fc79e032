// The body of a delivery: folded JSON, the text as it came, or the bytes.

import { button, el, fill, segments } from './el.js';
import { copy } from './clipboard.js';
import { readJson } from './json_tokens.js';
import { JsonView } from './json_view.js';
import { hexView, textView } from './raw_view.js';
import { counted, oneLine, size } from './text.js';

/** @import { Delivery } from './types' */
/** @typedef {'json' | 'text' | 'hex'} Way */

/** @type {[Way, string][]} */
const WAYS = [
  ['json', 'JSON'],
  ['text', 'Raw'],
  ['hex', 'Hex'],
];
const LONGEST_JSON = 4_000_000;
/** @type {Way | null} the way that was chosen last */
let chosen = null;

/** @param {{ body?: string | null, body_base64?: string | null }} from */
export function bytesOf(from) {
  if (from.body_base64 == null) return new TextEncoder().encode(from.body ?? '');
  return Uint8Array.from(atob(from.body_base64), (char) => char.charCodeAt(0));
}

/** @param {Delivery} delivery */
export function bodyPanel(delivery) {
  const text = delivery.body;
  const root = text !== null && text.length <= LONGEST_JSON ? readJson(text) : null;
  const content = el('div', { class: 'content' });
  const tools = el('div', { class: 'tools' });
  const possible = new Map(WAYS.filter(([way]) => way === 'hex' || (way === 'json' ? root : text !== null)));
  /** @param {Way} way */
  const show = (way) => {
    fill(tools);
    if (way === 'hex') fill(content, hexView(bytesOf(delivery), 'Body'));
    else if (way === 'text' || !root) fill(content, textView(text ?? '', delivery.findings, 'Body'));
    else {
      const [view, bar] = foldable(text ?? '', root, delivery);
      fill(tools, ...bar);
      fill(content, view.element);
    }
  };
  const found = { error: 0, warning: 0, note: 0 };
  for (const finding of delivery.findings) found[finding.severity] += 1;
  const summary = Object.entries(found)
    .filter(([, count]) => count)
    .map(([name, count]) => counted(count, name))
    .join(', ');
  const outside = text === null ? delivery.findings : [];
  const way = chosen && possible.has(chosen) ? chosen : [...possible.keys()][0];
  const switches = segments('Show the body as', possible, way, (one) => {
    chosen = one;
    show(one);
  });
  show(way);
  return el(
    'div',
    { class: 'body-panel' },
    el(
      'div',
      { class: 'bar' },
      switches,
      tools,
      el(
        'span',
        { class: 'quiet end' },
        `${size(delivery.bytes)}${delivery.compressed ? ', unpacked' : ''}${summary ? `, ${summary}` : ''}`,
      ),
    ),
    delivery.masked ? el('p', { class: 'quiet' }, 'Secrets in this delivery are masked.') : null,
    ...outside.map((finding) =>
      el(
        'p',
        { class: `finding ${finding.severity}` },
        el('strong', {}, finding.severity),
        ` ${oneLine(finding.rule)}: ${oneLine(finding.message)}`,
      ),
    ),
    content,
  );
}

/**
 * @param {string} text
 * @param {import('./json_tokens.js').Node} root
 * @param {Delivery} delivery
 * @returns {[JsonView, HTMLElement[]]}
 */
function foldable(text, root, delivery) {
  const pointer = el('output', { class: 'pointer code' });
  const count = el('span', { class: 'quiet count', role: 'status' });
  const view = new JsonView(text, root, delivery.findings, (at) =>
    fill(pointer, at === '' ? el('span', { class: 'quiet' }, 'the whole body') : oneLine(at)),
  );
  /** @type {number | undefined} */
  let timer;
  const field = el('input', {
    type: 'search',
    placeholder: 'Find in body',
    'aria-label': 'Find in body',
    spellcheck: 'false',
    autocomplete: 'off',
    class: 'find',
    oninput: () => {
      clearTimeout(timer);
      timer = setTimeout(() => fill(count, view.search(field.value)), 120);
    },
    onkeydown: (/** @type {KeyboardEvent} */ event) => {
      if (event.key === 'Escape' && field.value) field.value = '';
      else if (event.key !== 'Enter') return;
      event.preventDefault();
      fill(count, event.key === 'Enter' ? view.next(event.shiftKey ? -1 : 1) : view.search(''));
    },
  });
  return [
    view,
    [
      field,
      count,
      button('Unfold', () => view.foldAll(true), { class: 'plain' }),
      button('Fold', () => view.foldAll(false), { class: 'plain' }),
      el(
        'span',
        { class: 'selection' },
        pointer,
        button('Copy pointer', () => copy(view.selected.pointer, 'the pointer'), { class: 'plain' }),
        button('Copy value', () => copy(view.selected.value, 'the value'), { class: 'plain' }),
      ),
    ],
  ];
}
