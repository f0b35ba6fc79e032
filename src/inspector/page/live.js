// Keeps asking the server for deliveries: at once for those that are there, then by waiting for the next.

import * as api from './api.js';
import { say } from './notice.js';

/** @typedef {'loading' | 'live' | 'paused' | 'lost' | 'closed'} Connection */

export class Live {
  /** @type {AbortController | null} */
  #running = null;
  #paused = false;
  #closed = false;
  /** @type {string | null} */
  #problem = null;

  /**
   * @param {import('./store.js').Store} store
   * @param {(added: number) => void} onDeliveries
   * @param {(connection: Connection) => void} onConnection
   */
  constructor(store, onDeliveries, onConnection) {
    this.store = store;
    this.onDeliveries = onDeliveries;
    this.onConnection = onConnection;
    document.addEventListener('visibilitychange', () => this.#restart());
  }

  get paused() {
    return this.#paused;
  }

  /** @param {boolean} paused */
  pause(paused) {
    this.#paused = paused;
    this.#restart();
  }

  /** Starts, or stops if the page is hidden or paused. A hidden tab asks for nothing. */
  #restart() {
    if (this.#closed) return;
    const wanted = !document.hidden && !this.#paused;
    if (!wanted) {
      this.#running?.abort();
      this.#running = null;
      if (this.#paused) this.onConnection('paused');
    } else if (!this.#running) {
      this.#running = new AbortController();
      void this.#ask(this.#running.signal);
    }
  }

  start() {
    this.onConnection('loading');
    this.#restart();
  }

  /** @param {AbortSignal} signal */
  async #ask(signal) {
    let wait = false;
    let failures = 0;
    while (!signal.aborted) {
      try {
        const batch = await api.deliveries(this.store.rev, wait, signal);
        if (signal.aborted) return;
        const before = this.store.rows.length;
        const added = this.store.take(batch);
        failures = 0;
        if (batch.problem && batch.problem !== this.#problem) say(batch.problem, 'bad');
        this.#problem = batch.problem;
        if (batch.deliveries.length || before !== this.store.rows.length || !wait) this.onDeliveries(added);
        wait = batch.deliveries.length === 0 || wait;
        if (wait) this.onConnection('live');
      } catch (error) {
        if (signal.aborted) return;
        if (error instanceof api.RequestError && error.status === 401) {
          this.#closed = true;
          this.onConnection('closed');
          return;
        }
        failures += 1;
        this.onConnection('lost');
        await new Promise((resume) => setTimeout(resume, Math.min(5000, 250 * 2 ** failures)));
        wait = false;
      }
    }
  }
}
