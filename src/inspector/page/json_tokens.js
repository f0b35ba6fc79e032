// Reads JSON text into a tree of places. Nothing is converted: a number keeps its spelling, a repeated name stays.

/**
 * @typedef {object} Node
 * @property {'object' | 'array' | 'string' | 'number' | 'word'} kind
 * @property {number} start
 * @property {number} end
 * @property {[number, number] | null} key where its name stands, with the quotation marks
 * @property {Node | null} parent
 * @property {Node[]} children
 * @property {number} index among its siblings
 */

const SPACE = /[ \t\r\n]*/y;
const STRING = /"(?:[^"\\]|\\[^])*"/y;
const NUMBER = /-?\d[\d.eE+-]*/y;
const WORD = /true|false|null/y;

/**
 * The tree, or null if the text is not JSON. It does not call itself, so depth costs no stack.
 * @param {string} text
 * @returns {Node | null}
 */
export function readJson(text) {
  let at = 0;
  /** @param {RegExp} pattern */
  const match = (pattern) => {
    pattern.lastIndex = at;
    const found = pattern.test(text);
    if (found) at = pattern.lastIndex;
    return found;
  };
  const space = () => match(SPACE);
  /** @type {Node | null} */
  let parent = null;
  /** @type {Node | null} */
  let root = null;
  for (;;) {
    space();
    /** @type {[number, number] | null} */
    let key = null;
    if (parent?.kind === 'object') {
      const start = at;
      if (!match(STRING)) return null;
      key = [start, at];
      space();
      if (text[at++] !== ':') return null;
      space();
    }
    const start = at;
    const first = text[at];
    /** @type {Node['kind']} */
    let kind = 'word';
    if (first === '{' || first === '[') {
      kind = first === '{' ? 'object' : 'array';
      at += 1;
    } else if (match(STRING)) kind = 'string';
    else if (match(NUMBER)) kind = 'number';
    else if (!match(WORD)) return null;
    /** @type {Node} */
    const node = { kind, start, end: at, key, parent, children: [], index: parent?.children.length ?? 0 };
    parent?.children.push(node);
    root ??= node;
    space();
    if (kind === 'object' || kind === 'array') {
      if (text[at] !== (kind === 'object' ? '}' : ']')) {
        parent = node;
        continue;
      }
      node.end = ++at;
      space();
    }
    while (parent && text[at] === (parent.kind === 'object' ? '}' : ']')) {
      parent.end = ++at;
      parent = parent.parent;
      space();
    }
    if (!parent) return at === text.length ? root : null;
    if (text[at++] !== ',') return null;
  }
}

/** @param {string} text @param {[number, number]} key */
function nameOf(text, key) {
  const spelled = text.slice(key[0], key[1]);
  try {
    return String(JSON.parse(spelled));
  } catch {
    return spelled.slice(1, -1);
  }
}

/** @param {string} text @param {Node} node */
export function pointerTo(text, node) {
  const parts = [];
  for (let at = node; at.parent; at = at.parent) {
    parts.push(at.key ? nameOf(text, at.key).replaceAll('~', '~0').replaceAll('/', '~1') : String(at.index));
  }
  return parts
    .reverse()
    .map((part) => `/${part}`)
    .join('');
}

/**
 * A value for the clipboard: a string without its quotation marks, everything else as it is spelled.
 * @param {string} text
 * @param {Node} node
 */
export function valueOf(text, node) {
  const spelled = text.slice(node.start, node.end);
  if (node.kind !== 'string') return spelled;
  try {
    return String(JSON.parse(spelled));
  } catch {
    return spelled;
  }
}
