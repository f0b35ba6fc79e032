// Deliveries over time: bars by verdict, and each latency as a dot. Wrong ones are crosses, so that colour is not needed.

import { byId, el, fill, svg } from './el.js';
import { level } from './store.js';
import { clock, counted, duration, milliseconds } from './text.js';

/** @import { Row } from './types' */
/** @typedef {{ good: number, warn: number, bad: number, slowest: number, pick: Row | null, from: number }} Bucket */

const HEIGHT = 88;
/** Bars stand below this height, dots above. */
const MIDDLE = 50;
const BAR = 7;
/** As many are drawn at once, whenever they change. */
const FEW = 5000;
/** @type {('good' | 'warn' | 'bad')[]} */
const LEVELS = ['good', 'warn', 'bad'];

export class Timeline {
  #place = byId('timeline');
  #tip = el('output', { class: 'tip' });
  /** @type {Row[]} */
  #rows = [];
  #width = 0;
  #drawnAt = 0;
  /** Whether it shows so little time that seconds do not tell its ends apart. */
  #close = false;
  /** @type {number | undefined} */
  #later;
  /** @type {Bucket[]} */
  #buckets = [];

  /** @param {(row: Row) => void} onPick */
  constructor(onPick) {
    new ResizeObserver(() => {
      if (this.#place.clientWidth !== this.#width) this.draw();
    }).observe(this.#place);
    this.#place.addEventListener('pointermove', (event) => this.#point(this.#at(event)));
    this.#place.addEventListener('pointerleave', () => this.#point(null));
    this.#place.addEventListener('click', (event) => {
      const { pick } = this.#at(event) ?? {};
      if (pick) onPick(pick);
    });
  }

