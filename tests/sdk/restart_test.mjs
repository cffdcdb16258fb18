// The program is killed and started again under a product that goes on all the while.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { clientOf, meter, until } from '../../sdk/typescript/test/support.mjs';
import { startFreehold } from '../e2e/program.mjs';
import { World, joinProgram } from './world.mjs';

// When gates that are stale know again what is.
async function timeOfFreshness(gates) {
  await until(() => gates.stale);
  await until(() => !gates.stale, { within: 30_000 });
  return performance.now();
}

// Many products come back one after the other, not all at once.
function assertSpread(times) {
  const fullest = Math.max(...times.map((from) => times.filter((at) => at >= from && at < from + 250).length));
  assert.ok(fullest <= times.length / 2, `${fullest} of ${times.length} within a quarter of a second`);
}

let freehold;
after(() => freehold?.stop());

test('a product goes on while the program is killed and started again', async (t) => {
  freehold = await startFreehold({ options: ['--no-demo'] });
  const world = await World.start(await joinProgram(freehold));
  t.after(() => world.stop());
  const { id: tenant } = await world.createTenant();
  const client = clientOf(t, world);
  const gates = await client.gates(tenant);
  const others = await Promise.all(Array.from({ length: 40 }, () => clientOf(t, world).gates(tenant)));
  const seen = [];
  const reading = (async () => {
    for await (const { data } of client.events({ tenant, types: ['product.report_opened'] })) if (seen.push(data.i) === 40) return;
  })();
  const tell = (i) => client.track(tenant, { type: 'product.report_opened', data: { i } }, { key: `report-${i}` });

  for (let i = 0; i < 20; ++i) await tell(i);
  for (let i = 0; i < 1200; ++i) client.record(tenant, meter);
  freehold.signal('SIGKILL');
  await freehold.exited;
  for (let i = 0; i < 800; ++i) client.record(tenant, meter);
  await until(() => gates.stale);
  assert.equal(gates.isEnabled('documents.export'), true);

  const freshAgain = Promise.all(others.map(timeOfFreshness));
  freehold = await startFreehold({ home: freehold.home, port: freehold.port, options: ['--no-demo'] });
  const back = await World.start(await joinProgram(freehold));
  t.after(() => back.stop());
  back.owners = world.owners;
  await client.flush();
  assert.equal((await client.consume(tenant, meter)).used, 2001);
  for (let i = 20; i < 40; ++i) await tell(i);
  await reading;
  assert.deepEqual(seen, Array.from({ length: 40 }, (_, i) => i));
  await until(() => !gates.stale, { within: 20_000 });
  assertSpread(await freshAgain);
  await back.changePlan(tenant, 'free');
  await until(() => !gates.isEnabled('documents.export'), { within: 1000 });
});
