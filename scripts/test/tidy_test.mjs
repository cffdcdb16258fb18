// What clang-tidy is asked to read, and what is remembered of it, with a clang-tidy that only takes notes.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { test } from 'node:test';

const program = join(import.meta.dirname, '../lint/tidy.mjs');

const sources = {
  '.clang-tidy': 'Checks: bugprone-*\n',
  'build/dev/pch.sum': 'one\n',
  'src/db/db.hpp': '#include "core/id.hpp"\n',
  'src/core/id.hpp': 'struct Id {};\n',
  'src/db/pool.cpp': '#include "db/db.hpp"\n',
  'src/db/detail.cpp': '#include "detail.hpp"\n',
  'src/db/detail.hpp': '\n',
};
const files = ['src/db/pool.cpp', 'src/db/detail.cpp'];

// A checkout, and a cache that outlives it when it is handed to another.
function checkout(t, { cache = temporary(t) } = {}) {
  const folder = temporary(t);
  const write = (path, text) => {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  };
  for (const [path, text] of Object.entries(sources)) write(path, text);
  const flags = (more) => write('build/dev/compile_commands.json', JSON.stringify(files.map((path) => (
    { file: join(folder, path), command: `clang++ -I${folder}/src ${more} -c ${folder}/${path}` }))));
  flags('-O0');
  write('fakes/clang-tidy-19', `#!/bin/sh
for path; do :; done
case $path in --version) echo 19.1; exit;; esac
echo $path >> ${folder}/read.txt
if grep -q mistake $path; then echo "$path:1: a mistake"; exit 1; fi
`);
  chmodSync(join(folder, 'fakes/clang-tidy-19'), 0o755);
  const run = ({ wanted = files, minutes = '' } = {}) => {
    rmSync(join(folder, 'read.txt'), { force: true });
    const { status, stdout, stderr } = spawnSync(process.execPath, [program, 'build/dev', 'build/dev/pch', minutes], {
      cwd: folder, encoding: 'utf8', input: wanted.map((path) => `${path}\n`).join(''),
      env: { ...process.env, PATH: `${join(folder, 'fakes')}:${process.env.PATH}`, XDG_CACHE_HOME: cache },
    });
    const read = existsSync(join(folder, 'read.txt')) ? readFileSync(join(folder, 'read.txt'), 'utf8').trim().split('\n').sort() : [];
    return { status, stdout, stderr, read };
  };
  return { folder, write, flags, run, cache };
}

function temporary(t) {
  const folder = mkdtempSync(join(tmpdir(), 'tidy-'));
  t.after(() => rmSync(folder, { recursive: true }));
  return folder;
}

test('a file that was found clean is read once, in any checkout', (t) => {
  const first = checkout(t);
  assert.deepEqual(first.run(), {
    status: 0, stderr: '', read: [...files].sort(), stdout: 'clang-tidy: 2 files read, 0 as they were when it read them.\n',
  });
  assert.deepEqual(first.run().read, []);
  assert.deepEqual(checkout(t, first).run().read, []);
});

test('it is read again when its text, a header behind it, its flags, the checks or the precompiled header changed', (t) => {
  const { write, flags, run } = checkout(t);
  run();
  const afterwards = (change) => { change(); return run().read; };
  assert.deepEqual(afterwards(() => write('src/db/detail.cpp', '#include "detail.hpp"\nint a;\n')), ['src/db/detail.cpp']);
  assert.deepEqual(afterwards(() => write('src/core/id.hpp', 'struct Id { int a; };\n')), ['src/db/pool.cpp']);
  assert.deepEqual(afterwards(() => write('src/db/detail.hpp', 'int b;\n')), ['src/db/detail.cpp']);
  assert.equal(afterwards(() => flags('-O2')).length, 2);
  assert.equal(afterwards(() => write('.clang-tidy', 'Checks: misc-*\n')).length, 2);
  assert.equal(afterwards(() => write('build/dev/pch.sum', 'two\n')).length, 2);
  assert.equal(afterwards(() => {}).length, 0);
});

test('a file with a finding is reported, again and again', (t) => {
  const { write, run } = checkout(t);
  write('src/db/pool.cpp', 'int mistake;\n');
  for (const read of [[...files].sort(), ['src/db/pool.cpp']]) {
    const result = run();
    assert.deepEqual([result.status, result.read, result.stderr], [1, read, 'src/db/pool.cpp:1: a mistake\n']);
  }
});

test('what there is no time for is said and listed, and the next run goes on with it', (t) => {
  const { folder, run } = checkout(t);
  const list = join(folder, 'build/dev/tidy-unread.txt');
  const hasty = run({ minutes: '0' });
  assert.deepEqual([hasty.status, hasty.read], [0, []]);
  assert.match(hasty.stderr, /^NOT READ by clang-tidy within 0 minutes: 2 files, listed in build\/dev\/tidy-unread\.txt\./);
  assert.equal(readFileSync(list, 'utf8'), files.map((path) => `${path}\n`).join(''));
  assert.equal(run({ minutes: '8' }).read.length, 2);
  assert.ok(!existsSync(list));
});

test('what the build does not compile is not read', (t) => {
  const { run } = checkout(t);
  assert.deepEqual(run({ wanted: ['src/db/gone.cpp', 'src/db/pool.cpp'] }).read, ['src/db/pool.cpp']);
});
