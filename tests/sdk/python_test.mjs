// What the SDK for Python promises, kept with the program at the other end.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { serveWorlds } from '../../sdk/testing/serve.mjs';
import { clientOf, meter } from '../../sdk/typescript/test/support.mjs';
import { python, pythonHome, recordAndEndInPython } from './ends.mjs';
import { World, startProgram } from './world.mjs';

let program;
before(async () => { program = await startProgram(); });
after(() => program?.stop());

// Most of the time they wait, so some run at once.
test('the SDK for Python keeps its promises', async (t) => {
  const server = await serveWorlds(() => World.start(program));
  t.after(() => server.close());
  const env = { ...process.env, FREEHOLD_WORLDS: `127.0.0.1:${server.address().port}` };
  const run = async (...classes) => {
    const words = ['-B', '-m', 'unittest', '-v', ...classes.map((name) => `tests.behaviour.${name}`)];
    const [code] = await once(spawn(python, words, { cwd: pythonHome, env, stdio: 'inherit' }), 'close');
    assert.equal(code, 0, `${classes} failed`);
  };
  await Promise.all([run('Visitors', 'Entitled'), run('Outages', 'Told'), run('Used')]);
});

test('every promise of the SDK for Python is among them', async () => {
  const source = await readFile(join(pythonHome, 'tests/behaviour.py'), 'utf8');
  const classes = [...source.matchAll(/^class (\w+)\(Behaviour\)/gm)].map(([, name]) => name);
  assert.deepEqual(classes.sort(), ['Entitled', 'Outages', 'Told', 'Used', 'Visitors']);
});

test('what a process recorded is counted when it ends, and once', async (t) => {
  const world = await World.start(program);
  t.after(() => world.stop());
  const { id: tenant } = await world.createTenant();
  await recordAndEndInPython({ ...world, tenant, meter });
  assert.equal((await clientOf(t, world).consume(tenant, meter)).used, 31);
});
