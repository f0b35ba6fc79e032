// Requests to the server.

/** @import { Batch, Delivery, Finding, Result, Row, State } from './types' */

const KEY = 'inqud-hook-token';

export class RequestError extends Error {
  /** @param {number} status 0 if there was no answer @param {string} message @param {string | null} hint */
  constructor(status, message, hint) {
    super(message);
    this.status = status;
    this.hint = hint;
  }
}

/** @param {string} token */
export function keepToken(token) {
  sessionStorage.setItem(KEY, token);
}

/** @param {string} path @param {RequestInit} init */
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
    throw new RequestError(
      0,
      'inqud-hook does not answer',
      'it may have been stopped; start it again and open the link that it prints',
    );
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
  request(path, {
    method: 'POST',
    body: JSON.stringify(body),
    headers: { 'Content-Type': 'application/json' },
    signal,
  });

/** @returns {Promise<State>} */
export const state = () => get('state');

/** @param {number} after @param {boolean} wait @param {AbortSignal} signal @returns {Promise<Batch>} */
export const deliveries = (after, wait, signal) => get(`deliveries?after=${after}${wait ? '&wait=1' : ''}`, signal);

/** @param {number | null} before @returns {Promise<{ deliveries: Row[], more: boolean }>} */
export const older = (before) => get(`older${before === null ? '' : `?before=${before}`}`);

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
