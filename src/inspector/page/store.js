// The deliveries that the page knows, what a filter keeps of them, and their orders.

import { lastOf } from './text.js';

/** @import { Batch, Row } from './types' */
/** @typedef {import('./address.js').View} View */
/** @typedef {{ key: string, order: string | null, rows: Row[], worst: Level }} Group rows are oldest first */
/** @typedef {'good' | 'warn' | 'bad'} Level */

export class Store {
  /** @type {Row[]} oldest first */
  rows = [];
  rev = 0;
  /** How many of them, at the front, were read from the journal. */
  #older = 0;

  /**
   * Takes in what the server sent, and forgets what it no longer keeps.
   * @param {Batch} batch
   * @returns {number} how many are new
   */
  take({ deliveries, oldest }) {
    let added = 0;
    for (const row of deliveries) {
      this.rev = Math.max(this.rev, row.rev);
      const place = this.#place(row.seq);
      const there = this.rows[place];
      if (there?.seq === row.seq) this.rows[place] = row;
      else {
        this.rows.splice(there && there.seq < row.seq ? place + 1 : 0, 0, row);
        added += 1;
      }
    }
    const kept = this.rows.findIndex((row, index) => index >= this.#older && row.seq >= oldest);
    this.rows.splice(this.#older, (kept < 0 ? this.rows.length : kept) - this.#older);
    return added;
  }

  /** @param {Row[]} rows from the journal, before all others */
  takeOlder(rows) {
    this.rows.unshift(...rows);
    this.#older += rows.length;
  }

  /** Forgets all. */
  clear() {
    this.rows = [];
    this.#older = 0;
  }

  /** The number in the journal of the oldest that has one. */
  get firstNumber() {
    return this.rows.find((row) => row.number !== null)?.number ?? null;
  }

  /** @param {number} seq @returns {number} where it is, or the one before it */
  #place(seq) {
    return lastOf(this.rows.length, (index) => this.rows[index].seq <= seq);
  }

  /** @param {number} seq */
  get(seq) {
    const row = this.rows[this.#place(seq)];
    return row?.seq === seq ? row : null;
  }

  /** @param {string} id */
  byId(id) {
    return this.rows.find((row) => row.id === id) ?? null;
  }
}

/**
 * How bad a delivery is: a wrong signature, an invalid body or a refusal is bad.
 * @param {Row} row
 * @returns {Level}
 */
export function level(row) {
  const { signature, answer } = row;
  const wrong = signature.verdict === 'invalid' || signature.verdict === 'missing' || row.errors > 0;
  const unanswered = answer.status === null && answer.reason !== null;
  if (wrong || unanswered || row.accepted === false) return 'bad';
  const marked = row.duplicate_of || row.same_id_as || row.out_of_order || row.after_end;
  return marked || row.warnings.length || row.forwarded.some((one) => one.fault !== null) ? 'warn' : 'good';
}

/**
 * What is unusual about the place of a delivery among the others, in words.
 * @param {Row} row
 * @returns {string[]}
 */
export function marks(row) {
  const found = [];
  if (row.duplicate_of) found.push('duplicate');
  if (row.same_id_as) found.push('same id');
  if (row.out_of_order) found.push('out of order');
  if (row.after_end) found.push('after the end');
  if (row.forwarded.some((one) => one.fault !== null)) found.push('not forwarded');
  return found;
}

/** @type {Record<string, [string, (row: Row) => boolean]>} */
export const VERDICTS = {
  good: ['All right', (row) => level(row) === 'good'],
  bad: ['Anything wrong', (row) => level(row) === 'bad'],
  signature: [
    'Signature wrong or missing',
    (row) => row.signature.verdict === 'invalid' || row.signature.verdict === 'missing',
  ],
  body: ['Invalid body', (row) => row.errors > 0],
  warned: ['Warnings', (row) => row.warnings.length > 0],
  refused: ['Not accepted or not answered', (row) => row.accepted !== true],
  marked: ['Duplicate or out of order', (row) => marks(row).length > 0],
};

/**
 * A test for names: a part of the name, or a pattern with `*`.
 * @param {string} pattern
 * @returns {(name: string | null) => boolean}
 */
function named(pattern) {
  const wanted = pattern.toLowerCase();
  if (!wanted) return () => true;
  if (!wanted.includes('*')) return (name) => name !== null && name.toLowerCase().includes(wanted);
  const parts = wanted.split('*').map((part) => part.replace(/[^\w]/g, '\\$&'));
  const test = new RegExp(`^(?:[^/]*/)?${parts.join('.*')}$`);
  return (name) => name !== null && test.test(name.toLowerCase());
}

/**
 * @param {Row[]} rows
 * @param {View} view
 * @param {Set<number> | null} found the deliveries with the text; null if none is sought
 */
export function filtered(rows, view, found) {
  const event = named(view.event);
  const order = named(view.order);
  const verdict = VERDICTS[view.verdict]?.[1];
  const shown = [];
  for (let index = rows.length - 1; index >= 0; index--) {
    const row = rows[index];
    if (found && !found.has(row.seq)) continue;
    if (view.provider && row.provider !== view.provider) continue;
    if (verdict && !verdict(row)) continue;
    if (event(row.event) && order(row.order)) shown.push(row);
  }
  return shown;
}

/**
 * The same by order; the order that was heard of last is first.
 * @param {Row[]} newestFirst
 * @returns {Group[]}
 */
export function byOrder(newestFirst) {
  /** @type {Map<string, Group>} */
  const groups = new Map();
  for (const row of newestFirst) {
    const key = row.order === null ? '' : `${row.provider}/${row.order}`;
    const group = groups.get(key) ?? { key, order: row.order, rows: [], worst: 'good' };
    group.rows.push(row);
    const own = level(row);
    if (own === 'bad' || group.worst === 'good') group.worst = own;
    groups.set(key, group);
  }
  for (const group of groups.values()) group.rows.reverse();
  // Deliveries without an order have no life cycle; they come last.
  return [...groups.values()].sort((a, b) => Number(a.order === null) - Number(b.order === null));
}
