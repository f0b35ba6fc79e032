// One line of the list: a delivery, or an order with its steps.

import { el } from './el.js';
import { level, marks } from './store.js';
import { clock, counted, day, duration, milliseconds, oneLine } from './text.js';

/** @import { Row } from './types' */
/** Signs beside the words, so that colour is never all there is. */
const SIGNS = { good: '\u2713', warn: '!', bad: '\u2715', none: '\u2013' };

/** @param {'good' | 'warn' | 'bad' | 'none'} kind @param {string} words */
export function verdict(kind, words) {
  return el(
    'span',
    { class: `verdict ${kind}` },
    el('span', { class: 'sign', 'aria-hidden': 'true' }, SIGNS[kind]),
    el('span', { class: 'words' }, words),
  );
}

/** @param {{ verdict: string }} signature */
export function signatureVerdict(signature) {
  const kind = signature.verdict === 'valid' ? 'good' : signature.verdict === 'unchecked' ? 'none' : 'bad';
  return verdict(
    kind,
    signature.verdict === 'valid' ? 'signed' : signature.verdict === 'unchecked' ? 'unchecked' : `${signature.verdict}`,
  );
}

/** @param {Row} row */
export function bodyVerdict(row) {
  if (row.errors) return verdict('bad', counted(row.errors, 'error'));
  if (row.warnings.length) return verdict('warn', counted(row.warnings.length, 'warning'));
  return verdict('good', 'valid');
}

/** @param {Row} row */
export function answerVerdict(row) {
  if (row.answer.status === null) {
    if (row.answer.reason) return verdict('bad', 'none');
    // Only what was read from a file has a source; what arrived here is still being answered.
    return verdict('none', row.source === null ? '\u2026' : 'not recorded');
  }
  return verdict(row.accepted === false ? 'bad' : 'good', String(row.answer.status));
}

/** @param {string | null} event */
export function eventName(event) {
  if (event === null) return el('span', { class: 'quiet' }, 'not recognised');
  const slash = event.indexOf('/');
  return el(
    'span',
    { class: 'name' },
    el('span', { class: 'quiet' }, oneLine(event.slice(0, slash + 1))),
    oneLine(event.slice(slash + 1)),
  );
}

/**
 * The money of a delivery: what was paid of what is due, where they differ.
 * @param {Row} row
 */
export function money(row) {
  const { payment, due } = row;
  if (payment && due && payment.currency === due.currency && Number(payment.amount) !== Number(due.amount)) {
    return { text: oneLine(`${payment.amount} of ${due.amount} ${due.currency ?? ''}`), differs: true };
  }
  return { text: row.amount === null ? '' : oneLine(`${row.amount} ${row.currency ?? ''}`), differs: false };
}

/** @param {string} name @param {...import('./el.js').Child} children */
const cell = (name, ...children) => el('span', { class: `cell ${name}`, role: 'gridcell' }, ...children);

/** The day of the newest delivery: on it, times need no date. */
let newestDay = '';

/** @param {Row | undefined} row the newest */
export function useDayOf(row) {
  newestDay = row ? day(row.received_at) : '';
}

/** @param {string} at */
function time(at) {
  const date = day(at);
  const text =
    date === newestDay
      ? [clock(at), el('span', { class: 'quiet' }, milliseconds(at))]
      : [`${date.slice(5)} ${clock(at).slice(0, 5)}`];
  return el('time', { datetime: at, title: `${date} ${clock(at)}` }, ...text);
}

/** @param {Row} row @param {boolean} inGroup */
export function deliveryRow(row, inGroup) {
  const own = level(row);
  const paid = money(row);
  return el(
    'div',
    { class: `row delivery ${own}${inGroup ? ' nested' : ''}`, role: 'row', 'data-seq': row.seq },
    cell('c-time', time(row.received_at)),
    cell('c-event', eventName(row.event), ...marks(row).map((mark) => el('span', { class: 'mark' }, mark))),
    cell('c-order', row.order === null ? '\u2013' : el('span', { title: oneLine(row.order) }, oneLine(row.order))),
    cell(paid.differs ? 'c-money warn' : 'c-money', el('span', { title: paid.text }, paid.text)),
    cell('c-signature', signatureVerdict(row.signature)),
    cell('c-body', bodyVerdict(row)),
    cell('c-answer', answerVerdict(row)),
    cell('c-latency', duration(row.answer.latency_ms)),
  );
}

const MOST_STEPS = 16;

/**
 * How much of the names is left out: their first word, such as `INVOICE_`, where all have the same.
 * @param {string[]} names
 */
function commonStart(names) {
  const [start] = /^[^_.]+[_.](?=.)/.exec(names[0] ?? '') ?? [''];
  return names.every((name) => name.startsWith(start) && name !== start) ? start.length : 0;
}

/**
 * An order's deliveries as a line of steps; the same event several times in a row is one step.
 * @param {Row[]} rows
 */
function steps(rows) {
  /** @type {{ name: string, rows: Row[] }[]} */
  const line = [];
  for (const row of rows.slice(-MOST_STEPS * 4)) {
    const name = (row.event ?? 'not recognised').replace(/^[^/]*\//, '');
    const last = line.at(-1);
    if (last?.name === name) last.rows.push(row);
    else line.push({ name, rows: [row] });
  }
  const shown = line.slice(-MOST_STEPS);
  // Deliveries without an order have nothing but their names in common.
  const cut = rows[0]?.order === null ? 0 : commonStart(shown.map((step) => step.name));
  const earlier = rows.length - shown.reduce((sum, step) => sum + step.rows.length, 0);
  const nodes = shown.map((step) => {
    const levels = step.rows.map(level);
    const own = levels.includes('bad') ? 'bad' : levels.includes('warn') ? 'warn' : 'good';
    const times = step.rows.length > 1 ? ` \u00d7${step.rows.length}` : '';
    return el(
      'span',
      { class: `step ${own}`, 'data-seq': step.rows[step.rows.length - 1].seq, title: oneLine(step.name) },
      el('span', { class: 'sign', 'aria-hidden': 'true' }, SIGNS[own]),
      `${oneLine(step.name.slice(cut))}${times}`,
      el('span', { class: 'unseen' }, own === 'bad' ? ' (wrong), ' : own === 'warn' ? ' (look), ' : ', '),
    );
  });
  return el('span', { class: 'steps' }, earlier > 0 && el('span', { class: 'quiet' }, `${earlier} earlier`), ...nodes);
}

/** @param {import('./store.js').Group} group @param {boolean} unfolded */
export function groupRow(group, unfolded) {
  const last = group.rows[group.rows.length - 1];
  const priced = [...group.rows].reverse().find((row) => row.amount !== null);
  const paid = priced && money(priced);
  return el(
    'div',
    {
      class: `row group ${group.worst}`,
      role: 'row',
      'aria-expanded': String(unfolded),
      'aria-level': 1,
      'data-key': group.key,
    },
    el(
      'span',
      { class: 'cell c-group', role: 'gridcell' },
      el(
        'span',
        { class: 'title' },
        el('span', { class: 'fold', 'aria-hidden': 'true' }, '\u25b8'),
        el('strong', {}, group.order === null ? 'Without an order' : oneLine(group.order)),
        group.order !== null && last.provider && el('span', { class: 'quiet' }, oneLine(last.provider)),
        group.order !== null && paid?.text && el('span', { class: paid.differs ? 'warn' : '' }, paid.text),
        el(
          'span',
          { class: 'quiet end' },
          `${counted(group.rows.length, 'delivery', 'deliveries')}, last ${clock(last.received_at)}`,
        ),
      ),
      steps(group.rows),
    ),
  );
}
