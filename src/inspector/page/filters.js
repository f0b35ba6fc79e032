// The fields of the filter, and what they say about the list.

import * as api from './api.js';
import { button, byId, el, fill } from './el.js';
import { VERDICTS } from './store.js';
import { counted, grouped, oneLine } from './text.js';

/** @import { Row } from './types' */
/** @typedef {import('./address.js').View} View */
/** @typedef {'text' | 'event' | 'verdict' | 'provider' | 'order'} Name */

const MOST_NAMES = 200;

export class Filters {
  /** @type {Record<Name, HTMLInputElement | HTMLSelectElement>} */
  #fields;
  #count = el('span', { class: 'quiet count', role: 'status' });
  #clear;
  #summary = el('summary', {}, 'Filters');
  #events = el('datalist', { id: 'event-names' });
  #known = '';
  /** The deliveries with the text, or null if none is sought. @type {Set<number> | null} */
  found = null;
  /** @type {AbortController | null} */
  #searching = null;

  /** @param {View} view @param {() => void} onChange */
  constructor(view, onChange) {
    this.view = view;
    this.onChange = onChange;
    /** @type {number | undefined} */
    let timer;
    /** @param {Name} name @param {string} label @param {string} [list] */
    const input = (name, label, list) => {
      const field = el('input', {
        type: 'search',
        id: `filter-${name}`,
        placeholder: label,
        'aria-label': label,
        list,
        spellcheck: 'false',
        autocomplete: 'off',
        oninput: () => {
          clearTimeout(timer);
          timer = setTimeout(() => this.#set(name, field.value.trim()), 150);
        },
      });
      return field;
    };
    /** @param {Name} name @param {string} label @param {[string, string][]} options */
    const select = (name, label, options) => {
      const field = el(
        'select',
        { id: `filter-${name}`, 'aria-label': label, onchange: () => this.#set(name, field.value) },
        el('option', { value: '' }, label),
        ...options.map(([value, words]) => el('option', { value }, words)),
      );
      return field;
    };
    this.#fields = {
      text: input('text', 'Search bodies, paths and headers'),
      event: input('event', 'Event, as INVOICE_*', 'event-names'),
      verdict: select(
        'verdict',
        'Any verdict',
        Object.entries(VERDICTS).map(([name, [label]]) => [name, label]),
      ),
      provider: select('provider', 'Any provider', []),
      order: input('order', 'Order'),
    };
    this.#fields.text.setAttribute('aria-keyshortcuts', '/');
    this.#clear = button('Clear filters', () => this.reset(), { class: 'plain' });
    const more = el('details', { class: 'more-filters' }, this.#summary);
    const rest = el(
      'div',
      { class: 'rest' },
      this.#fields.event,
      this.#fields.order,
      this.#fields.verdict,
      this.#fields.provider,
      this.#events,
    );
    fill(byId('filters'), this.#fields.text, more, rest, el('span', { class: 'outcome' }, this.#count, this.#clear));
    this.write();
  }

  /** @param {Name} name @param {string} value */
  #set(name, value) {
    this.view[name] = value;
    if (name === 'text') void this.search();
    else this.onChange();
  }

  async search() {
    this.#searching?.abort();
    if (!this.view.text) {
      this.found = null;
      return this.onChange();
    }
    const searching = new AbortController();
    this.#searching = searching;
    try {
      const { seqs } = await api.search(this.view.text, searching.signal);
      if (searching.signal.aborted) return;
      this.found = new Set(seqs);
      this.onChange();
    } catch {
      // The connection's own state says what is wrong.
    }
  }

  write() {
    for (const name of /** @type {Name[]} */ (Object.keys(this.#fields))) {
      const field = this.#fields[name];
      if (
        field instanceof HTMLSelectElement &&
        this.view[name] &&
        ![...field.options].some((option) => option.value === this.view[name])
      ) {
        field.append(el('option', { value: this.view[name] }, oneLine(this.view[name])));
      }
      field.value = this.view[name];
    }
  }

  reset() {
    for (const name of /** @type {Name[]} */ (Object.keys(this.#fields))) this.view[name] = '';
    this.write();
    void this.search();
    this.focus();
  }

  get active() {
    return Object.keys(this.#fields).filter((name) => this.view[/** @type {Name} */ (name)]).length;
  }

  focus() {
    this.#fields.text.focus();
    /** @type {HTMLInputElement} */ (this.#fields.text).select();
  }

  /**
   * Offers the events and providers that came, and says how many deliveries are shown.
   * @param {Row[]} rows
   * @param {number} shown
   */
  describe(rows, shown) {
    const events = new Set();
    const providers = new Set();
    for (const row of rows) {
      if (row.event !== null && events.size < MOST_NAMES) events.add(row.event);
      if (row.provider !== null && providers.size < MOST_NAMES) providers.add(row.provider);
    }
    const known = [...events, ...providers].join('\n');
    if (known !== this.#known) {
      this.#known = known;
      fill(this.#events, ...[...events].sort().map((event) => el('option', { value: event })));
      const field = this.#fields.provider;
      fill(
        field,
        field.firstElementChild,
        ...[...providers].sort().map((name) => el('option', { value: name }, oneLine(name))),
      );
      this.write();
    }
    const text = this.active
      ? `${grouped(shown)} of ${grouped(rows.length)}`
      : counted(rows.length, 'delivery', 'deliveries');
    if (this.#count.textContent !== text) fill(this.#count, text);
    this.#clear.hidden = !this.active;
    const hidden = this.active - (this.view.text ? 1 : 0);
    fill(this.#summary, hidden ? `Filters (${hidden})` : 'Filters');
  }
}
