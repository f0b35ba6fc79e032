// The dialog that sends a sample, a scenario or an edited body to one of the targets; the body is linted while one types.

import * as api from './api.js';
import { chosenTarget, noTarget, targetChoice } from './actions.js';
import { button, byId, el, fill, segments } from './el.js';
import { findingIn } from './finding.js';
import { complain } from './notice.js';
import { sendAndShow } from './results.js';
import { indicesAt } from './text.js';

/** @import { Delivery, Finding, State } from './types' */
/** @typedef {'sample' | 'scenario' | 'body'} What */

/** @type {[What, string][]} */
const MODES = [
  ['sample', 'Sample'],
  ['scenario', 'Scenario'],
  ['body', 'Edited body'],
];
/** What was chosen last, so that the next time begins there. */
const last = { what: /** @type {What} */ ('sample'), sample: 'calypso/INVOICE_PAID', scenario: '', body: '' };

/** @param {{ name: string }[]} entries @param {string} chosen @param {() => void} onChange */
function choice(entries, chosen, onChange) {
  /** @type {Map<string, { name: string }[]>} */
  const byProvider = new Map();
  for (const entry of entries) {
    const provider = entry.name.split('/')[0];
    byProvider.set(provider, [...(byProvider.get(provider) ?? []), entry]);
  }
  return el(
    'select',
    { id: 'compose-choice', onchange: onChange },
    ...[...byProvider].map(([provider, own]) =>
      el(
        'optgroup',
        { label: provider },
        ...own.map(({ name }) =>
          el('option', { value: name, selected: name === chosen }, name.slice(name.indexOf('/') + 1)),
        ),
      ),
    ),
  );
}

/** @param {State} state @param {Delivery | null} open its body can be edited */
export function compose(state, open) {
  const dialog = /** @type {HTMLDialogElement} */ (byId('compose'));
  const form = el('div', { class: 'form' });
  const results = el('div', { class: 'results', role: 'status' });
  /** @type {() => object} */
  let wanted = () => ({});
  const send = button(
    'Send',
    async () => {
      send.disabled = true;
      await sendAndShow(results, { ...wanted(), target: chosenTarget() });
      send.disabled = false;
    },
    { class: 'primary', id: 'compose-send' },
  );
  /** @param {What} what */
  const show = (what) => {
    last.what = what;
    fill(results);
    wanted = what === 'body' ? bodyForm(form, state, open) : catalogueForm(form, state, what);
  };
  fill(
    dialog,
    el(
      'header',
      {},
      el('h2', {}, 'Send'),
      button('Close', () => dialog.close(), { class: 'plain' }),
    ),
    segments('What to send', new Map(MODES), last.what, show),
    form,
    state.targets.length
      ? el('footer', { class: 'bar' }, send, targetChoice(state))
      : el('p', { class: 'callout warn' }, noTarget(state)),
    results,
  );
  show(last.what);
  dialog.showModal();
  byId('compose-choice').focus();
}

/** @param {HTMLElement} form @param {State} state @param {'sample' | 'scenario'} what */
function catalogueForm(form, state, what) {
  const summary = el('p', { class: 'quiet' });
  const entries = what === 'sample' ? state.events : state.scenarios;
  const describe = () => {
    last[what] = list.value;
    const entry = entries.find(({ name }) => name === list.value);
    fill(summary, entry?.summary, entry && 'steps' in entry && ` ${entry.steps} deliveries.`);
  };
  const list = choice(entries, last[what], describe);
  fill(form, el('label', { for: 'compose-choice' }, what === 'sample' ? 'Event' : 'Scenario'), list, summary);
  describe();
  return () => ({ what, [what === 'sample' ? 'event' : 'name']: list.value });
}

/** @param {HTMLElement} form @param {State} state @param {Delivery | null} open */
function bodyForm(form, state, open) {
  const [area, findings, lint] = lintedArea(() => list.value);
  /** @param {string} body */
  const take = (body) => {
    area.value = body;
    last.body = body;
    void lint();
  };
  const load = async () => {
    try {
      take((await api.sample(list.value)).body);
    } catch (error) {
      complain(error);
    }
  };
  const list = choice(state.events, open?.event ?? last.sample, () => {
    last.sample = list.value;
    void lint();
  });
  const body = open?.body;
  fill(
    form,
    el('label', { for: 'compose-choice' }, 'Event'),
    list,
    el(
      'div',
      { class: 'bar' },
      button('Start from the sample', () => void load()),
      typeof body === 'string' && button(`Start from delivery #${open?.number ?? open?.seq}`, () => take(body)),
    ),
    area,
    findings,
  );
  if (last.body) take(last.body);
  else void load();
  return () => ({ what: 'body', event: list.value, body: area.value });
}

/**
 * A field for a body, with its findings while one types.
 * @param {() => string} event
 * @returns {[HTMLTextAreaElement, HTMLElement, () => Promise<void>]}
 */
function lintedArea(event) {
  const findings = el('div', { class: 'findings', role: 'status' });
  /** @type {AbortController | null} */
  let running = null;
  /** @type {number | undefined} */
  let timer;
  const lint = async () => {
    running?.abort();
    running = new AbortController();
    try {
      const { findings: found } = await api.validate(area.value, event(), running.signal);
      fill(findings, ...found.map((one) => findingOf(area.value, one)));
      if (!found.length) fill(findings, el('p', { class: 'quiet' }, '\u2713 no findings'));
    } catch (error) {
      if (!(error instanceof DOMException)) complain(error);
    }
  };
  const area = el('textarea', {
    class: 'code',
    rows: 14,
    spellcheck: 'false',
    'aria-label': 'Body',
    id: 'compose-body',
    oninput: () => {
      last.body = area.value;
      clearTimeout(timer);
      timer = setTimeout(() => void lint(), 250);
    },
  });
  return [area, findings, lint];
}

/** @param {string} text @param {Finding} finding */
function findingOf(text, finding) {
  const indices = indicesAt(text, [finding.offset, finding.offset + finding.length]);
  const from = indices.get(finding.offset) ?? 0;
  const start = text.lastIndexOf('\n', from - 1) + 1;
  const line = text.slice(start).split('\n', 1)[0];
  const element = findingIn(
    finding,
    line,
    from - start,
    (indices.get(finding.offset + finding.length) ?? from) - start,
    true,
  );
  element.classList.add('code', 'boxed');
  return element;
}
