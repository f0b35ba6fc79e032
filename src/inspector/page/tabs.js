// Tabs: one panel at a time, arrows lead from one to the next.

import { el, fill } from './el.js';

/** @typedef {{ name: string, label: string, count: string, panel: () => HTMLElement }} Tab */

/**
 * @param {string} name for screen readers
 * @param {Tab[]} tabs
 * @param {string} chosen
 * @param {(name: string) => void} onChoose
 */
export function tabbed(name, tabs, chosen, onChoose) {
  const panel = el('div', { class: 'panel', role: 'tabpanel', id: 'tab-panel' });
  const buttons = tabs.map((one, index) =>
    el(
      'button',
      {
        type: 'button',
        role: 'tab',
        id: `tab-${one.name}`,
        'aria-controls': 'tab-panel',
        onclick: () => show(index, true),
      },
      one.label,
      one.count && el('span', { class: 'count' }, one.count),
    ),
  );
  let now = 0;
  /** @param {number} wanted @param {boolean} focus */
  const show = (wanted, focus) => {
    now = (wanted + tabs.length) % tabs.length;
    buttons.forEach((one, index) => {
      one.setAttribute('aria-selected', String(index === now));
      one.tabIndex = index === now ? 0 : -1;
    });
    panel.setAttribute('aria-labelledby', buttons[now].id);
    fill(panel, tabs[now].panel());
    onChoose(tabs[now].name);
    if (focus) buttons[now].focus();
  };
  const bar = el('div', { class: 'tabs', role: 'tablist', 'aria-label': name }, ...buttons);
  bar.addEventListener('keydown', (event) => {
    const to = { ArrowRight: now + 1, ArrowLeft: now - 1, Home: 0, End: tabs.length - 1 }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    show(to, true);
  });
  show(
    Math.max(
      0,
      tabs.findIndex((one) => one.name === chosen),
    ),
    false,
  );
  return { element: el('section', { class: 'tabbed' }, bar, panel), show };
}
