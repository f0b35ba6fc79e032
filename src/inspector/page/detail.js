// The open delivery: what it is, its verdicts, and its body, changes, headers and answers behind tabs.

import * as api from './api.js';
import { actionBar } from './actions.js';
import { answerPanel, changesPanel, headersPanel } from './detail_panels.js';
import { bodyPanel } from './body.js';
import { button, byId, el, fill } from './el.js';
import { explain } from './explain.js';
import { problem } from './notice.js';
import { answerVerdict, bodyVerdict, eventName, money, signatureVerdict } from './row.js';
import { clock, day, duration, milliseconds, oneLine, visible } from './text.js';

/** @import { Delivery, State } from './types' */
/** @typedef {{ name: string, label: string, count: string, panel: () => HTMLElement }} Tab */

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
      fill(this.#pane, el('header', { class: 'detail-head' }, el('h2', { tabindex: -1 }, 'Delivery cannot be shown'), button('Close', this.to.close, { class: 'plain' })), el('p', { class: 'callout bad' }, problem(error)));
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
    const paid = money(delivery);
    fill(this.#pane,
      el('header', { class: 'detail-head' },
        el('div', {},
          el('h2', { tabindex: -1 }, eventName(delivery.event), ' ', el('span', { class: 'quiet number' }, `#${delivery.number ?? delivery.seq}`)),
          entry && el('p', { class: 'summary' }, entry.summary)),
        button('Close', this.to.close, { class: 'plain', 'aria-keyshortcuts': 'Escape' })),
      el('dl', { class: 'facts' },
        fact('Order', delivery.order === null ? null : button(oneLine(delivery.order), () => this.to.onlyOrder(String(delivery.order)), { class: 'link', title: 'Show only this order' })),
        fact('Amount', paid.text && el('span', { class: paid.differs ? 'warn' : '' }, paid.text)),
        fact('Received', el('time', { datetime: delivery.received_at }, `${day(delivery.received_at)} ${clock(delivery.received_at)}`, el('span', { class: 'quiet' }, milliseconds(delivery.received_at)))),
        fact('From', delivery.remote && oneLine(delivery.remote)),
        fact('Source', delivery.source && oneLine(delivery.source))),
      el('div', { class: 'verdicts' },
        card('Signature', signatureVerdict(delivery.signature), delivery.signature.scheme && delivery.signature.scheme !== 'none' ? oneLine(delivery.signature.scheme) : ''),
        card('Body', bodyVerdict(delivery), delivery.warnings.length && !delivery.errors ? oneLine(delivery.warnings.join(', ')) : ''),
        card('Answer', answerVerdict(delivery), delivery.answer.latency_ms === null ? (delivery.answer.reason ? oneLine(delivery.answer.reason) : '') : `in ${duration(delivery.answer.latency_ms)}`)),
      ...this.#callouts(delivery),
      actionBar(delivery, this.state),
      this.#tabs(delivery));
  }

  /** What has to be read first. @param {Delivery} delivery */
  #callouts(delivery) {
    const nodes = [];
    const { signature } = delivery;
    if (signature.explanation) {
      nodes.push(el('div', { class: 'callout bad signature' },
        el('p', {}, el('strong', {}, 'Signature: '), visible(signature.explanation)),
        el('p', {}, signature.fix && el('strong', {}, 'Fix: '), signature.fix && `${visible(signature.fix)} `, signature.reason && button(`About ${oneLine(signature.reason)}`, () => explain(String(signature.reason)), { class: 'link' }))));
    }
    /** @param {string} words @param {string | null} id */
    const seen = (words, id) => {
      const first = id === null ? null : this.store.byId(id);
      return el('p', { class: 'callout warn' }, first ? `${words}, as ` : `${words}.`, first && button(`#${first.number ?? first.seq} at ${clock(first.received_at)}`, () => this.to.open(first.seq), { class: 'link' }));
    };
    if (delivery.duplicate_of) nodes.push(seen('Duplicate: the same bytes were received before', delivery.duplicate_of));
    if (delivery.same_id_as) nodes.push(seen('The same id was received before with another body', delivery.same_id_as));
    if (delivery.out_of_order) nodes.push(el('p', { class: 'callout warn' }, `Out of order: the later event ${oneLine(delivery.out_of_order)} had already arrived.`));
    if (delivery.after_end) nodes.push(el('p', { class: 'callout warn' }, `After the end: ${oneLine(delivery.after_end)} had already ended this order.`));
    return nodes;
  }

  /** @param {Delivery} delivery */
  #tabs(delivery) {
    const { previous } = delivery;
    /** @type {Tab[]} */
    const tabs = [
      { name: 'body', label: 'Body', count: '', panel: () => bodyPanel(delivery) },
      { name: 'changes', label: 'Changes', count: previous?.changes?.length ? String(previous.changes.length) : '', panel: () => changesPanel(delivery, this.store, this.to.open) },
      { name: 'headers', label: 'Headers', count: String(delivery.headers.length), panel: () => headersPanel(delivery) },
      { name: 'answer', label: 'Answer', count: '', panel: () => answerPanel(delivery) },
    ];
    const bar = el('div', { class: 'tabs', role: 'tablist', 'aria-label': 'Parts of the delivery' });
    const panel = el('div', { class: 'panel', role: 'tabpanel', id: 'tab-panel' });
    /** @param {string} name @param {boolean} focus */
    const show = (name, focus) => {
      tab = name;
      fill(bar, ...tabs.map((one) => el('button', {
        type: 'button', role: 'tab', id: `tab-${one.name}`, 'aria-selected': String(one.name === name), 'aria-controls': 'tab-panel', tabindex: one.name === name ? 0 : -1,
        onclick: () => show(one.name, true),
      }, one.label, one.count && el('span', { class: 'count' }, one.count))));
      panel.setAttribute('aria-labelledby', `tab-${name}`);
      fill(panel, tabs.find((one) => one.name === name)?.panel());
      if (focus) byId(`tab-${name}`).focus();
    };
    bar.addEventListener('keydown', (event) => {
      const now = tabs.findIndex((one) => one.name === tab);
      const to = event.key === 'ArrowRight' ? now + 1 : event.key === 'ArrowLeft' ? now - 1 : event.key === 'Home' ? 0 : event.key === 'End' ? tabs.length - 1 : null;
      if (to === null) return;
      event.preventDefault();
      show(tabs[(to + tabs.length) % tabs.length].name, true);
    });
    this.showTab = (/** @type {number} */ index) => {
      if (tabs[index] && this.delivery) show(tabs[index].name, true);
    };
    show(tab, false);
    return el('section', { class: 'tabbed' }, bar, panel);
  }

  /** Shows a tab by its place. @type {(index: number) => void} */
  showTab = () => {};
}

/** @param {string} name @param {import('./el.js').Child} value */
const fact = (name, value) => (value ? el('div', {}, el('dt', {}, name), el('dd', {}, value)) : null);

/** @param {string} name @param {HTMLElement} found @param {string} more */
const card = (name, found, more) => el('div', { class: 'card' }, el('span', { class: 'quiet' }, name), found, el('span', { class: 'quiet more' }, more));
