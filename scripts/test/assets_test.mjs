// What a first visit has to load, and that the scripts hold what their types promise.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const dist = join(root, 'assets/dist');
const { files } = JSON.parse(readFileSync(join(dist, 'manifest.json'), 'utf8'));
const weightOf = (path) => files.find((file) => file.path === path).weight;

test('the style sheet, the scripts and the font keep their weight', () => {
  const budgets = { 'app.css': 12 * 1024, 'app.js': 8 * 1024, 'htmx.js': 14 * 1024, 'inter.woff2': 48 * 1024 };
  const excess = Object.entries(budgets).filter(([path, budget]) => weightOf(path) > budget);
  assert.deepEqual(excess.map(([path]) => `${path} weighs ${weightOf(path)} bytes`), []);
});

test('every asset has a name that holds its hash, and compressed twins where they pay', () => {
  for (const { file, hash, compressed } of files) {
    assert.match(file, new RegExp(`^[a-z]+\\.${hash}\\.[a-z0-9]+$`));
    const body = readFileSync(join(dist, file));
    if (!compressed) continue;
    for (const twin of ['.br', '.gz']) assert.ok(readFileSync(join(dist, file + twin)).length < body.length);
  }
});

test('the style sheet names the font by its hash and nothing outside', () => {
  const css = readFileSync(join(dist, files.find(({ path }) => path === 'app.css').file), 'utf8');
  const addresses = [...css.matchAll(/url\(["']?(?!data:)([^)"']+)/g)].map(([, address]) => address);
  assert.deepEqual(addresses, [files.find(({ path }) => path === 'inter.woff2').file]);
});

test('the scripts type-check', () => {
  execFileSync(join(root, 'node_modules/.bin/tsc'), ['-p', join(root, 'assets/ts')], { stdio: 'pipe' });
});
