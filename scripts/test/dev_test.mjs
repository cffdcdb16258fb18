// The parts of ./dev that could do harm, or that a newcomer meets first, in a copy of it.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmodSync, cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

const root = join(import.meta.dirname, '../..');

function copyOfDev(t) {
  const folder = mkdtempSync('/tmp/freehold-dev-');
  t.after(() => rmSync(folder, { recursive: true }));
  chmodSync(folder, 0o755);
  cpSync(join(root, 'dev'), join(folder, 'dev'));
  for (const part of ['install.sh', 'build.sh', 'servers.sh', 'lint.sh', 'compile']) {
    cpSync(join(root, 'scripts', part), join(folder, 'scripts', part));
  }
  mkdirSync(join(folder, 'fakes'));
  return folder;
}

// A command that stands before the real one of its name.
function fake(folder, name, script) {
  writeFileSync(join(folder, 'fakes', name), `#!/bin/sh\n${script}\n`);
  chmodSync(join(folder, 'fakes', name), 0o755);
}

// Runs a command as somebody who is not root, from another folder.
function run(folder, command) {
  const user = process.getuid() === 0 ? ['setpriv', '--reuid', 'nobody', '--regid', 'nogroup', '--clear-groups'] : [];
  const [program, ...words] = [...user, ...command];
  const { status, stdout, stderr } = spawnSync(program, words, {
    cwd: '/', encoding: 'utf8', env: { ...process.env, PATH: `${join(folder, 'fakes')}:${process.env.PATH}` },
  });
  return { status, stdout, stderr };
}

test('an unknown verb shows the help and what was wrong', (t) => {
  const folder = copyOfDev(t);
  const { status, stdout, stderr } = run(folder, [join(folder, 'dev'), 'fly']);
  assert.deepEqual([status, stdout], [1, '']);
  assert.match(stderr, /^\.\/dev up .*There is no '\.\/dev fly'\.\n$/s);
});

test('without root the missing packages are one line to run, and nothing is done', (t) => {
  const folder = copyOfDev(t);
  fake(folder, 'dpkg-query', `for name; do case $name in -*|wrk) ;; *) echo "ii $name" ;; esac; done; exit 1`);
  fake(folder, 'apt-get', 'echo ran >&2');
  const { status, stdout, stderr } = run(folder, [join(folder, 'dev'), 'bench']);
  assert.deepEqual([status, stdout], [1, '']);
  assert.match(stderr, /^Some packages are missing\..*\n\n {2}apt-get install --no-install-recommends (?:nodejs npm )?wrk\n\n/s);
});

test('clean refuses while the program runs', (t) => {
  const folder = copyOfDev(t);
  mkdirSync(join(folder, 'var'));
  mkdirSync(join(folder, 'build'));
  writeFileSync(join(folder, 'var/freehold.pid'), `${process.pid}\n`);
  assert.deepEqual(run(folder, [join(folder, 'dev'), 'clean']), {
    status: 1, stdout: '',
    stderr: `Freehold is running (process ${process.pid}). Stop it first, then run ./dev clean again.\n`,
  });
  assert.ok(existsSync(join(folder, 'build')));
});

test('clean removes what was built and stored, but not what var only points to', (t) => {
  const folder = copyOfDev(t);
  for (const name of ['build', 'elsewhere']) mkdirSync(join(folder, name));
  symlinkSync(join(folder, 'elsewhere'), join(folder, 'var'));
  chmodSync(folder, 0o777);
  assert.deepEqual(run(folder, [join(folder, 'dev'), 'clean']), { status: 0, stdout: '', stderr: '' });
  assert.deepEqual(['build', 'var', 'elsewhere'].map((name) => existsSync(join(folder, name))), [false, false, true]);
});

test('the compiler sees the same paths in every checkout, macros excepted', (t) => {
  const folder = copyOfDev(t);
  fake(folder, 'ccache', 'printf "%s\\n" "$CCACHE_BASEDIR" "$@"');
  const { stdout } = run(folder, [join(folder, 'scripts/compile'), '/a/tree', '../..', 'clang++',
    '-I/a/tree', '-I/a/tree/src', '-I/a/treehouse', '-DROOT="/a/tree"', '-o', 'id.o', '-c', '/a/tree/src/id.cpp']);
  assert.equal(stdout, ['/a/tree', 'clang++', '-I../..', '-I../../src', '-I/a/treehouse', '-DROOT="/a/tree"',
    '-o', 'id.o', '-c', '../../src/id.cpp', ''].join('\n'));
});

test('a precompiled header is known by what went into it', (t) => {
  const folder = copyOfDev(t);
  chmodSync(folder, 0o777);
  fake(folder, 'compiler', `touch ${folder}/core.pch; echo "core.pch: ${folder}/a.hpp \\\\
  ${folder}/b.hpp" > ${folder}/core.pch.d`);
  const sumOf = (text) => {
    writeFileSync(join(folder, 'a.hpp'), 'int a;\n');
    writeFileSync(join(folder, 'b.hpp'), text);
    run(folder, [join(folder, 'scripts/compile'), '/a/tree', '../..', 'compiler', '-Xclang', '-emit-pch',
      '-o', `${folder}/core.pch`, '-c', 'core.cxx']);
    return readFileSync(join(folder, 'core.pch.sum'), 'utf8');
  };
  const [first, again, changed] = ['int b;\n', 'int b;\n', 'long b;\n'].map(sumOf);
  assert.equal(first, again);
  assert.notEqual(first, changed);
});

test('servers are started for integration tests, however many, and for no others', (t) => {
  const folder = copyOfDev(t);
  const needs = `cd ${folder} && set -euo pipefail && source scripts/build.sh && need_servers && echo servers`;
  fake(folder, 'ctest', 'seq -f "  Test #%.0f: db" 1 50000; echo; echo "Total Tests: 50000"');
  assert.equal(run(folder, ['bash', '-c', needs]).stdout, 'servers\n');
  fake(folder, 'ctest', 'echo "Total Tests: 0"');
  assert.equal(run(folder, ['bash', '-c', needs]).stdout, '');
});

test('clang-tidy reads what changed last first: files at hand, then commits', (t) => {
  const folder = copyOfDev(t);
  chmodSync(folder, 0o777);
  const bash = (script) => run(folder, ['bash', '-c', `set -euo pipefail; mkdir -p ${folder}/tree; cd ${folder}/tree; export HOME=${folder}; ${script}`]);
  const commit = (message) => `git add src && git -c user.name=a -c user.email=a commit -qm ${message}`;
  assert.equal(bash(`git init -q -b main && mkdir -p src/db && touch src/db/{pool,old,unread}.cpp src/db/lonely.hpp && ${commit('one')}
    echo '#include "db/db.hpp"' >> src/db/old.cpp && ${commit('two')}
    echo 'int pool;' | tee src/db/pool.hpp >> src/db/pool.cpp && ${commit('three')}
    touch src/db/db.hpp`).stderr, '');

  const changed = 'source ../scripts/lint.sh; changed_sources';
  assert.equal(bash(changed).stdout, 'src/db/old.cpp\nsrc/db/pool.cpp\nsrc/db/unread.cpp\n');
  // On a branch only what it changed counts.
  bash('git update-ref refs/remotes/origin/main HEAD~1');
  assert.equal(bash(changed).stdout, 'src/db/old.cpp\nsrc/db/pool.cpp\n');
});
