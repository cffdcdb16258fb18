// The parts of ./dev that could do harm, or that a newcomer meets first, in a copy of it.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmodSync, chownSync, cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

const root = join(import.meta.dirname, '../..');

function copyOfDev(t) {
  const folder = mkdtempSync('/tmp/freehold-dev-');
  t.after(() => rmSync(folder, { recursive: true }));
  chmodSync(folder, 0o755);
  cpSync(join(root, 'dev'), join(folder, 'dev'));
  for (const part of ['install.sh', 'build.sh', 'servers.sh', 'fuzz.sh', 'lint.sh', 'compile']) {
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
  fake(folder, 'npm', 'echo ran >&2');
  fake(folder, 'apt-get', 'echo ran >&2');
  const { status, stdout, stderr } = run(folder, [join(folder, 'dev'), 'bench']);
  assert.deepEqual([status, stdout], [1, '']);
  const [missing, , , line] = stderr.split('\n');
  assert.deepEqual([missing, line], ['Some packages are missing: wrk', `  sudo ${folder}/dev install bench`]);
});

test('a list of packages that there is not is refused', (t) => {
  const folder = copyOfDev(t);
  assert.deepEqual(run(folder, [join(folder, 'dev'), 'install', 'moon']), {
    status: 1, stdout: '', stderr: "There is no list 'moon' of packages: up, test, lint, bench.\n",
  });
});

test('what cannot be fuzzed is refused with what can', (t) => {
  const folder = copyOfDev(t);
  mkdirSync(join(folder, 'fuzz'));
  for (const name of ['resp.cpp', 'form.cpp', 'seeds.mjs']) writeFileSync(join(folder, 'fuzz', name), '');
  assert.deepEqual(run(folder, [join(folder, 'dev'), 'fuzz', 'moon', '3']), {
    status: 1, stdout: '', stderr: "There is nothing to fuzz by the name 'moon': form resp.\n",
  });
});

// apt_install on a Debian whose files lie in the folder. What the fake apt-get finds there goes to
// apt.txt: whether a service would be started (101 forbids it) and a cluster made.
function debian(t, { conf, ownPolicy, aptFails = false }) {
  const folder = copyOfDev(t);
  chmodSync(folder, 0o777);
  const [createcluster, policy, log] = ['createcluster.conf', 'policy-rc.d', 'apt.txt'].map((name) => join(folder, name));
  if (conf !== undefined) writeFileSync(createcluster, conf);
  if (ownPolicy !== undefined) writeFileSync(policy, ownPolicy);
  for (const path of [createcluster, policy]) if (existsSync(path)) chmodSync(path, 0o777);
  fake(folder, 'apt-get', `{ echo "apt-get $*"; sh ${policy}; echo "start: $?"; grep ^create_main ${createcluster} || echo "cluster: yes"; } >> ${log}
    ${aptFails ? 'case $1 in install) echo broken; exit 100;; esac' : ''}`);
  fake(folder, 'systemctl', `echo "systemctl $*" >> ${log}`);
  const { status, stderr } = run(folder, ['bash', '-c', `set -euo pipefail; cd ${folder}; source scripts/install.sh
    createcluster=${createcluster} policy=${policy}
    apt_install postgresql-15 redis-server wrk; echo done >> ${log}`]);
  const read = (path) => (existsSync(path) ? readFileSync(path, 'utf8') : null);
  return { status, stderr, log: read(log), conf: read(createcluster), policy: read(policy) };
}

const installs = 'apt-get install -q -y --no-install-recommends -o Dpkg::Options::=--force-confold postgresql-15 redis-server wrk';
const heldBack = ['start: 101', 'create_main_cluster = false # by ./dev'];

test('an installation starts no server and makes no cluster, now or at the next boot, and leaves no trace of that', (t) => {
  const conf = '# Defaults\n#create_main_cluster = true\n';
  assert.deepEqual(debian(t, { conf }), {
    status: 0, stderr: '', conf, policy: null,
    log: ['apt-get update -q', ...heldBack, installs, ...heldBack,
      'systemctl --quiet disable redis-server.service', 'done', ''].join('\n'),
  });
});

test('on a Debian that never had PostgreSQL it is the same', (t) => {
  const { status, log, policy } = debian(t, {});
  assert.deepEqual([status, policy], [0, null]);
  assert.equal(log.split('\n').filter((line) => line === heldBack[1]).length, 2);
});

test('what the owner of the machine decided stays', (t) => {
  const conf = 'create_main_cluster = true\n';
  const ownPolicy = '#!/bin/sh\nexit 104\n';
  const { status, log, ...left } = debian(t, { conf, ownPolicy });
  assert.deepEqual([status, left.conf, left.policy], [0, conf, ownPolicy]);
  assert.match(log, /start: 104\ncreate_main_cluster = true\nsystemctl/);
});

test('an installation that fails says so and holds nothing back afterwards', (t) => {
  const { status, stderr, log, conf, policy } = debian(t, { conf: '', aptFails: true });
  assert.deepEqual([status, conf, policy], [1, '', null]);
  assert.match(stderr, /broken\n'apt-get' failed; all of its output is in build\/apt\.log\.\n$/);
  assert.doesNotMatch(log, /systemctl|done/);
});

test('what root installs in the folder of somebody else leaves npm’s part to them', (t) => {
  if (process.getuid() !== 0) return t.skip('only root can give a folder to somebody else');
  const folder = copyOfDev(t);
  fake(folder, 'dpkg-query', `for name; do case $name in -*) ;; *) echo "ii $name" ;; esac; done`);
  fake(folder, 'npm', `echo ran > ${folder}/npm.txt; exit 1`);
  const install = () => spawnSync(join(folder, 'dev'), ['install', 'up'], { env: { ...process.env, PATH: `${join(folder, 'fakes')}:${process.env.PATH}` } }).status;
  chownSync(folder, 65534, 65534);
  assert.deepEqual([install(), existsSync(join(folder, 'npm.txt'))], [0, false]);
  chownSync(folder, 0, 0);
  assert.deepEqual([install(), existsSync(join(folder, 'npm.txt'))], [1, true]);
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
  const needs = `cd ${folder} && set -euo pipefail && source scripts/build.sh && have_label integration && echo servers`;
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
