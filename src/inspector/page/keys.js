// The keys, and the dialog that lists them.

import { button, byId, el, fill } from './el.js';

/** @typedef {{ keys: string[], label: string, act: (key: string) => void }} Key */

/** @type {Record<string, string>} */
const SHOWN = { ArrowDown: '\u2193', ArrowUp: '\u2191', ArrowLeft: '\u2190', ArrowRight: '\u2192', Escape: 'Esc' };
const STORED = 'inqud-hook-keys';

/** @param {Key[]} keys */
export function listenForKeys(keys) {
  document.addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
    if (!(event.target instanceof Element) || document.querySelector('dialog[open]')) return;
    const letter = event.key.length === 1;
    if (letter && localStorage.getItem(STORED) === 'off' && event.key !== '?') return;
    // What has the focus takes letters where they are text, and Enter and the arrows everywhere.
    if (event.key !== 'Escape' && event.target.closest(letter ? 'input, textarea, select' : ':not(html, body)')) return;
    const key = keys.find((one) => one.keys.includes(event.key));
    if (!key) return;
    event.preventDefault();
    key.act(event.key);
  });
}

/** @param {Key[]} keys */
export function showKeys(keys) {
  const dialog = /** @type {HTMLDialogElement} */ (byId('help'));
  const box = el('input', {
    type: 'checkbox',
    id: 'keys-on',
    checked: localStorage.getItem(STORED) !== 'off',
    onchange: () => localStorage.setItem(STORED, box.checked ? 'on' : 'off'),
  });
  const more = [
    { keys: ['ArrowLeft', 'ArrowRight'], label: 'In a body or among orders: fold, unfold' },
    { keys: ['Tab'], label: 'To the next part of the page' },
  ];
  fill(
    dialog,
    el(
      'header',
      {},
      el('h2', {}, 'Keys'),
      button('Close', () => dialog.close(), { class: 'plain' }),
    ),
    el(
      'dl',
      { class: 'keys' },
      ...[...keys, ...more].map((key) =>
        el(
          'div',
          {},
          el('dt', {}, ...key.keys.flatMap((name, index) => [index ? ' ' : '', el('kbd', {}, SHOWN[name] ?? name)])),
          el('dd', {}, key.label),
        ),
      ),
    ),
    el('p', {}, el('label', { for: 'keys-on' }, box, ' Keys of one letter are on')),
  );
  dialog.showModal();
}
