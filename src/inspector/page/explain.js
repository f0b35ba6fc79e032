// The page of a rule or of a reason, beside the delivery that it is about.

import * as api from './api.js';
import { button, byId, el, fill } from './el.js';
import { problem } from './notice.js';
import { visible } from './text.js';

const panel = byId('explain');
/** @type {Element | null} where the keyboard was before */
let before = null;

panel.addEventListener('keydown', (event) => {
  if (event.key !== 'Escape') return;
  // A dialog below stays open.
  event.preventDefault();
  closeExplanation();
});

/** @param {string} name of a rule or a reason */
export async function explain(name) {
  before = document.activeElement;
  const title = el('h2', { tabindex: -1, id: 'explain-title' }, visible(name));
  const text = el('div', { class: 'page' }, el('p', { class: 'quiet' }, 'Loading\u2026'));
  fill(
    panel,
    el('header', {}, title, button('Close', closeExplanation, { class: 'plain', 'aria-keyshortcuts': 'Escape' })),
    text,
  );
  // Behind an open dialog it could not be reached.
  (document.querySelector('dialog[open]') ?? byId('left')).append(panel);
  panel.hidden = false;
  title.focus();
  try {
    const { page } = await api.explanation(name);
    fill(text, ...paragraphs(page));
  } catch (error) {
    fill(text, el('p', {}, problem(error)));
  }
}

/** @returns {boolean} whether it was open */
export function closeExplanation() {
  if (panel.hidden) return false;
  panel.hidden = true;
  if (before instanceof HTMLElement || before instanceof SVGElement) before.focus();
  return true;
}

/**
 * Sets a page of `inqud-hook explain`: indented blocks are code, a short line without a full stop is a heading.
 * @param {string} page
 */
function paragraphs(page) {
  const blocks = page.trimEnd().split(/\n{2,}/);
  /** @type {HTMLElement[]} */
  const nodes = [];
  blocks.forEach((block, index) => {
    if (/^ {2,}/.test(block)) {
      const last = nodes.at(-1);
      const code = visible(block.replace(/^ {4}/gm, ''));
      if (last?.tagName === 'PRE') last.append(`\n\n${code}`);
      else nodes.push(el('pre', { tabindex: 0 }, code));
    } else if (!block.includes('\n') && block.length < 50 && !/[.:`]$/.test(block)) {
      nodes.push(index === 0 ? el('p', { class: 'quiet' }, visible(block)) : el('h3', {}, visible(block)));
    } else nodes.push(el('p', {}, ...inline(block.replace(/\n/g, ' '))));
  });
  return nodes;
}

/** @param {string} text with code between backticks */
function inline(text) {
  return text.split('`').map((part, index) => (index % 2 ? el('code', {}, visible(part)) : visible(part)));
}
