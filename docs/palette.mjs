// Makes a picture of a page small: a PNG of Chromium's, in true colour, becomes one with the 256 most frequent colours.

import { crc32, deflateSync, inflateSync } from 'node:zlib';

/** The parts of a PNG by their names, those of one name put together. */
function parts(png) {
  const found = {};
  for (let at = 8; at < png.length; ) {
    const length = png.readUInt32BE(at);
    const name = png.toString('latin1', at + 4, at + 8);
    found[name] = Buffer.concat([found[name] ?? Buffer.alloc(0), png.subarray(at + 8, at + 8 + length)]);
    at += length + 12;
  }
  return found;
}

/** Undoes the filters of the lines. */
function unfiltered(bytes, stride, size) {
  const height = bytes.length / (stride + 1);
  const out = Buffer.alloc(height * stride);
  for (let y = 0; y < height; y++) {
    const filter = bytes[y * (stride + 1)];
    for (let x = 0; x < stride; x++) {
      const at = y * stride + x;
      const left = x >= size ? out[at - size] : 0;
      const up = y ? out[at - stride] : 0;
      const corner = x >= size && y ? out[at - stride - size] : 0;
      const guess = left + up - corner;
      const [a, b, c] = [left, up, corner].map((one) => Math.abs(guess - one));
      const paeth = a <= b && a <= c ? left : b <= c ? up : corner;
      out[at] = bytes[at + y + 1] + [0, left, up, (left + up) >> 1, paeth][filter];
    }
  }
  return out;
}

function part(name, data) {
  const named = Buffer.concat([Buffer.from(name, 'latin1'), data]);
  const [length, check] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(data.length);
  check.writeUInt32BE(crc32(named));
  return Buffer.concat([length, named, check]);
}

/** The same picture with at most 256 colours. */
export function withPalette(png) {
  const { IHDR, IDAT } = parts(png);
  const [width, height, size] = [IHDR.readUInt32BE(0), IHDR.readUInt32BE(4), IHDR[9] === 6 ? 4 : 3];
  const pixels = unfiltered(inflateSync(IDAT), width * size, size);
  const colour = (pixel) => pixels.readUIntBE(pixel * size, 3);
  const counts = new Map();
  for (let pixel = 0; pixel < width * height; pixel++) counts.set(colour(pixel), (counts.get(colour(pixel)) ?? 0) + 1);
  const palette = [...counts].sort((a, b) => b[1] - a[1]).slice(0, 256).map(([one]) => one);
  const distance = (a, b) => [16, 8, 0].reduce((sum, shift) => sum + (((a >> shift) & 255) - ((b >> shift) & 255)) ** 2, 0);
  const index = new Map();
  for (const one of counts.keys()) {
    const nearest = palette.reduce((best, other) => (distance(one, other) < distance(one, best) ? other : best));
    index.set(one, palette.indexOf(nearest));
  }
  const lines = Buffer.alloc(height * (width + 1));
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) lines[y * (width + 1) + x + 1] = index.get(colour(y * width + x));
  const head = Buffer.from(IHDR);
  [head[8], head[9]] = [8, 3];
  return Buffer.concat([
    png.subarray(0, 8),
    part('IHDR', head),
    part('PLTE', Buffer.from(palette.flatMap((one) => [one >> 16, (one >> 8) & 255, one & 255]))),
    part('IDAT', deflateSync(lines, { level: 9 })),
    part('IEND', Buffer.alloc(0)),
  ]);
}
