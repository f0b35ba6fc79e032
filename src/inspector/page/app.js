// The inspector's page: puts the parts together. Nothing is loaded but from the server that this came from.

import { copyAs, download, readsFiles } from './actions.js';
import { readAddress, writeAddress } from './address.js';
import * as api from './api.js';
import { compose } from './compose.js';
import { Detail } from './detail.js';
import { byId, button, el, fill } from './el.js';
import { drawEmpty, drawClosed } from './empty.js';
import { closeExplanation } from './explain.js';
import { Filters } from './filters.js';
import { listenForKeys, showKeys } from './keys.js';
import { drawColumns, List } from './list.js';
import { Live } from './live.js';
import { complain, say } from './notice.js';
import { useDayOf } from './row.js';
import { byOrder, filtered, Store } from './store.js';
import { counted, oneLine, useZone } from './text.js';
import { Timeline } from './timeline.js';
import { toolbar } from './toolbar.js';

/** @import { Row, State } from './types' */

const address = readAddress();
const { view } = address;
if (address.token !== null) api.keepToken(address.token);
writeAddress(view);

/** @type {State | null} */
let state = null;
/** @type {import('./live.js').Connection} */
let connection = 'loading';
/** Deliveries that came while the list stood still. */
let unseen = 0;
/** @type {Row[]} newest first */
let shown = [];

/** Whether the journal may have older ones. */
let moreOlder = true;

const store = new Store();
const list = new List(
  (row, focus) => open(row.seq, focus),
  () => {
    if (list.following) unseen = 0;
    drawTools();
  },
);
const detail = new Detail(store, {
  close,
  open: (seq) => open(seq, true),
  onlyOrder: (order) => {
    view.order = order;
    filters.write();
    changed();
  },
});
const filters = new Filters(view, changed);
const timeline = new Timeline((row) => open(row.seq, false));
const live = new Live(store, arrived, (now) => {
  if (connection === now) return;
  connection = now;
  if (now === 'closed') drawClosed();
  // The open delivery mentions others, so it is shown when they are known.
  if (now === 'live' && view.open !== null && !detail.delivery) open(view.open, false);
  drawTools();
  refresh();
});

/** Draws everything once before the next frame, whatever asked for it. */
let asked = false;
function refresh() {
  if (asked) return;
  asked = true;
  requestAnimationFrame(() => {
    asked = false;
    shown = filtered(store.rows, view, filters.found);
    useDayOf(shown[0]);
    list.show(view.group ? byOrder(shown) : shown, view.group);
    list.markOpen(view.open);
    filters.describe(store.rows, shown.length);
    drawOlder();
    byId('timeline').hidden = !view.timeline || shown.length === 0;
    timeline.show(shown);
    drawEmpty(shown.length === 0 && connection !== 'closed', {
      state,
      connection,
      known: store.rows.length,
      reset: () => filters.reset(),
    });
    drawTools();
  });
}

function changed() {
  writeAddress(view);
  refresh();
}

/** @param {number} added */
function arrived(added) {
  if (!list.following) unseen += added;
  if (added && view.text) void filters.search();
  const openRow = view.open === null ? null : store.get(view.open);
  if (openRow && detail.delivery && openRow.seq === detail.delivery.seq && openRow.rev > detail.delivery.rev)
    void detail.open(openRow.seq, false);
  refresh();
}

/** @param {number} seq @param {boolean} focus */
function open(seq, focus) {
  const step = view.open === null;
  view.open = seq;
  writeAddress(view, step);
  document.body.classList.add('opened');
  list.markOpen(seq);
  // In a narrow window the delivery covers the list, so the keyboard has to go there.
  void detail.open(seq, focus || byId('left').offsetWidth === 0);
}

function close() {
  if (view.open === null) return;
  view.open = null;
  writeAddress(view);
  document.body.classList.remove('opened');
  detail.close();
  list.markOpen(null);
  list.focus();
}

/** Follows the browser's Back and Forward, and addresses that are typed. */
function restored() {
  const { view: next, token } = readAddress();
  if (token !== null) {
    // A new run of inqud-hook on the same port: its link replaces what this tab knew.
    api.keepToken(token);
    writeAddress(next);
    location.reload();
    return;
  }
  const searched = next.text !== view.text;
  Object.assign(view, next);
  filters.write();
  if (searched) void filters.search();
  if (view.open === null) {
    document.body.classList.remove('opened');
    detail.close();
  } else if (detail.delivery?.seq !== view.open) {
    document.body.classList.add('opened');
    void detail.open(view.open, false);
  }
  refresh();
}

/** What becomes of the deliveries when the page forgets them. @param {State} state @param {boolean} one */
function afterClearing(state, one) {
  const files = readsFiles(state) ? state.sources : state.journal === null ? [] : [state.journal];
  const they = one ? 'it' : 'they';
  // `-` is standard input, which cannot be read again.
  if (files.length && !files.includes('-'))
    return `Only this page is emptied: ${they} ${one ? 'stays' : 'stay'} in ${files.map(oneLine).join(', ')}.`;
  return `${one ? 'It is' : 'They are'} not recorded anywhere, so ${they} cannot be brought back.`;
}

