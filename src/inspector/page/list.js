// The list of deliveries. Only the lines in sight exist as elements, so its length costs nothing.

import { byId, el, fill } from './el.js';
import { deliveryRow, groupRow } from './row.js';
import { lastOf } from './text.js';

/** @import { Row } from './types' */
/** @typedef {import('./store.js').Group} Group */
/** @typedef {{ key: string, row: Row | null, group: Group | null, nested: boolean }} Item */

/** Lines that are drawn above and below those in sight. */
const BEYOND = 8;

/** A windowed list: newest first, one line active, at most one open. */
export class List {
  #grid = byId('list');
  #canvas = byId('rows');
  /** @type {Item[]} */
  #items = [];
  /** @type {number[]} where each item begins, and where the last ends */
  #tops = [0];
  /** @type {Map<string, { element: HTMLElement, item: Item }>} */
  #drawn = new Map();
  /** @type {Set<string>} keys of the orders that are unfolded */
  #unfolded = new Set();
  /** @type {string | null} */
  #active = null;
  #activeAt = -1;
  /** @type {number | null} */
  #open = null;
  #heights = { row: 32, group: 60, head: 30 };
  /** @type {Row[] | Group[]} */
  #shown = [];
  #grouped = false;
  following = true;

  /** @param {(row: Row, focus: boolean) => void} onOpen @param {() => void} onFollow called when following changes */
  constructor(onOpen, onFollow) {
    this.onOpen = onOpen;
    this.onFollow = onFollow;
    this.#grid.addEventListener('scroll', () => this.#scrolled(), { passive: true });
    this.#grid.addEventListener('click', (event) => this.#clicked(event));
    this.#grid.addEventListener('keydown', (event) => this.#pressed(event));
    new ResizeObserver(() => this.#measure()).observe(this.#grid);
  }

  /** @param {Row[] | Group[]} shown @param {boolean} grouped */
  show(shown, grouped) {
    const anchor = this.following ? null : this.#anchor();
    this.#shown = shown;
    this.#grouped = grouped;
    this.#grid.setAttribute('role', grouped ? 'treegrid' : 'grid');
    this.#grid.classList.toggle('grouped', grouped);
    this.#arrange();
    if (anchor) this.#restore(anchor);
    else if (this.following) this.#grid.scrollTop = 0;
    this.#draw();
  }

  #arrange() {
    /** @type {Item[]} */
    const items = [];
    if (this.#grouped) {
      for (const group of /** @type {Group[]} */ (this.#shown)) {
        items.push({ key: `g${group.key}`, row: null, group, nested: false });
        if (!this.#unfolded.has(group.key)) continue;
        for (const row of group.rows) items.push({ key: `d${row.seq}`, row, group: null, nested: true });
      }
    } else {
      for (const row of /** @type {Row[]} */ (this.#shown))
        items.push({ key: `d${row.seq}`, row, group: null, nested: false });
    }
    this.#items = items;
    this.#tops = new Array(items.length + 1);
    let top = 0;
    for (let index = 0; index < items.length; index++) {
      this.#tops[index] = top;
      top += items[index].group ? this.#heights.group : this.#heights.row;
    }
    this.#tops[items.length] = top;
    this.#canvas.style.height = `${top}px`;
    this.#grid.setAttribute('aria-rowcount', String(items.length + 1));
  }

  /** Heights depend on the width; style.css has them. */
  #measure() {
    const style = getComputedStyle(this.#canvas);
    const row = Number.parseFloat(style.getPropertyValue('--row')) || 32;
    const group = Number.parseFloat(style.getPropertyValue('--group')) || 60;
    const head = byId('columns').offsetHeight;
    if (row !== this.#heights.row || group !== this.#heights.group) {
      const anchor = this.#anchor();
      this.#heights = { row, group, head };
      this.#drawn.clear();
      this.#arrange();
      if (anchor && !this.following) this.#restore(anchor);
    }
    this.#heights.head = head;
    this.#draw();
  }

  /** @param {number} y @returns {number} the item at this height */
  #at(y) {
    return lastOf(this.#items.length, (index) => this.#tops[index] <= y);
  }

  /** What stands at the top, so that it stays there when others come. */
  #anchor() {
    const index = this.#at(this.#grid.scrollTop);
    const item = this.#items[index];
    return item ? { key: item.key, offset: this.#grid.scrollTop - this.#tops[index] } : null;
  }

  /** @param {{ key: string, offset: number }} anchor */
  #restore(anchor) {
    const index = this.#items.findIndex((item) => item.key === anchor.key);
    if (index >= 0) this.#grid.scrollTop = this.#tops[index] + anchor.offset;
  }

  #scrolled() {
    const following = this.#grid.scrollTop < 4;
    if (following !== this.following) this.#follow(following);
    this.#draw();
  }

  /** @param {boolean} following */
  #follow(following) {
    this.following = following;
    this.onFollow();
  }

  /** Goes to the newest and stays there, or lets the list stand still. */
  toggleFollow() {
    this.#follow(!this.following);
    if (this.following) this.#grid.scrollTop = 0;
    this.#draw();
  }

  #draw() {
    const top = this.#grid.scrollTop;
    const first = Math.max(0, this.#at(top) - BEYOND);
    const last = Math.min(this.#items.length, this.#at(top + this.#grid.clientHeight) + BEYOND + 1);
    /** @type {Map<string, { element: HTMLElement, item: Item }>} */
    const drawn = new Map();
    const elements = [];
    for (let index = first; index < last; index++) {
      const item = this.#items[index];
      const old = this.#drawn.get(item.key);
      const element = old && same(old.item, item) ? old.element : this.#make(item);
      element.style.transform = `translateY(${this.#tops[index]}px)`;
      element.setAttribute('aria-rowindex', String(index + 2));
      drawn.set(item.key, { element, item });
      elements.push(element);
    }
    this.#drawn = drawn;
    const now = this.#canvas.children;
    if (now.length !== elements.length || elements.some((element, index) => element !== now[index]))
      fill(this.#canvas, ...elements);
    this.#point();
  }

  /** @param {Item} item */
  #make(item) {
    const element = item.row
      ? deliveryRow(item.row, item.nested)
      : groupRow(/** @type {Group} */ (item.group), this.#unfolded.has(/** @type {Group} */ (item.group).key));
    if (item.row && this.#grouped) element.setAttribute('aria-level', '2');
    element.id = `row-${item.row ? item.row.seq : `g${/** @type {Group} */ (item.group).rows[0].seq}`}`;
    return element;
  }

  #point() {
    let active = '';
    for (const { element, item } of this.#drawn.values()) {
      const isActive = item.key === this.#active;
      element.classList.toggle('active', isActive);
      element.setAttribute('aria-selected', String(item.row !== null && item.row.seq === this.#open));
      if (isActive) active = element.id;
    }
    if (active) this.#grid.setAttribute('aria-activedescendant', active);
    else this.#grid.removeAttribute('aria-activedescendant');
  }

  /** Where the active line is; it seldom moves. */
  #activeIndex() {
    if (this.#items[this.#activeAt]?.key !== this.#active)
      this.#activeAt = this.#items.findIndex((item) => item.key === this.#active);
    return this.#activeAt;
  }

  /** @param {number} by */
  move(by) {
    const now = this.#activeIndex();
    this.#activate(now < 0 ? 0 : now + by);
  }

  /** @param {number} wanted */
  #activate(wanted) {
    if (!this.#items.length) return;
    const index = Math.max(0, Math.min(this.#items.length - 1, wanted));
    this.#active = this.#items[index].key;
    this.#activeAt = index;
    const view = this.#grid.clientHeight - this.#heights.head;
    const { scrollTop } = this.#grid;
    if (this.#tops[index] < scrollTop) this.#grid.scrollTop = this.#tops[index];
    else if (this.#tops[index + 1] > scrollTop + view) this.#grid.scrollTop = this.#tops[index + 1] - view;
    this.#draw();
    const { row } = this.#items[index];
    if (row && this.#open !== null) this.onOpen(row, false);
  }

  /**
   * Opens the active line: a delivery beside the list, an order's deliveries below it.
   * @param {boolean} focus whether the keyboard goes to the opened delivery
   */
  enter(focus) {
    const item = this.#items[this.#activeIndex()];
    if (item?.row) this.onOpen(item.row, focus);
    else if (item?.group) this.#unfold(item.group, !this.#unfolded.has(item.group.key));
  }

  /** @param {Group} group @param {boolean} unfolded */
  #unfold(group, unfolded) {
    if (unfolded) this.#unfolded.add(group.key);
    else this.#unfolded.delete(group.key);
    this.#drawn.delete(`g${group.key}`);
    const { scrollTop } = this.#grid;
    this.#arrange();
    this.#grid.scrollTop = scrollTop;
    this.#draw();
  }

  /** @param {number | null} seq */
  markOpen(seq) {
    if (seq !== null && seq !== this.#open) this.#active = `d${seq}`;
    this.#open = seq;
    this.#point();
  }

  focus() {
    this.#grid.focus({ preventScroll: true });
  }

  /** @param {MouseEvent} event */
  #clicked(event) {
    if (!(event.target instanceof Element)) return;
    const step = event.target.closest('[data-seq]');
    const line = event.target.closest('.row');
    if (!(line instanceof HTMLElement)) return;
    const seq = Number(step?.getAttribute('data-seq'));
    const item = this.#items.find((one) =>
      line.dataset.key !== undefined ? one.key === `g${line.dataset.key}` : one.key === `d${line.dataset.seq}`,
    );
    if (!item) return;
    this.#active = item.key;
    this.#point();
    const row = item.row ?? item.group?.rows.find((one) => one.seq === seq);
    if (row) this.onOpen(row, false);
    else this.enter(false);
  }

  /** @param {KeyboardEvent} event */
  #pressed(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const now = this.#activeIndex();
    const page = Math.max(1, Math.floor(this.#grid.clientHeight / this.#heights.row) - 2);
    /** @type {Record<string, () => void>} */
    const keys = {
      ArrowDown: () => this.move(1),
      ArrowUp: () => this.move(-1),
      PageDown: () => this.#activate(now + page),
      PageUp: () => this.#activate(now - page),
      Home: () => this.#activate(0),
      End: () => this.#activate(this.#items.length - 1),
      Enter: () => this.enter(true),
      ' ': () => this.enter(false),
    };
    const group = this.#items[now]?.group;
    if (group) {
      keys.ArrowRight = () => this.#unfold(group, true);
      keys.ArrowLeft = () => this.#unfold(group, false);
    }
    if (!keys[event.key]) return;
    event.preventDefault();
    event.stopPropagation();
    keys[event.key]();
  }
}

export function drawColumns() {
  /** @type {[string, string][]} */
  const columns = [
    ['c-time', 'Time'],
    ['c-event', 'Event'],
    ['c-order', 'Order'],
    ['c-money', 'Amount'],
    ['c-signature', 'Signature'],
    ['c-body', 'Body'],
    ['c-answer', 'Answer'],
    ['c-latency', 'Latency'],
  ];
  fill(
    byId('columns'),
    ...columns.map(([name, label]) => el('span', { class: `cell ${name}`, role: 'columnheader' }, label)),
  );
}

/** @param {Item} a @param {Item} b whether they look the same */
function same(a, b) {
  if (a.row || b.row) return a.row === b.row && a.nested === b.nested;
  const [before, now] = [a.group, b.group];
  return (
    before !== null &&
    now !== null &&
    before.rows.length === now.rows.length &&
    before.rows.at(-1) === now.rows.at(-1) &&
    before.rows[0] === now.rows[0] &&
    before.worst === now.worst
  );
}
