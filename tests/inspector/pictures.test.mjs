// The pictures in README.md show what the page shows today: not their pixels are compared, but their text.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { temporary } from './harness.mjs';

const docs = fileURLToPath(new URL('../../docs/', import.meta.url));

test('the pictures in README.md show what the page shows', () => {
  const folder = temporary();
  const env = { ...process.env, TZ: 'UTC' };
  execFileSync(process.execPath, [join(docs, 'inspector.mjs'), folder.path], { env, timeout: 120_000 });
  for (const name of ['detail', 'dark']) {
    const file = `inspector-${name}`;
    const [now, then] = [folder.path, join(docs, 'images')].map((place) => readFileSync(join(place, `${file}.txt`), 'utf8'));
    assert.equal(now, then, `make it again: node docs/inspector.mjs`);
    assert.ok(statSync(join(docs, 'images', `${file}.png`)).size < 150_000, `${file}.png is too large`);
    assert.ok(readFileSync(join(docs, '../README.md'), 'utf8').includes(`docs/images/${file}.png`));
  }
  folder.remove();
});
