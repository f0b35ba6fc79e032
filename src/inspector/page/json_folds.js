// Which values of a JSON body are unfolded, and the lines that follow from that.

/** @typedef {import('./json_tokens.js').Node} Node */
/** @typedef {{ node: Node, part: 'open' | 'leaf' | 'folded' | 'close', depth: number }} Line */

/** Lines that are unfolded at first, and how deep they go. */
const FIRST_LINES = 300;
const DEEP = 12;
/** Lines that are unfolded at most when all are wanted. */
const ALL_LINES = 20_000;

export class Folds {
  /** @type {Set<Node>} */
  #open = new Set();

  /** @param {Node} root */
  constructor(root) {
    this.root = root;
    // Level by level, as far as there is room.
    let room = FIRST_LINES;
    let level = [root];
    for (let depth = 0; depth < DEEP && level.length; depth++) {
      const next = [];
      for (const node of level) {
        if (!node.children.length || (node.children.length > room && depth > 0)) continue;
        room -= node.children.length;
        this.#open.add(node);
        for (const child of node.children) if (child.children.length) next.push(child);
      }
      level = next;
    }
  }

  /** @param {Node} node */
  isOpen(node) {
    return this.#open.has(node);
  }

  /** @param {Node} node @param {boolean} open */
  fold(node, open) {
    if (open) this.#open.add(node);
    else this.#open.delete(node);
  }

  /** Unfolds what a value is in. @param {Node} node */
  reveal(node) {
    for (let at = node.parent; at; at = at.parent) this.#open.add(at);
  }

  /** Unfolds as much as can be drawn, or folds all but the root. @param {boolean} open */
  foldAll(open) {
    this.#open.clear();
    const stack = [this.root];
    let room = ALL_LINES;
    while (stack.length && room > 0) {
      const node = /** @type {Node} */ (stack.pop());
      if (!node.children.length) continue;
      this.#open.add(node);
      room -= node.children.length;
      if (open) for (const child of node.children) stack.push(child);
    }
  }

  /** @param {number} most @returns {Line[]} */
  lines(most) {
    /** @type {Line[]} */
    const lines = [];
    /** @type {{ node: Node, next: number }[]} */
    const stack = [];
    /** @param {Node} node */
    const begin = (node) => {
      const depth = stack.length;
      if (!node.children.length) lines.push({ node, part: 'leaf', depth });
      else if (!this.#open.has(node)) lines.push({ node, part: 'folded', depth });
      else {
        lines.push({ node, part: 'open', depth });
        stack.push({ node, next: 0 });
      }
    };
    begin(this.root);
    while (stack.length && lines.length <= most) {
      const top = stack[stack.length - 1];
      if (top.next < top.node.children.length) begin(top.node.children[top.next++]);
      else {
        stack.pop();
        lines.push({ node: top.node, part: 'close', depth: stack.length });
      }
    }
    return lines;
  }
}
