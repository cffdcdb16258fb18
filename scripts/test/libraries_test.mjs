// The record of libraries (docs/adr/0003-libraries.md) names every package that ./dev and npm install,
// each with its licence, why it was taken and what we would do without it, and none that is gone.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

const root = join(import.meta.dirname, '../..');
const read = (path) => readFileSync(join(root, path), 'utf8');
const record = read('docs/adr/0003-libraries.md');

// Both say the same of one tool.
const partOfAnother = new Set(['nodejs', 'npm']);

function fromDebian() {
  const lists = read('dev').match(/^up_packages=\([^]*?^bench_packages=.*$/m)[0];
  const names = execFileSync('bash', ['-c', `${lists}\nprintf '%s\\n' "\${lint_packages[@]}" "\${bench_packages[@]}"`], { encoding: 'utf8' });
  return names.trim().split('\n');
}

function fromNpm() {
  return ['package.json', 'scripts/node/package.json'].map(read).map(JSON.parse)
    .flatMap(({ dependencies = {}, devDependencies = {}, optionalDependencies = {} }) => Object.keys({ ...dependencies, ...devDependencies, ...optionalDependencies }));
}

function rows() {
  return record.split('\n').filter((line) => /^\| (?!choice|-)/.test(line)).map((line) => line.split('|').slice(1, -1).map((cell) => cell.trim()));
}

const namesIn = (text) => [...text.matchAll(/`([^`]+)`/g)].map(([, name]) => name);

test('each package is in the first column of a table, and each there is installed', () => {
  const named = new Set(rows().flatMap(([choice]) => namesIn(choice)));
  const installed = new Set([...fromDebian(), ...fromNpm()]);
  assert.deepEqual([...installed].filter((name) => !named.has(name)), [], 'not in the record');
  assert.deepEqual([...named].filter((name) => !installed.has(name) && !partOfAnother.has(name)), [], 'not installed');
});

test('each choice that is installed has a licence, a reason and a way out', () => {
  for (const [choice, licence, why, otherwise] of rows()) {
    if (namesIn(choice).length === 0) continue;
    assert.ok(licence && why, choice);
    assert.ok(otherwise || /^Git/.test(choice), choice);
  }
});

test('the licences are those that npm knows', () => {
  for (const [name, { license }] of Object.entries(JSON.parse(read('package-lock.json')).packages)) {
    const choice = rows().find(([first]) => namesIn(first).includes(name.replace('node_modules/', '')));
    if (!choice || name.includes('/node_modules/')) continue;
    assert.ok(choice[1].includes(license.replace('BSD-0-Clause', '0BSD')), `${name}: ${license}, not ${choice[1]}`);
  }
});
