// How times, sizes and text from outside are written.

/** Control characters, and characters that change the direction of writing or cannot be seen. */
const STEERING =
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb]/gu;

/**
 * Text from outside, with everything visible that would hide or move other text.
 * @param {string} text
 */
export function visible(text) {
  return text.replace(STEERING, (char) => {
    const code = char.codePointAt(0) ?? 0;
    if (code < 0x20) return String.fromCodePoint(0x2400 + code);
    if (code === 0x7f) return '\u2421';
    return `<U+${code.toString(16).toUpperCase().padStart(4, '0')}>`;
  });
}

/** @param {string} text */
export function oneLine(text) {
  return visible(text).replace(/[\n\t]/g, (char) => (char === '\n' ? '\u240a' : '\u2409'));
}

/** Minutes that the zone of the tool is ahead of UTC. */
let zoneMinutes = -new Date().getTimezoneOffset();

/** @param {string} zone such as `UTC+01:00` */
export function useZone(zone) {
  const parts = /^UTC(?:([+-])(\d\d):(\d\d))?$/.exec(zone);
  if (parts) zoneMinutes = (parts[1] === '-' ? -1 : 1) * (Number(parts[2] ?? 0) * 60 + Number(parts[3] ?? 0));
}

/** @param {string} time */
function local(time) {
  const at = Date.parse(time);
  return Number.isNaN(at) ? null : new Date(at + zoneMinutes * 60_000).toISOString();
}

/** @param {string} time */
export function clock(time) {
  return local(time)?.slice(11, 19) ?? oneLine(time);
}

/** @param {string} time */
export function milliseconds(time) {
  return local(time)?.slice(19, 23) ?? '';
}

/** @param {string} time */
export function day(time) {
  return local(time)?.slice(0, 10) ?? '';
}

/** @param {number | null | undefined} value in milliseconds */
export function duration(value) {
  if (value == null) return '';
  if (value < 10) return `${value.toFixed(1)} ms`;
  if (value < 1000) return `${Math.round(value)} ms`;
  return value < 100_000 ? `${(value / 1000).toFixed(2)} s` : `${Math.round(value / 1000)} s`;
}

/** @param {number} value */
export function grouped(value) {
  return String(value).replace(/\B(?=(\d{3})+$)/g, ',');
}

/** @param {number} bytes */
export function size(bytes) {
  if (bytes < 10_000) return `${grouped(bytes)} ${bytes === 1 ? 'byte' : 'bytes'}`;
  return bytes < 1_000_000 ? `${Math.round(bytes / 1024)} KiB` : `${(bytes / 1_048_576).toFixed(1)} MiB`;
}

/** @param {number} number @param {string} one @param {string} [many] */
export function counted(number, one, many = `${one}s`) {
  return `${grouped(number)} ${number === 1 ? one : many}`;
}

/**
 * The last index below `length` that passes, where all before it pass too; 0 if none does.
 * @param {number} length
 * @param {(index: number) => boolean} passes
 */
export function lastOf(length, passes) {
  let low = 0;
  let high = length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (passes(middle)) low = middle;
    else high = middle - 1;
  }
  return low;
}

/**
 * The indices in `text` of places given in bytes of its UTF-8.
 * @param {string} text
 * @param {number[]} offsets
 * @returns {Map<number, number>}
 */
export function indicesAt(text, offsets) {
  const wanted = [...new Set(offsets)].sort((a, b) => a - b);
  /** @type {Map<number, number>} */
  const found = new Map();
  let bytes = 0;
  let next = 0;
  for (let index = 0; index <= text.length && next < wanted.length;) {
    while (next < wanted.length && bytes >= wanted[next]) found.set(wanted[next++], index);
    const code = text.codePointAt(index) ?? 0;
    bytes += code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
    index += code < 0x10000 ? 1 : 2;
  }
  for (; next < wanted.length; next++) found.set(wanted[next], text.length);
  return found;
}
