// What is said about a delivery before its parts: its order and money, the three verdicts, and what has to be read first.

import { button, el } from './el.js';
import { explain } from './explain.js';
import { answerVerdict, bodyVerdict, money, signatureVerdict } from './row.js';
import { clock, day, duration, milliseconds, oneLine, visible } from './text.js';

/** @import { Delivery } from './types' */
/** @typedef {import('./el.js').Child} Child */

/** @param {string} name @param {Child} value */
const fact = (name, value) => (value ? el('div', {}, el('dt', {}, name), el('dd', {}, value)) : null);

/** @param {Delivery} delivery @param {(order: string) => void} onOrder */
export function facts(delivery, onOrder) {
  const { order, received_at: at } = delivery;
  const paid = money(delivery);
  const filter = { class: 'link', title: 'Show only this order' };
  const time = el(
    'time',
    { datetime: at },
    `${day(at)} ${clock(at)}`,
    el('span', { class: 'quiet' }, milliseconds(at)),
  );
  return el(
    'dl',
    { class: 'facts' },
    fact('Order', order !== null && button(oneLine(order), () => onOrder(order), filter)),
    fact('Amount', paid.text && el('span', { class: paid.differs ? 'warn' : '' }, paid.text)),
    fact('Received', time),
    fact('From', delivery.remote && oneLine(delivery.remote)),
    fact('Source', delivery.source && oneLine(delivery.source)),
  );
}

/** @param {string} name @param {HTMLElement} found @param {string | null} more */
const card = (name, found, more) =>
  el('div', { class: 'card' }, el('span', { class: 'quiet' }, name), found, el('span', { class: 'quiet more' }, more));

/** @param {Delivery} delivery */
export function verdicts(delivery) {
  const { signature, answer } = delivery;
  const scheme = signature.scheme === 'none' ? null : (signature.scheme ?? null);
  return el(
    'div',
    { class: 'verdicts' },
    card('Signature', signatureVerdict(signature), scheme && `${signature.verdict === 'missing' ? 'expected: ' : ''}${oneLine(scheme)}`),
    card('Body', bodyVerdict(delivery), oneLine(delivery.errors ? '' : delivery.warnings.join(', '))),
    card(
      'Answer',
      answerVerdict(delivery),
      answer.latency_ms === null ? oneLine(answer.reason ?? '') : `in ${duration(answer.latency_ms)}`,
    ),
  );
}

/** @param {...Child} children */
const warning = (...children) => el('p', { class: 'callout warn' }, ...children);

/**
 * @param {Delivery} delivery
 * @param {import('./store.js').Store} store
 * @param {(seq: number) => void} open
 */
export function callouts(delivery, store, open) {
  /** @param {string} words @param {string} id */
  const seen = (words, id) => {
    const first = store.byId(id);
    if (!first) return warning(`${words}.`);
    const name = `#${first.number ?? first.seq} at ${clock(first.received_at)}`;
    return warning(
      `${words}, as `,
      button(name, () => open(first.seq), { class: 'link' }),
    );
  };
  const { signature, duplicate_of: copied, same_id_as: same, out_of_order: later, after_end: end } = delivery;
  return [
    signature.explanation && signatureCallout(signature.explanation, signature.fix ?? null, signature.reason),
    copied !== null && seen('Duplicate: the same bytes were received before', copied),
    same !== null && seen('The same id was received before with another body', same),
    later !== null && warning(`Out of order: the later event ${oneLine(later)} had already arrived.`),
    end !== null && warning(`After the end: ${oneLine(end)} had already ended this order.`),
  ];
}

/** @param {string} explanation @param {string | null} fix @param {string | null} reason */
function signatureCallout(explanation, fix, reason) {
  return el(
    'div',
    { class: 'callout bad signature' },
    el('p', {}, el('strong', {}, 'Signature: '), visible(explanation)),
    el(
      'p',
      {},
      fix && el('strong', {}, 'Fix: '),
      fix && `${visible(fix)} `,
      reason && button('About this reason', () => void explain(reason), { class: 'link' }),
    ),
  );
}
