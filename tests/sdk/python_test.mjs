// What the SDK for Python promises, kept with the program at the other end.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { serveWorlds } from '../../sdk/testing/serve.mjs';
import { World, startProgram } from './world.mjs';

const python = process.env.FREEHOLD_PYTHON ?? 'python3';
const home = fileURLToPath(new URL('../../sdk/python', import.meta.url));

test('the SDK for Python keeps its promises', async (t) => {
  const program = await startProgram();
  t.after(() => program.stop());
  const server = await serveWorlds(() => World.start(program));
  t.after(() => server.close());
  const env = { ...process.env, FREEHOLD_WORLDS: `127.0.0.1:${server.address().port}` };
  const words = ['-B', '-m', 'unittest', '-v', 'tests.test_behaviour'];
  const tests = spawn(python, words, { cwd: home, env, stdio: 'inherit' });
  const [code] = await once(tests, 'close');
  assert.equal(code, 0);
});