function clear() {
  const dialog = /** @type {HTMLDialogElement} */ (byId('confirm'));
  const forget = async () => {
    dialog.close();
    try {
      await api.clear();
      store.clear();
      moreOlder = true;
      close();
      say('Cleared');
      refresh();
    } catch (error) {
      complain(error);
    }
  };
  const number = store.rows.length;
  fill(
    dialog,
    el('h2', {}, `Clear ${counted(number, 'delivery', 'deliveries')}?`),
    el('p', {}, state ? afterClearing(state, number === 1) : ''),
    el(
      'div',
      { class: 'bar' },
      button('Clear', () => void forget(), { class: 'primary', id: 'clear-now' }),
      button('Cancel', () => dialog.close(), { autofocus: true }),
    ),
  );
  dialog.showModal();
}

async function showOlder() {
  const ask = byId('older').querySelector('button');
  ask?.setAttribute('disabled', '');
  try {
    const { deliveries, more } = await api.older(store.firstNumber);
    store.takeOlder(deliveries);
    moreOlder = more;
    if (!deliveries.length) say('No older deliveries are shown: none are recorded, or --inspect-keep has been reached');
    if (view.text) await filters.search();
    refresh();
  } catch (error) {
    complain(error);
  }
  ask?.removeAttribute('disabled');
}

/** Offers what the journal has beyond the list. */
function drawOlder() {
  const place = byId('older');
  const journal = connection === 'loading' || connection === 'closed' ? null : state?.journal;
  place.hidden = !journal || !moreOlder || store.firstNumber === 1;
  if (!journal || place.childElementCount) return;
  fill(
    place,
    el('span', {}, 'Older deliveries are in ', el('code', {}, oneLine(journal))),
    button('Show older', () => void showOlder()),
  );
}

const act = {
  pause: () => live.pause(!live.paused),
  follow: () => list.toggleFollow(),
  group: () => {
    view.group = !view.group;
    changed();
  },
  timeline: () => {
    view.timeline = !view.timeline;
    changed();
  },
  send: () => {
    if (state) compose(state, detail.delivery);
  },
  clear,
  download: (/** @type {'journal' | 'har'} */ form) =>
    void download(form, filters.active ? shown.map((row) => row.seq).reverse() : null),
  help: () => showKeys(keys),
};
const drawBar = toolbar(act);

function drawTools() {
  drawBar({ state, connection, paused: live.paused, following: list.following, view, filtered: filters.active > 0 });
  const fresh = byId('fresh');
  fresh.hidden = list.following || unseen === 0;
  fill(fresh, `\u2191 ${counted(unseen, 'new delivery', 'new deliveries')}`);
}
byId('fresh').addEventListener('click', () => list.toggleFollow());

/** @param {number} by */
function move(by) {
  list.move(by);
  list.focus();
}

/** @type {import('./keys.js').Key[]} */
const keys = [
  { keys: ['j', 'ArrowDown'], label: 'Next delivery', act: () => move(1) },
  { keys: ['k', 'ArrowUp'], label: 'Previous delivery', act: () => move(-1) },
  { keys: ['Enter'], label: 'Open it; fold or unfold an order', act: () => list.enter(true) },
  { keys: ['/'], label: 'Search', act: () => filters.focus() },
  {
    keys: ['r'],
    label: 'Send the open delivery again',
    act: () => byId('detail').querySelector('#resend')?.dispatchEvent(new MouseEvent('click')),
  },
  {
    keys: ['c'],
    label: 'Copy the open delivery as curl',
    act: () => void (detail.delivery && copyAs(detail.delivery.seq, 'curl')),
  },
  { keys: ['s'], label: 'Send a sample, a scenario or a body', act: act.send },
  {
    keys: ['o'],
    label: 'Show only the order of the open delivery',
    act: () => detail.delivery?.order && detail.to.onlyOrder(detail.delivery.order),
  },
  { keys: ['g'], label: 'Group by order', act: act.group },
  { keys: ['f'], label: 'Follow the newest', act: act.follow },
  { keys: ['p'], label: 'Pause', act: act.pause },
  { keys: ['t'], label: 'Timeline', act: act.timeline },
  { keys: ['x'], label: 'Clear', act: act.clear },
  {
    keys: ['1', '2', '3', '4'],
    label: 'Body, changes, headers, answer',
    act: (key) => detail.showTab(Number(key) - 1),
  },
  {
    keys: ['Escape'],
    label: 'Close what is open',
    act: () => {
      if (closeExplanation()) return;
      if (document.activeElement?.closest('#filters')) list.focus();
      else close();
    },
  },
  { keys: ['?'], label: 'These keys', act: act.help },
];
listenForKeys(keys);
async function start() {
  drawColumns();
  drawTools();
  try {
    state = await api.state();
    detail.state = state;
    useZone(state.zone);
  } catch (error) {
    if (error instanceof api.RequestError && error.status === 401) {
      connection = 'closed';
      drawClosed();
      return drawTools();
    }
    complain(error);
  }
  if (view.text) await filters.search();
  return live.start();
}

window.addEventListener('popstate', restored);
window.addEventListener('hashchange', restored);
void start();
