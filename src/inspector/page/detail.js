// The open delivery: what it is, its verdicts, and its body, changes, headers and answers behind tabs.

import * as api from './api.js';
import { actionBar } from './actions.js';
import { answerPanel, changesPanel, headersPanel } from './detail_panels.js';
import { callouts, facts, verdicts } from './detail_summary.js';
import { bodyPanel } from './body.js';
import { button, byId, el, fill } from './el.js';
import { problem } from './notice.js';
import { eventName } from './row.js';
import { tabbed } from './tabs.js';

/** @import { Delivery, State } from './types' */

/** The tab that stays chosen from one delivery to the next. */
let tab = 'body';

export class Detail {
  #pane = byId('detail');
  /** @type {AbortController | null} */
  #loading = null;
  /** @type {Delivery | null} */
  delivery = null;

  /**
   * @param {import('./store.js').Store} store
   * @param {{ close: () => void, open: (seq: number) => void, onlyOrder: (order: string) => void }} to what it asks of the page
   */
  constructor(store, to) {
    this.store = store;
    this.to = to;
    /** @type {State | null} */
    this.state = null;
  }

  /** @param {number} seq @param {boolean} focus whether the keyboard goes there */
  async open(seq, focus) {
    this.#loading?.abort();
    const loading = new AbortController();
    this.#loading = loading;
    this.#pane.hidden = false;
    this.#pane.setAttribute('aria-busy', 'true');
    try {
      const delivery = await api.delivery(seq, loading.signal);
      if (loading.signal.aborted) return;
      this.delivery = delivery;
      this.#draw(delivery);
    } catch (error) {
      if (loading.signal.aborted) return;
      this.delivery = null;
      fill(
        this.#pane,
        el(
          'header',
          { class: 'detail-head' },
          el('h2', { tabindex: -1 }, 'Delivery cannot be shown'),
          button('Close', this.to.close, { class: 'plain' }),
        ),
        el('p', { class: 'callout bad' }, problem(error)),
      );
    }
    this.#pane.removeAttribute('aria-busy');
    if (focus) this.#pane.querySelector('h2')?.focus();
  }

  close() {
    this.#loading?.abort();
    this.delivery = null;
    this.#pane.hidden = true;
    fill(this.#pane);
  }

  /** @param {Delivery} delivery */
  #draw(delivery) {
    const entry = this.state?.events.find((event) => event.name === delivery.event);
    const number = el('span', { class: 'quiet number' }, `#${delivery.number ?? delivery.seq}`);
    fill(
      this.#pane,
      el(
        'header',
        { class: 'detail-head' },
        el(
          'div',
          {},
          el('h2', { tabindex: -1 }, eventName(delivery.event), ' ', number),
          entry && el('p', { class: 'summary' }, entry.summary),
        ),
        button('Close', this.to.close, { class: 'plain', 'aria-keyshortcuts': 'Escape' }),
      ),
      facts(delivery, this.to.onlyOrder),
      verdicts(delivery),
      ...callouts(delivery, this.store, this.to.open),
      actionBar(delivery, this.state),
      this.#tabs(delivery),
    );
  }

  /** @param {Delivery} delivery */
  #tabs(delivery) {
    const changed = delivery.previous?.changes?.length;
    const headers = String(delivery.headers.length);
    const changes = () => changesPanel(delivery, this.store, this.to.open);
    const { element, show } = tabbed(
      'Parts of the delivery',
      [
        { name: 'body', label: 'Body', count: '', panel: () => bodyPanel(delivery) },
        { name: 'changes', label: 'Changes', count: changed ? String(changed) : '', panel: changes },
        { name: 'headers', label: 'Headers', count: headers, panel: () => headersPanel(delivery) },
        { name: 'answer', label: 'Answer', count: '', panel: () => answerPanel(delivery) },
      ],
      tab,
      (name) => {
        tab = name;
      },
    );
    this.showTab = (index) => {
      if (this.delivery) show(index, true);
    };
    return element;
  }

  /** Shows a tab by its place. @type {(index: number) => void} */
  showTab = () => {};
}
