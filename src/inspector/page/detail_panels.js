// The tabs of the open delivery beside its body: what changed, the headers, the answers.

import { bytesOf } from './body.js';
import { copy } from './clipboard.js';
import { button, el } from './el.js';
import { hexView, textView } from './raw_view.js';
import { clock, counted, duration, oneLine, visible } from './text.js';

/** @import { Delivery } from './types' */
/** @param {Delivery} delivery @param {import('./store.js').Store} store @param {(seq: number) => void} open */
export function changesPanel(delivery, store, open) {
  const { previous } = delivery;
  if (!previous)
    return el(
      'p',
      { class: 'quiet' },
      delivery.order === null
        ? 'The body names no order to compare by.'
        : 'This is the first delivery about this order that is kept.',
    );
  const before = store.get(previous.seq);
  const link = button(
    before
      ? `#${before.number ?? before.seq} ${oneLine(before.event ?? 'not recognised')} at ${clock(before.received_at)}`
      : `delivery ${previous.seq}`,
    () => open(previous.seq),
    { class: 'link' },
  );
  if (previous.same_bytes) return el('p', {}, 'The body is the same, byte for byte, as that of ', link, '.');
  if (!previous.changes)
    return el('p', {}, 'Cannot be compared field by field with ', link, ': one is not JSON, or too much differs.');
  if (!previous.changes.length) return el('p', {}, 'Every field is the same as in ', link, '; the bytes differ.');
  return el(
    'div',
    { class: 'changes' },
    el('p', {}, `${counted(previous.changes.length, 'field')} changed since `, link),
    el(
      'table',
      {},
      el('thead', {}, el('tr', {}, ...['Field', 'Before', 'Now'].map((name) => el('th', { scope: 'col' }, name)))),
      el(
        'tbody',
        {},
        ...previous.changes.map((change) =>
          el(
            'tr',
            {},
            el('th', { scope: 'row', class: 'code' }, oneLine(change.pointer || '/')),
            el(
              'td',
              { class: 'code before' },
              change.before === null
                ? el('span', { class: 'quiet' }, '(added)')
                : el('del', {}, visible(change.before)),
            ),
            el(
              'td',
              { class: 'code now' },
              change.now === null ? el('span', { class: 'quiet' }, '(removed)') : el('ins', {}, visible(change.now)),
            ),
          ),
        ),
      ),
    ),
  );
}

/** @param {[string, string][]} headers */
function headerTable(headers) {
  return el(
    'table',
    { class: 'headers' },
    el(
      'tbody',
      {},
      ...headers.map(([name, value]) =>
        el(
          'tr',
          {},
          el('th', { scope: 'row', class: 'code' }, oneLine(name)),
          el('td', { class: 'code' }, oneLine(value)),
        ),
      ),
    ),
  );
}

/** @param {Delivery} delivery */
export function headersPanel(delivery) {
  const line = `${delivery.method} ${delivery.target}`;
  const text = `${line}\n${delivery.headers.map(([name, value]) => `${name}: ${value}`).join('\n')}\n`;
  return el(
    'div',
    {},
    el(
      'div',
      { class: 'bar' },
      el('code', { class: 'request-line' }, oneLine(line)),
      button('Copy headers', () => copy(text, 'the headers'), { class: 'plain end' }),
    ),
    headerTable(delivery.headers),
  );
}

/** @param {{ body?: string | null, body_base64?: string | null, cut?: boolean }} answer @param {string} from */
function answerBody(answer, from) {
  if (answer.body_base64 != null) return hexView(bytesOf(answer), `Body from ${from}`);
  if (!answer.body) return el('p', { class: 'quiet' }, 'No body.');
  return el(
    'div',
    {},
    textView(answer.body, [], `Body from ${from}`),
    answer.cut ? el('p', { class: 'quiet' }, 'The rest was not kept.') : null,
  );
}

/** @param {Delivery} delivery */
function unanswered({ answer, source }) {
  if (answer.reason) return `No answer was given: ${oneLine(answer.reason)}.`;
  return source === null ? 'Not answered yet.' : 'The answer was not recorded.';
}

/** @param {Delivery} delivery */
export function answerPanel(delivery) {
  const { answered, answer } = delivery;
  return el(
    'div',
    { class: 'answers' },
    el(
      'section',
      {},
      el('h3', {}, 'To the sender'),
      answered
        ? el(
            'div',
            {},
            el(
              'p',
              { class: 'status-line' },
              el('strong', {}, String(answered.status ?? '\u2013')),
              answer.latency_ms === null ? '' : ` after ${duration(answer.latency_ms)}`,
            ),
            headerTable(answered.headers),
            answerBody(answered, 'inqud-hook'),
          )
        : el(
            'p',
            { class: 'quiet' },
            answer.status === null ? unanswered(delivery) : `${answer.status}; its headers and body were not kept.`,
          ),
    ),
    ...delivery.forwards.map((forward) =>
      el(
        'section',
        {},
        el('h3', {}, 'From the handler ', el('code', {}, oneLine(forward.target))),
        el(
          'p',
          { class: `status-line${forward.status === null ? ' bad' : ''}` },
          el('strong', {}, forward.status === null ? 'no answer' : String(forward.status)),
          forward.fault ? `: ${oneLine(forward.fault)}` : '',
          forward.latency_ms === null ? '' : ` after ${duration(forward.latency_ms)}`,
        ),
        forward.status !== null && headerTable(forward.headers ?? []),
        forward.status !== null && answerBody(forward, oneLine(forward.target)),
      ),
    ),
  );
}
