// The filter and the open delivery in the address, so that a view can be reloaded, kept and shared.

/**
 * @typedef {object} View
 * @property {string} text in bodies, paths and headers
 * @property {string} event a name, or a pattern with `*`
 * @property {string} verdict
 * @property {string} provider
 * @property {string} order
 * @property {boolean} group by order
 * @property {boolean} timeline
 * @property {number | null} open the `seq` of the open delivery
 */

const NAMES = /** @type {const} */ (['text', 'event', 'verdict', 'provider', 'order']);

/**
 * Reads the address. A token in it is taken out.
 * @returns {{ view: View, token: string | null }}
 */
export function readAddress() {
  const values = new URLSearchParams(location.hash.slice(1));
  const open = Number(values.get('open') ?? Number.NaN);
  /** @type {View} */
  const view = {
    text: '',
    event: '',
    verdict: '',
    provider: '',
    order: '',
    group: values.get('group') === 'order',
    timeline: values.get('timeline') !== 'off',
    open: Number.isSafeInteger(open) ? open : null,
  };
  for (const name of NAMES) view[name] = values.get(name) ?? '';
  return { view, token: values.get('t') };
}

/** @param {View} view @param {boolean} [step] whether the browser's Back leads to what was there before */
export function writeAddress(view, step = false) {
  const values = new URLSearchParams();
  for (const name of NAMES) if (view[name]) values.set(name, view[name]);
  if (view.group) values.set('group', 'order');
  if (!view.timeline) values.set('timeline', 'off');
  if (view.open !== null) values.set('open', String(view.open));
  const text = values.toString();
  const address = text ? `#${text}` : location.pathname;
  if (step) history.pushState(null, '', address);
  else history.replaceState(null, '', address);
}
