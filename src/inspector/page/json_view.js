// A JSON body, folded and searched; findings stand under the lines that they are about.

import { el, fill } from './el.js';
import { findingFrame } from './finding.js';
import { Folds } from './json_folds.js';
import { pointerTo, valueOf } from './json_tokens.js';
import { counted, grouped, indicesAt, lastOf, oneLine } from './text.js';

/** @import { Finding } from './types' */
/** @typedef {import('./json_tokens.js').Node} Node */
/** @typedef {import('./json_folds.js').Line} Line */

/** Lines that are drawn before one asks for more. */
const MORE_LINES = 1000;
const MOST_LINES = 1_000_000;
/** The deepest indentation. */
const MOST_INDENT = 40;
const LONGEST = 2000;
const MOST_HITS = 1000;

export class JsonView {
  element = el('div', { class: 'json code', role: 'tree', tabindex: 0, 'aria-label': 'Body' });
  /** @type {Map<Node, { finding: Finding, start: number, end: number }[]>} */
  #found = new Map();
  /** @type {Line[]} */
  #lines = [];
  /** Only lines from here to there are drawn. */
  #from = 0;
  #to = MORE_LINES;
  #folds;
  /** @type {Node} */
  #active;
  /** @type {Node[]} */
  #hits = [];
  #hit = -1;
  #sought = '';
  /** Whether lines have the numbers that they have in the text. */
  #numbered;

