// The parameters that the simulator's table names for each call are those of the pinned version.
import { test } from 'node:test';
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { loadSchema, needsSchema } from './schema.mjs';

const schema = loadSchema();

test('the parameters of each call are those of the pinned version', needsSchema, (context) => {
  const source = readFileSync(new URL('../../simulator/endpoints.cpp', import.meta.url), 'utf8');
  const wrong = [];
  let checked = 0;
  for (const [, method, path, rest] of source.matchAll(/\{"(GET|POST|DELETE)",\s+"(\/v1\/[^"]+)",\s+\w+((?:,?\s*"[^"]*")*)\}/g)) {
    const ours = [...rest.matchAll(/"([^"]*)"/g)].map(([, text]) => text).join('').split(' ').filter(Boolean);
    const { params } = schema.endpoints.find((one) => one.method === method && one.path === path);
    if (!schema.defs[params]) continue;  // of some namespaces the schema has no parameters
    checked += 1;
    const known = Object.keys(schema.defs[params].properties ?? {})
      .filter((name) => !['expand', 'limit', 'starting_after', 'ending_before'].includes(name));
    const unknown = ours.filter((name) => !known.includes(name));
    const missing = known.filter((name) => !ours.includes(name));
    if (unknown.length || missing.length) wrong.push(`${method} ${path}: not Stripe's ${unknown}; left out ${missing}`);
  }
  context.diagnostic(`the parameters of ${checked} calls are compared`);
  assert.ok(checked > 60);
  assert.deepEqual(wrong, []);
});
