// Makes elements. Text only ever becomes text nodes: nothing on this page is parsed as markup.

/** @typedef {Node | string | number | null | undefined | false} Child */
/** @typedef {Record<string, string | number | boolean | null | undefined | ((event: any) => void)>} Attributes */

/**
 * Sets attributes; a function is a listener for the event that the name gives after `on`.
 * @param {Element} element
 * @param {Attributes} attributes
 */
function dress(element, attributes) {
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === 'function') element.addEventListener(name.slice(2), value);
    else if (value === true) element.setAttribute(name, '');
    else if (value !== false && value != null) element.setAttribute(name, String(value));
  }
}

/** @param {Child[]} children @returns {(Node | string)[]} */
function kept(children) {
  /** @type {(Node | string)[]} */
  const nodes = [];
  for (const child of children) {
    if (child === null || child === undefined || child === false) continue;
    nodes.push(child instanceof Node ? child : String(child));
  }
  return nodes;
}

/**
 * @template {keyof HTMLElementTagNameMap} K
 * @param {K} name
 * @param {Attributes} [attributes]
 * @param {...Child} children
 * @returns {HTMLElementTagNameMap[K]}
 */
export function el(name, attributes = {}, ...children) {
  const element = document.createElement(name);
  dress(element, attributes);
  element.append(...kept(children));
  return element;
}

/**
 * @template {keyof SVGElementTagNameMap} K
 * @param {K} name
 * @param {Attributes} [attributes]
 * @param {...Child} children
 * @returns {SVGElementTagNameMap[K]}
 */
export function svg(name, attributes = {}, ...children) {
  const element = document.createElementNS('http://www.w3.org/2000/svg', name);
  dress(element, attributes);
  element.append(...kept(children));
  return element;
}

/** @param {Element} element @param {...Child} children */
export function fill(element, ...children) {
  element.replaceChildren(...kept(children));
}

/** @param {string} id @returns {HTMLElement} */
export function byId(id) {
  const element = document.getElementById(id);
  if (!element) throw new Error(`index.html has no #${id}`);
  return element;
}

/** @param {Child} label @param {(event: MouseEvent) => void} action @param {Attributes} [attributes] */
export function button(label, action, attributes = {}) {
  return el('button', { type: 'button', onclick: action, ...attributes }, label);
}

/**
 * Buttons of which one is pressed.
 * @template {string} T
 * @param {string} name
 * @param {Map<T, string>} choices with their labels
 * @param {T} chosen
 * @param {(one: T) => void} onChoose
 */
export function segments(name, choices, chosen, onChoose) {
  const buttons = [...choices].map(([one, label]) =>
    button(
      label,
      () => {
        press(one);
        onChoose(one);
      },
      { 'data-name': one },
    ),
  );
  /** @param {T} one */
  const press = (one) => buttons.forEach((own) => own.setAttribute('aria-pressed', String(own.dataset.name === one)));
  press(chosen);
  return el('div', { class: 'segments', role: 'group', 'aria-label': name }, ...buttons);
}
