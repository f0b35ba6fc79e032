// What can be done with the open delivery: send it again, copy it as a command, save its body.

import * as api from './api.js';
import { bytesOf } from './body.js';
import { copy, save } from './clipboard.js';
import { button, el } from './el.js';
import { complain, say } from './notice.js';
import { sendAndShow } from './results.js';
import { oneLine } from './text.js';

/** @import { Delivery, State } from './types' */
/** The target that was chosen last, by its place on the command line. */
let target = 0;

/** @param {State} state */
export function targetChoice(state) {
  if (state.targets.length === 1) return el('span', { class: 'quiet code target' }, `to ${oneLine(state.targets[0])}`);
  const choice = el(
    'select',
    {
      'aria-label': 'Target',
      class: 'target',
      onchange: () => {
        target = choice.selectedIndex;
      },
    },
    ...state.targets.map((url, index) => el('option', { value: index, selected: index === target }, oneLine(url))),
  );
  return choice;
}

export const chosenTarget = () => target;

/** Whether this is `inspect`, which reads files, and not `listen`. @param {State} state */
export const readsFiles = (state) => state.journal === null && !state.can_record;

/** How to get a target. @param {State} state */
export const noTarget = (state) =>
  `To send from here, start with ${readsFiles(state) ? '--to' : '--forward'} URL: targets come from the command line alone.`;

/** @param {Delivery} delivery @param {State | null} state */
export function actionBar(delivery, state) {
  const results = el('div', { class: 'results', role: 'status' });
  /** @param {'again' | 'captured'} sign */
  const resend = (sign) => void sendAndShow(results, { what: 'delivery', seq: delivery.seq, sign, target });
  const can = state !== null && state.targets.length > 0;
  return el(
    'section',
    { class: 'actions', 'aria-label': 'Actions' },
    el(
      'div',
      { class: 'bar' },
      can &&
        button('Send again', () => resend('again'), {
          class: 'primary',
          id: 'resend',
          title: 'With a fresh signature (r)',
          'aria-keyshortcuts': 'r',
        }),
      can &&
        button('As captured', () => resend('captured'), {
          title: 'The same headers and bytes, with the signature that they had',
        }),
      can && targetChoice(state),
      el(
        'span',
        { class: 'segments end', role: 'group', 'aria-label': 'Copy as a command' },
        el('span', { class: 'quiet' }, 'Copy as'),
        ...['curl', 'hurl', 'http'].map((form) => button(form, () => void copyAs(delivery.seq, form))),
      ),
      button('Save body', () => saveBody(delivery), { title: 'The exact bytes, for a test' }),
    ),
    state && !can ? el('p', { class: 'quiet' }, noTarget(state)) : null,
    results,
  );
}

/** @param {number} seq @param {string} form */
export async function copyAs(seq, form) {
  try {
    await copy(await api.printed(seq, form), `delivery as ${form}`);
  } catch (error) {
    complain(error);
  }
}

/** @param {Delivery} delivery */
function saveBody(delivery) {
  const name = `${delivery.event ?? 'delivery'}-${delivery.number ?? delivery.seq}`
    .replace(/[^\w.-]+/g, '-')
    .slice(0, 80);
  const json = delivery.body !== null && /^\s*[{[]/.test(delivery.body);
  save(new Blob([bytesOf(delivery)]), `${name}.${json ? 'json' : delivery.body === null ? 'bin' : 'txt'}`);
}

/** @param {'journal' | 'har'} form @param {number[] | null} seqs all if null */
export async function download(form, seqs) {
  try {
    say('Preparing the download\u2026');
    save(await api.archive(form, seqs), form === 'har' ? 'deliveries.har' : 'deliveries.ndjson');
  } catch (error) {
    complain(error);
  }
}
