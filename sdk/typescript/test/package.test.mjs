// What is published: its types stand alone, nothing is needed at run time, and the version is one.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { version } from '../dist/version.js';

const home = fileURLToPath(new URL('..', import.meta.url));
const manifest = JSON.parse(readFileSync(join(home, 'package.json'), 'utf8'));
const compiler = fileURLToPath(new URL('../../../node_modules/typescript/bin/tsc', import.meta.url));

test('a product compiles against the package alone, strictly and without the types of Node', (t) => {
  const product = mkdtempSync(join(tmpdir(), 'freehold-consumer-'));
  t.after(() => rmSync(product, { recursive: true }));
  const installed = join(product, 'node_modules/@freehold/sdk');
  mkdirSync(installed, { recursive: true });
  for (const name of ['package.json', 'dist']) cpSync(join(home, name), join(installed, name), { recursive: true });
  cpSync(join(home, 'test/consumer/product.ts'), join(product, 'product.ts'));
  writeFileSync(join(product, 'package.json'), '{"type": "module"}');
  writeFileSync(join(product, 'tsconfig.json'), JSON.stringify({
    compilerOptions: {
      target: 'ES2022', module: 'NodeNext', lib: ['ES2022', 'DOM'], types: [], strict: true, noEmit: true, exactOptionalPropertyTypes: true,
    },
    include: ['product.ts'],
  }));
  try {
    execFileSync(process.execPath, [compiler, '-p', product], { encoding: 'utf8' });
  } catch ({ stdout }) {
    assert.fail(stdout);
  }
});

test('nothing is needed at run time but Node', () => {
  assert.equal(manifest.dependencies, undefined);
  const imports = readdirSync(join(home, 'dist')).filter((name) => name.endsWith('.js'))
    .flatMap((name) => [...readFileSync(join(home, 'dist', name), 'utf8').matchAll(/from '([^']+)'/g)].map(([, from]) => from));
  assert.deepEqual([...new Set(imports)].filter((from) => !/^\.\/|^node:/.test(from)), []);
});

test('the version is said once', () => {
  assert.equal(version, manifest.version);
});
