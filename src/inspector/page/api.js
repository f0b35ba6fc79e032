// Requests to the server, and the shapes of what it answers.

/** @typedef {{ verdict: 'valid' | 'invalid' | 'missing' | 'unchecked', reason: string | null, scheme?: string | null, explanation?: string | null, fix?: string | null }} Signature */
/** @typedef {{ amount: string, currency: string | null }} Money */
/** @typedef {{ target: string, status: number | null, fault: string | null }} Forwarded */
/**
 * A delivery in the list.
 * @typedef {object} Row
 * @property {number} seq
 * @property {number} rev
 * @property {number | null} number
 * @property {string} id
 * @property {string} received_at
 * @property {string | null} source
 * @property {string | null} provider
 * @property {string | null} event
 * @property {string | null} order
 * @property {string | null} amount
 * @property {string | null} currency
 * @property {Money | null} payment
 * @property {Money | null} due
 * @property {Signature} signature
 * @property {number} errors
 * @property {string[]} warnings
 * @property {number} bytes
 * @property {string | null} duplicate_of
 * @property {string | null} same_id_as
 * @property {string | null} out_of_order
 * @property {string | null} after_end
 * @property {boolean | null} accepted
 * @property {{ status: number | null, reason: string | null, latency_ms: number | null }} answer
 * @property {Forwarded[]} forwarded
 */
/** @typedef {{ rule: string, severity: 'error' | 'warning' | 'note', pointer: string, line: number, column: number, offset: number, length: number, message: string, label: string | null, help: string | null }} Finding */
/** @typedef {{ pointer: string, before: string | null, now: string | null }} Change */
/** @typedef {{ status: number | null, headers: [string, string][], body?: string | null, body_base64?: string | null, cut?: boolean }} Answered */
/** @typedef {Answered & Forwarded & { latency_ms: number | null }} Forward */
/**
 * All of a delivery.
 * @typedef {Row & { method: string, target: string, headers: [string, string][], remote: string | null, findings: Finding[], compressed?: boolean, masked?: unknown, body: string | null, body_base64: string | null, previous: { seq: number, same_bytes: boolean, changes: Change[] | null } | null, answered: Answered | null, forwards: Forward[] }} Delivery
 */
/** @typedef {{ name: string, summary: string }} EventEntry */
/** @typedef {{ name: string, summary: string, steps: number }} ScenarioEntry */
/** @typedef {{ version: string, following: boolean, sources: string[], journal: string | null, targets: string[], can_record: boolean, events: EventEntry[], scenarios: ScenarioEntry[], zone: string }} State */
/** @typedef {{ oldest: number, newest: number, kept: number, deliveries: Row[] }} Batch */
/** @typedef {{ event: string | null, step: number | null, status: number | null, accepted: boolean, reason: string | null, hint: string | null, latency_ms: number | null, target: string, order: string | null, response: { body?: string | null } | null }} Result */

const KEY = 'inqud-hook-token';

/** What went wrong with a request, and what to do about it. */
export class RequestError extends Error {
  /**
   * @param {number} status 0 if there was no answer
   * @param {string} message
   * @param {string | null} hint
   */
  constructor(status, message, hint) {
    super(message);
    this.status = status;
    this.hint = hint;
  }
}

/**
 * Keeps the token of the link for this tab.
 * @param {string} token
 */
export function keepToken(token) {
  sessionStorage.setItem(KEY, token);
}

/**
 * @param {string} path
 * @param {RequestInit} init
 */
async function request(path, init) {
  /** @type {Response} */
  let response;
  try {
    response = await fetch(`/api/${path}`, {
      ...init,
      cache: 'no-store',
      credentials: 'omit',
      redirect: 'error',
      headers: { Authorization: `Bearer ${sessionStorage.getItem(KEY) ?? ''}`, ...init.headers },
    });
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') throw error;
    throw new RequestError(0, 'inqud-hook does not answer', 'it may have been stopped; start it again and open the link that it prints');
  }
  if (response.ok) return response;
  /** @type {{ error?: unknown, hint?: unknown }} */
  const problem = await response.json().catch(() => ({}));
  throw new RequestError(
    response.status,
    typeof problem.error === 'string' ? problem.error : `the request failed with ${response.status}`,
    typeof problem.hint === 'string' ? problem.hint : null,
  );
}

/** @param {string} path @param {AbortSignal} [signal] @returns {Promise<any>} */
const get = async (path, signal) => (await request(path, { signal })).json();

/** @param {string} path @param {object} body @param {AbortSignal} [signal] */
const post = (path, body, signal) =>
  request(path, { method: 'POST', body: JSON.stringify(body), headers: { 'Content-Type': 'application/json' }, signal });

/** @returns {Promise<State>} */
export const state = () => get('state');

/** @param {number} after @param {boolean} wait @param {AbortSignal} signal @returns {Promise<Batch>} */
export const deliveries = (after, wait, signal) => get(`deliveries?after=${after}${wait ? '&wait=1' : ''}`, signal);

/** @param {number} seq @param {AbortSignal} [signal] @returns {Promise<Delivery>} */
export const delivery = (seq, signal) => get(`deliveries/${seq}`, signal);

/** @param {string} text @param {AbortSignal} signal @returns {Promise<{ seqs: number[] }>} */
export const search = (text, signal) => get(`search?text=${encodeURIComponent(text)}`, signal);

/** @param {number} seq @param {string} form */
export const printed = async (seq, form) => (await request(`deliveries/${seq}/as/${form}`, {})).text();

/** @param {'journal' | 'har'} form @param {number[] | null} seqs all if null */
export const archive = async (form, seqs) => (await post(form, { seqs })).blob();

/** @param {string} name @returns {Promise<{ name: string, page: string }>} */
export const explanation = (name) => get(`explain/${encodeURIComponent(name)}`);

/** @param {string} event @returns {Promise<{ event: string, body: string }>} */
export const sample = (event) => get(`sample?event=${encodeURIComponent(event)}`);

/** @param {string} body @param {string | null} event @param {AbortSignal} signal @returns {Promise<{ event: string | null, findings: Finding[] }>} */
export const validate = async (body, event, signal) => (await post('validate', { body, event }, signal)).json();

/** @param {object} what @returns {Promise<{ results: Result[] }>} */
export const send = async (what) => (await post('send', what)).json();

export const clear = () => post('clear', {});