  /** @param {string} text @param {Node} root @param {Finding[]} findings @param {(pointer: string) => void} onSelect */
  constructor(text, root, findings, onSelect) {
    this.text = text;
    this.root = root;
    this.onSelect = onSelect;
    this.#active = root;
    this.#numbered = text.trimEnd().includes('\n');
    this.#folds = new Folds(root);
    this.#place(findings);
    this.#bring(this.#active);
    this.element.addEventListener('keydown', (event) => this.#pressed(event));
    this.element.addEventListener('click', (event) => this.#clicked(event));
    this.#draw();
  }

  /** @param {Finding[]} findings */
  #place(findings) {
    const indices = indicesAt(
      this.text,
      findings.flatMap((one) => [one.offset, one.offset + one.length]),
    );
    for (const finding of findings) {
      const start = indices.get(finding.offset) ?? 0;
      const end = indices.get(finding.offset + finding.length) ?? start;
      const node = this.#nodeAt(start);
      this.#found.set(node, [...(this.#found.get(node) ?? []), { finding, start, end }]);
      this.#folds.reveal(node);
      if (this.#active === this.root) this.#active = node;
    }
  }

  /** @param {number} index @returns {Node} the innermost value there, its name included */
  #nodeAt(index) {
    let node = this.root;
    for (;;) {
      const inner = node.children.find((child) => (child.key?.[0] ?? child.start) <= index && index < child.end);
      if (!inner) return node;
      node = inner;
    }
  }

  /** Draws lines around a value, if its own is not drawn. @param {Node} node */
  #bring(node) {
    const index = this.#folds.lines(MOST_LINES).findIndex((line) => line.node === node);
    if (index >= this.#from && index < this.#to) return;
    this.#from = Math.max(0, index - MORE_LINES / 10);
    this.#to = this.#from + MORE_LINES;
  }

  #draw() {
    const lines = this.#folds.lines(this.#to);
    const starts = this.#numbered ? lineStarts(this.text) : [];
    this.#lines = lines.slice(this.#from, this.#to);
    /** @param {string} words @param {string} way */
    const more = (words, way) =>
      el('div', { class: 'show-more', role: 'treeitem', 'data-more': way, 'aria-level': 1 }, words);
    fill(
      this.element,
      this.#from > 0 && more(`Show the ${grouped(this.#from)} lines before`, 'before'),
      ...this.#lines.map((line, index) =>
        this.#line(
          line,
          this.#numbered ? lastOf(starts.length, (at) => starts[at] <= placeOf(line)) + 1 : this.#from + index + 1,
        ),
      ),
      lines.length > this.#to && more('Show more lines', 'after'),
    );
    this.#point();
  }

  /** @param {string | null} way */
  #more(way) {
    if (way === 'before') this.#from = Math.max(0, this.#from - MORE_LINES);
    else this.#to += MORE_LINES;
    this.#draw();
  }

  /** @param {Line} line @param {number} number */
  #line({ node, part, depth }, number) {
    const indent = Math.min(depth, MOST_INDENT);
    const last = !node.parent || node.index === node.parent.children.length - 1;
    const comma = last ? '' : ',';
    const closing = node.kind === 'object' ? '}' : ']';
    const gutter = el('span', { class: 'gutter', 'aria-hidden': 'true' }, number);
    if (part === 'close') {
      const element = el(
        'div',
        { class: 'line', role: 'none' },
        gutter,
        el('span', { class: 'source' }, closing + comma),
      );
      element.style.setProperty('--indent', String(indent));
      return element;
    }
    const key = node.key && this.text.slice(...node.key);
    const element = el(
      'div',
      {
        class: 'line',
        role: 'treeitem',
        'aria-level': indent + 1,
        'aria-expanded': part === 'leaf' ? null : String(part === 'open'),
        'aria-selected': 'false',
      },
      gutter,
      part !== 'leaf' && el('span', { class: 'fold', 'aria-hidden': 'true', 'data-fold': true }, '\u25b8'),
      el(
        'span',
        { class: 'source' },
        key && el('span', { class: 'key' }, ...this.#lit(oneLine(key))),
        key && ': ',
        ...this.#value(node, part),
        part !== 'open' && comma,
      ),
      ...this.#frames(node, key),
    );
    element.style.setProperty('--indent', String(indent));
    lineNodes.set(element, node);
    return element;
  }

  /** @param {Node} node @param {Line['part']} part */
  #value(node, part) {
    const container = node.kind === 'object' || node.kind === 'array';
    const [opening, closing] = node.kind === 'object' ? ['{', '}'] : ['[', ']'];
    if (part === 'open') return [opening];
    if (part === 'folded') {
      const count = counted(node.children.length, node.kind === 'object' ? 'field' : 'item');
      return [opening, el('span', { class: 'folded' }, ` ${count} `), closing];
    }
    if (container) return [opening + closing];
    const spelled = this.text.slice(node.start, Math.min(node.end, node.start + LONGEST));
    const cut = node.end - node.start > LONGEST;
    return [
      el(
        'span',
        { class: node.kind },
        ...this.#lit(oneLine(spelled)),
        cut && el('span', { class: 'quiet' }, `\u2026 ${grouped(node.end - node.start)} characters`),
      ),
    ];
  }

  /** @param {Node} node @param {string | null} key */
  #frames(node, key) {
    return (this.#found.get(node) ?? []).map(({ finding, start, end }) => {
      const onKey = node.key !== null && start < node.key[1];
      const before = onKey || key === null ? '' : `${oneLine(key)}: `;
      const whole = node.kind === 'object' || node.kind === 'array' ? start + 1 : end;
      return findingFrame(finding, {
        before,
        marked: oneLine(this.text.slice(start, Math.min(end, whole, start + 100))),
      });
    });
  }

  /** @param {string} text @returns {import('./el.js').Child[]} with what is sought marked */
  #lit(text) {
    if (!this.#sought) return [text];
    const parts = [];
    const lower = text.toLowerCase();
    let from = 0;
    for (let at = lower.indexOf(this.#sought); at >= 0; at = lower.indexOf(this.#sought, from)) {
      parts.push(text.slice(from, at), el('mark', {}, text.slice(at, at + this.#sought.length)));
      from = at + this.#sought.length;
    }
    return [...parts, text.slice(from)];
  }

  /** @param {string} sought @returns {string} how many there are */
  search(sought) {
    this.#sought = sought.toLowerCase();
    this.#hits = [];
    this.#hit = -1;
    if (this.#sought) {
      const stack = [this.root];
      while (stack.length && this.#hits.length < MOST_HITS) {
        const node = /** @type {Node} */ (stack.pop());
        const own =
          (node.key ? this.text.slice(...node.key) : '') +
          (node.children.length ? '' : `\n${this.text.slice(node.start, node.end)}`);
        if (oneLine(own).toLowerCase().includes(this.#sought)) this.#hits.push(node);
        for (let index = node.children.length - 1; index >= 0; index--) stack.push(node.children[index]);
      }
    }
    if (this.#hits.length) return this.next(1);
    this.#draw();
    return this.#sought ? 'nothing found' : '';
  }

  /** @param {number} by @returns {string} which of how many */
  next(by) {
    if (!this.#hits.length) return this.#sought ? 'nothing found' : '';
    this.#hit = (this.#hit + by + this.#hits.length) % this.#hits.length;
    const node = this.#hits[this.#hit];
    this.#folds.reveal(node);
    this.#active = node;
    this.#bring(node);
    this.#draw();
    this.#scroll();
    return `${this.#hit + 1} of ${this.#hits.length}${this.#hits.length === MOST_HITS ? '+' : ''}`;
  }

  get selected() {
    return { pointer: pointerTo(this.text, this.#active), value: valueOf(this.text, this.#active) };
  }

  /** @param {boolean} open */
  foldAll(open) {
    this.#folds.foldAll(open);
    this.#active = this.root;
    this.#bring(this.root);
    this.#draw();
  }

  #point() {
    let id = 0;
    let active = '';
    for (const element of this.element.children) {
      const node = lineNodes.get(element);
      if (!node) continue;
      element.id = `json-${id++}`;
      const isActive = node === this.#active;
      element.classList.toggle('active', isActive);
      element.setAttribute('aria-selected', String(isActive));
      if (isActive) active = element.id;
    }
    if (active) this.element.setAttribute('aria-activedescendant', active);
    else this.element.removeAttribute('aria-activedescendant');
    this.onSelect(pointerTo(this.text, this.#active));
  }

  #scroll() {
    this.element.querySelector('.line.active')?.scrollIntoView({ block: 'nearest' });
  }

  /** @param {Node} node @param {boolean} [open] */
  #fold(node, open = !this.#folds.isOpen(node)) {
    if (!node.children.length) return;
    this.#folds.fold(node, open);
    this.#draw();
  }

  /** @param {MouseEvent} event */
  #clicked(event) {
    if (!(event.target instanceof Element) || event.target.closest('button')) return;
    const element = event.target.closest('.line, .show-more');
    if (element?.hasAttribute('data-more')) {
      this.#more(element.getAttribute('data-more'));
      return;
    }
    const node = element && lineNodes.get(element);
    if (!node) return;
    this.#active = node;
    if (event.target.closest('[data-fold], .folded')) this.#fold(node);
    else this.#point();
  }

  /** @param {KeyboardEvent} event */
  #pressed(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target !== this.element) return;
    const nodes = this.#lines.filter((line) => line.part !== 'close').map((line) => line.node);
    const now = nodes.indexOf(this.#active);
    /** @param {number} index */
    const go = (index) => {
      // At an edge of what is drawn, more is drawn first.
      if (index < 0 && this.#from > 0) return this.#more('before');
      if (index === nodes.length && this.#lines.length === this.#to - this.#from) return this.#more('after');
      this.#active = nodes[Math.max(0, Math.min(nodes.length - 1, index))] ?? this.root;
      this.#point();
      this.#scroll();
    };
    /** @type {Record<string, () => void>} */
    const keys = {
      ArrowDown: () => go(now + 1),
      ArrowUp: () => go(now - 1),
      Home: () => go(0),
      End: () => go(nodes.length - 1),
      ArrowRight: () =>
        this.#folds.isOpen(this.#active) || !this.#active.children.length
          ? go(now + 1)
          : this.#fold(this.#active, true),
      ArrowLeft: () => {
        if (this.#folds.isOpen(this.#active)) this.#fold(this.#active, false);
        else if (this.#active.parent) go(nodes.indexOf(this.#active.parent));
      },
      Enter: () => {
        const rule = this.element.querySelector('.line.active .rule');
        if (rule instanceof HTMLElement) rule.click();
        else this.#fold(this.#active);
      },
    };
    if (!keys[event.key]) return;
    event.preventDefault();
    event.stopPropagation();
    keys[event.key]();
  }
}

/** @param {Line} line @returns {number} where it stands in the text */
const placeOf = ({ node, part }) => (part === 'close' ? node.end - 1 : (node.key?.[0] ?? node.start));

/** @type {WeakMap<Element, Node>} */
const lineNodes = new WeakMap();

/** @param {string} text @returns {number[]} where its lines begin */
export function lineStarts(text) {
  const starts = [0];
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  return starts;
}
