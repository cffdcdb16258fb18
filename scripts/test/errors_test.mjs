// docs/api/errors.md lists every code that a refusal can carry, with the status it goes with, and no
// other: clients branch on them, so none may come or go unnoticed.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

const root = join(import.meta.dirname, '../..');
const statusOf = { conflict: 409, bad_request: 400, unavailable: 503, payment_required: 402, try_again: 503 };

// What the factories of core/problem.cpp are given by a variable; their callers name the code.
const passedOn = { 'src/db/failure.cpp': ['unavailable'] };

function sources() {
  return ['src', 'product'].flatMap((folder) => readdirSync(join(root, folder), { recursive: true })
    .map((name) => `${folder}/${name}`))
    .filter((path) => /\.[ch]pp$/.test(path) && !/(_test|_fixture|\/test_\w+)\.[ch]pp$/.test(path))
    .map((path) => [path, readFileSync(join(root, path), 'utf8').replaceAll(/^\s*\/\/.*$/gm, '')]);
}

// "409 slug_taken" for `Problem::conflict("slug_taken"` and for `409, "slug_taken"`.
function codesIn(text) {
  const made = [...text.matchAll(/\b(\w+)\(\s*"([a-z_]+)"/g)]
    .filter(([, factory]) => factory in statusOf)
    .map(([, factory, code]) => `${statusOf[factory]} ${code}`);
  const spelled = [...text.matchAll(/\b([45]\d\d),\s*"([a-z_]+)"/g)].map(([, status, code]) => `${status} ${code}`);
  return [...made, ...spelled];
}

function inSource() {
  return [...new Set(sources().flatMap(([, text]) => codesIn(text)))].toSorted();
}

function inDocument() {
  const rows = readFileSync(join(root, 'docs/api/errors.md'), 'utf8').matchAll(/^\| `([a-z_]+)` \| (\d{3}) \| \S.* \| \S.* \|$/gm);
  return [...rows].map(([, code, status]) => `${status} ${code}`);
}

test('a code is found however the refusal is made', () => {
  assert.deepEqual(codesIn(`throw Problem::conflict(
      "slug_taken", "Taken.");  Problem problem{422, "invalid_input", "Wrong."};
      constexpr Refusal too_slow{408, "request_timeout", "Slow."};  throw try_again("moving", "Later.");`),
  ['409 slug_taken', '503 moving', '422 invalid_input', '408 request_timeout']);
});

test('each code is documented once with its status, and no other is', () => {
  assert.deepEqual(inDocument().toSorted(), inSource());
});

test('no code is made of a variable, where this test could not see it', () => {
  for (const [path, text] of sources().filter(([path]) => !path.startsWith('src/core/problem.'))) {
    const hidden = [...text.matchAll(/Problem::(conflict|bad_request|unavailable|payment_required)\((?!\s*")/g)];
    assert.deepEqual(hidden.map(([, factory]) => factory), passedOn[path] ?? [], path);
  }
});
