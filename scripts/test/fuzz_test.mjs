// Every parser that has a fuzz target is built, begins with inputs of ours, and is run by `./dev fuzz`.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { seeds, writeSeeds } from '../../fuzz/seeds.mjs';

const root = join(import.meta.dirname, '../..');
const targets = readdirSync(join(root, 'fuzz')).filter((name) => name.endsWith('.cpp')).map((name) => name.slice(0, -'.cpp'.length));

test('each target has seeds', () => {
  assert.deepEqual(Object.keys(seeds).toSorted(), targets.toSorted());
});

test('seeds are written byte by byte', (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'seeds-'));
  t.after(() => rmSync(folder, { recursive: true }));
  writeSeeds('http_head', folder);
  const [first] = [readFileSync(join(folder, 'seed-0'))];
  assert.deepEqual([first[0], first[1], first.subarray(2, 20).toString()], [0, 20, 'GET /t/acme?q=1 HT']);
  assert.equal(readdirSync(folder).length, seeds.http_head.length);
});

// Runs fuzz_one on a program that is a script.
function fuzz(t, script) {
  const folder = mkdtempSync(join(tmpdir(), 'fuzz-'));
  t.after(() => rmSync(folder, { recursive: true }));
  mkdirSync(join(folder, 'build/fuzz/fuzz'), { recursive: true });
  const program = join(folder, 'build/fuzz/fuzz/fuzz_resp');
  writeFileSync(program, `#!/bin/bash\n${script}\n`);
  chmodSync(program, 0o755);
  const commands = `set -euo pipefail; cd ${folder}; ln -s ${root}/fuzz fuzz; source ${root}/scripts/install.sh; source ${root}/scripts/fuzz.sh
    node() { ${process.execPath} "$@"; }; fuzz_one resp 2`;
  const { status, stdout, stderr } = spawnSync('bash', ['-c', commands], { encoding: 'utf8' });
  return { status, stdout, stderr };
}

test('a run that finds nothing says how much it tried', (t) => {
  assert.deepEqual(fuzz(t, 'ls ${*: -1} | grep -q seed-0 && echo "Done 1234 runs in 2 second(s)" >&2'),
    { status: 0, stdout: 'resp: 1234 inputs in 2 s\n', stderr: '' });
});

test('a find fails, is shown and can be seen again', (t) => {
  const { status, stderr } = fuzz(t, 'echo "#12 NEW" >&2; echo "ERROR: heap-buffer-overflow" >&2; touch build/fuzz/crash-resp-abc; exit 77');
  assert.equal(status, 1);
  assert.equal(stderr, 'ERROR: heap-buffer-overflow\nfuzz/resp.cpp found something. To see it again: build/fuzz/fuzz/fuzz_resp build/fuzz/crash-resp-abc\n');
});