  /** @param {MouseEvent} event */
  #at(event) {
    const x = event.clientX - this.#place.getBoundingClientRect().left;
    return this.#buckets[Math.floor(x / BAR)] ?? null;
  }

  /** @param {Bucket | null} bucket */
  #point(bucket) {
    const total = bucket ? bucket.good + bucket.warn + bucket.bad : 0;
    if (!bucket || !total) return fill(this.#tip);
    fill(
      this.#tip,
      `${this.#clock(bucket.from)}  ${counted(total, 'delivery', 'deliveries')}${bucket.bad ? `, ${bucket.bad} wrong` : ''}${bucket.slowest ? `, slowest ${duration(bucket.slowest)}` : ''}`,
    );
  }

  /** @param {number} time */
  #clock(time) {
    const at = new Date(time).toISOString();
    return this.#close ? clock(at) + milliseconds(at) : clock(at);
  }

  /**
   * Draws these deliveries, a large number of them at most once a second.
   * @param {Row[]} rows newest first
   */
  show(rows) {
    this.#rows = rows;
    const since = performance.now() - this.#drawnAt;
    if (rows.length < FEW || since > 1000) this.draw();
    else this.#later ??= setTimeout(() => this.draw(), 1000 - since);
  }

  draw() {
    clearTimeout(this.#later);
    this.#later = undefined;
    this.#drawnAt = performance.now();
    const rows = this.#rows;
    const width = this.#place.clientWidth;
    this.#width = width;
    if (this.#place.hidden || !width) return;
    const times = rows.map((row) => Date.parse(row.received_at)).filter((time) => !Number.isNaN(time));
    if (!times.length) {
      this.#buckets = [];
      return fill(this.#place);
    }
    let first = times[0];
    let last = times[0];
    for (const time of times) {
      if (time < first) first = time;
      if (time > last) last = time;
    }
    const count = Math.max(1, Math.floor(width / BAR));
    this.#close = last - first < 1000;
    const span = Math.max(1, last - first);
    const timed = rows.some((row) => row.answer.latency_ms !== null);
    this.#sort(rows, first, span, count);
    const slowest = Math.max(1, ...this.#buckets.map((bucket) => bucket.slowest));
    const total = { good: 0, warn: 0, bad: 0 };
    for (const bucket of this.#buckets) for (const name of LEVELS) total[name] += bucket[name];
    const label = `${counted(rows.length, 'delivery', 'deliveries')} from ${this.#clock(first)} to ${this.#clock(last)}: ${total.good} right, ${total.warn} to look at, ${total.bad} wrong${timed ? `; slowest ${duration(slowest)}` : ''}`;
    const picture = svg(
      'svg',
      { role: 'img', 'aria-label': label, width, height: HEIGHT, viewBox: `0 0 ${width} ${HEIGHT}` },
      svg('line', { class: 'rule', x1: 0, x2: width, y1: HEIGHT - 0.5, y2: HEIGHT - 0.5 }),
      ...(timed ? [svg('line', { class: 'rule', x1: 0, x2: width, y1: 5.5, y2: 5.5 })] : []),
      ...this.#bars(),
      ...dots(rows, first, span, width, slowest),
    );
    fill(
      this.#place,
      picture,
      timed && el('span', { class: 'scale top' }, duration(slowest)),
      el('span', { class: 'scale from' }, this.#clock(first)),
      last > first && el('span', { class: 'scale to' }, this.#clock(last)),
      this.#tip,
    );
  }

  /** @param {Row[]} rows @param {number} first @param {number} span @param {number} count */
  #sort(rows, first, span, count) {
    this.#buckets = Array.from({ length: count }, (_, index) => ({
      good: 0,
      warn: 0,
      bad: 0,
      slowest: 0,
      pick: null,
      from: first + (index * span) / count,
    }));
    for (const row of rows) {
      const bucket =
        this.#buckets[Math.min(count - 1, Math.floor(((Date.parse(row.received_at) - first) / span) * count))];
      if (!bucket) continue;
      const own = level(row);
      bucket[own] += 1;
      bucket.slowest = Math.max(bucket.slowest, row.answer.latency_ms ?? 0);
      // A click leads to the first that is wrong, else to the newest.
      if (!bucket.pick || (own === 'bad' && level(bucket.pick) !== 'bad')) bucket.pick = row;
    }
  }

  #bars() {
    const most = Math.max(1, ...this.#buckets.map((bucket) => bucket.good + bucket.warn + bucket.bad));
    const paths = { good: '', warn: '', bad: '' };
    const room = HEIGHT - MIDDLE - 6;
    this.#buckets.forEach((bucket, index) => {
      let bottom = HEIGHT - 1;
      for (const name of /** @type {const} */ (['bad', 'warn', 'good'])) {
        if (!bucket[name]) continue;
        const height = Math.max(2, Math.round((bucket[name] / most) * room));
        paths[name] += `M${index * BAR + 1} ${bottom}h${BAR - 2}v${-height}h${2 - BAR}z`;
        bottom -= height;
      }
    });
    return LEVELS.map((name) => svg('path', { class: `bar ${name}`, d: paths[name] }));
  }
}

/**
 * Latencies on a logarithmic scale, one path for each verdict; dots on the same place are drawn once.
 * @param {Row[]} rows
 * @param {number} first
 * @param {number} span
 * @param {number} width
 * @param {number} slowest
 */
function dots(rows, first, span, width, slowest) {
  const paths = { good: '', warn: '', bad: '' };
  const drawn = new Set();
  const scale = Math.log1p(slowest);
  for (const row of rows) {
    if (row.answer.latency_ms === null) continue;
    const x = Math.round(((Date.parse(row.received_at) - first) / span) * (width - 12)) + 6;
    const y = Math.round(MIDDLE - 4 - (Math.log1p(row.answer.latency_ms) / scale) * (MIDDLE - 20));
    const own = level(row);
    const place = (x * HEIGHT + y) * 3 + LEVELS.indexOf(own);
    if (drawn.has(place)) continue;
    drawn.add(place);
    paths[own] += own === 'bad' ? `M${x - 2.5} ${y - 2.5}l5 5m0 -5l-5 5` : `M${x} ${y}h0`;
  }
  return LEVELS.map((name) => svg('path', { class: `dot ${name}`, d: paths[name] }));
}
