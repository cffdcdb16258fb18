// What happens when the process ends: nothing that was recorded is lost, and nothing holds it back.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { test } from 'node:test';
import { meter, startWorld } from './support.mjs';

// Runs a product of these lines, which may use `freehold` and `tenant`; how it ended and what it said.
async function product(fake, tenant, lines, options = {}) {
  const program = `
    import { Freehold } from ${JSON.stringify(new URL('../dist/index.js', import.meta.url))};
    const tenant = ${JSON.stringify(tenant)};
    const freehold = new Freehold(${JSON.stringify(options)});
    ${lines}`;
  const env = { ...process.env, FREEHOLD_URL: fake.url, FREEHOLD_PRODUCT_KEY: fake.productKey };
  const child = spawn(process.execPath, ['--input-type=module', '-e', program], { env, stdio: ['ignore', 'pipe', 'inherit'], timeout: 20_000 });
  let said = '';
  child.stdout.on('data', (data) => {
    said += data;
    if (said.includes('ready\n')) child.kill('SIGTERM');
  });
  const [code, signal] = await once(child, 'close');
  return { ended: signal ?? code, said };
}

test('a product that ends by itself tells what it recorded', async (t) => {
  const { fake, tenant } = await startWorld(t);
  const { ended } = await product(fake, tenant, `for (let i = 0; i < 30; ++i) freehold.record(tenant, '${meter}');`);
  assert.deepEqual([ended, fake.usedOf(tenant, meter)], [0, 30]);
});

test('a product that is told to end tells what it recorded, if it wants to', async (t) => {
  const { fake, tenant } = await startWorld(t);
  const lines = `setInterval(() => {}, 1000); freehold.record(tenant, '${meter}', 7); console.log('ready');`;
  const { ended } = await product(fake, tenant, lines, { flushOnSigterm: true });
  assert.deepEqual([ended, fake.usedOf(tenant, meter)], ['SIGTERM', 7]);
});

test('the stream of entitlements does not keep a process alive', async (t) => {
  const { fake, tenant } = await startWorld(t);
  const { ended, said } = await product(fake, tenant, `console.log(await freehold.isEnabled(tenant, 'documents.export'));`);
  assert.deepEqual([ended, said], [0, 'true\n']);
});

test('an iteration over events does', async (t) => {
  const { fake, tenant } = await startWorld(t);
  setTimeout(() => fake.emit('report.opened', tenant), 500);
  const lines = `for await (const { type } of freehold.events()) { console.log(type); break; }`;
  const { ended, said } = await product(fake, tenant, lines);
  assert.deepEqual([ended, said], [0, 'report.opened\n']);
});

test('when Freehold is away a process ends all the same, and says what it could not tell', async (t) => {
  const { fake, tenant } = await startWorld(t);
  await fake.away();
  const lines = `
    const other = new Freehold({ timeout: 300, onError: ({ detail }) => console.log(detail) });
    other.record(tenant, '${meter}');`;
  const { ended, said } = await product(fake, tenant, lines);
  assert.equal(ended, 0);
  assert.match(said, /^1 recorded events could not be sent before the end\.$/m);
});
