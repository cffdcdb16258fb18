// Usage is decided once, told once and never lost while the process lives.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { clientOf, meter, refusal, startFake, startWorld, until } from './support.mjs';

const path = '/api/v1/usage_events';
const keysOf = ({ body }) => body.events.map((event) => event.idempotency_key);

test('a lost answer is asked for again under the same key, and counted once', async (t) => {
  const { fake, client, tenant } = await startWorld(t);
  fake.fail(path, { lose: true });
  const decision = await client.consume(tenant, meter, 5);
  assert.deepEqual([decision.allowed, decision.duplicate, fake.usedOf(tenant, meter)], [true, true, 5]);
  const [first, second] = fake.asked(path);
  assert.deepEqual(keysOf(first), keysOf(second));
});

test('what Freehold cannot decide now is told again, and a question is answered by policy', async (t) => {
  const { fake, client, tenant } = await startWorld(t);
  const denying = clientOf(t, fake, { meters: { [meter]: { onUnavailable: 'deny' } } });
  fake.meteringAway(true);
  assert.equal((await refusal(client.consume(tenant, meter))).name, 'Unavailable');
  assert.deepEqual(await denying.consume(tenant, meter).then(({ allowed, assumed }) => [allowed, assumed]), [false, true]);
  for (let i = 0; i < 3; ++i) client.record(tenant, meter);
  const flushing = client.flush();
  await until(() => fake.asked(path).length > 3);
  fake.meteringAway(false);
  await flushing;
  assert.equal(fake.usedOf(tenant, meter), 3);
});

test('what is called in the same moment goes together, five hundred at most', async (t) => {
  const { fake, client, tenant } = await startWorld(t);
  await Promise.all(Array.from({ length: 1200 }, () => client.consume(tenant, meter)));
  assert.deepEqual(fake.asked(path).map(({ body }) => body.events.length), [500, 500, 200]);
});

test('Retry-After is waited for', async (t) => {
  const { fake, client, tenant } = await startWorld(t);
  fake.fail(path, { status: 429, headers: { 'retry-after': '1' } });
  await client.consume(tenant, meter);
  const [first, second] = fake.asked(path);
  assert.ok(second.at - first.at >= 990);
});

test('when Freehold is away the meter\'s policy answers, and what it allowed is counted later, once', async (t) => {
  const fake = await startFake(t);
  const tenant = fake.createTenant().id;
  const connect = (onUnavailable) => clientOf(t, fake, { timeout: 200, meters: onUnavailable && { [meter]: { onUnavailable } } });
  const [allowing, denying, without] = ['allow', 'deny', undefined].map(connect);
  fake.fail(path, { lose: true });
  fake.fail(path, { hang: true }, 100);  // counted the first time, and nobody knows
  const [yes, no] = [await allowing.consume(tenant, meter), await denying.consume(tenant, meter)];
  assert.deepEqual([yes.allowed, yes.assumed, yes.used], [true, true, null]);
  assert.deepEqual([no.allowed, no.assumed], [false, true]);
  assert.equal((await refusal(without.consume(tenant, meter))).name, 'Unavailable');
  fake.faults.length = 0;
  await allowing.flush();
  assert.equal(fake.usedOf(tenant, meter), 1);
});

test('while Freehold is away only the first waits', async (t) => {
  const fake = await startFake(t);
  const tenant = fake.createTenant().id;
  const client = clientOf(t, fake, { timeout: 300, meters: { [meter]: { onUnavailable: 'deny' } } });
  fake.fail(path, { hang: true }, Infinity);
  await Promise.all(Array.from({ length: 10_000 }, () => client.consume(tenant, meter)));
  for (let i = 0; i < 100; ++i) await client.consume(tenant, meter);
  assert.ok(fake.asked(path).length <= 8, `${fake.asked(path).length} requests`);
});

test('what is recorded goes out within a second, or at once when five hundred wait', async (t) => {
  const { fake, client, tenant } = await startWorld(t);
  const begin = performance.now();
  client.record(tenant, meter, 2);
  await until(() => fake.usedOf(tenant, meter) === 2, { within: 1500 });
  assert.ok(performance.now() - begin > 500);
  for (let i = 0; i < 1100; ++i) client.record(tenant, meter);
  await until(() => fake.usedOf(tenant, meter) === 1102, { within: 900 });
  assert.ok(fake.asked(path).every(({ body }) => body.events.length <= 500));
});

test('what could not be told is told again under the same keys', async (t) => {
  const told = [];
  const { fake, client, tenant } = await startWorld(t, { onError: (error) => told.push(error.code) });
  fake.fail(path, { status: 503 });
  fake.fail(path, { lose: true });
  fake.fail(path, { garble: true });
  for (let i = 0; i < 10; ++i) client.record(tenant, meter);
  await client.flush();
  const keys = fake.asked(path).map(keysOf);
  assert.ok(keys.length >= 4);
  assert.equal(new Set(keys.map(String)).size, 1);
  assert.equal(fake.usedOf(tenant, meter), 10);
  assert.deepEqual(told, ['unexpected_answer']);  // the others passed within one call
});

test('a full buffer says so and keeps what it has', async (t) => {
  const lost = [];
  const { fake, client, tenant } = await startWorld(t, { maxBuffered: 3, onBufferFull: (event) => lost.push(event.quantity) });
  assert.deepEqual([1, 2, 3, 4].map((quantity) => client.record(tenant, meter, quantity)), [true, true, true, false]);
  assert.deepEqual(lost, [4]);
  await client.flush();
  assert.equal(fake.usedOf(tenant, meter), 6);
});

test('recorded usage that is not counted is said', async (t) => {
  const refused = [];
  const { fake, client } = await startWorld(t, { onRefused: ({ event, answer, error }) => refused.push([event.quantity, answer?.code ?? error.code]) });
  const { id } = fake.createTenant({ plan: 'free' });
  client.record(id, meter, 99);
  client.record(id, meter, 7);
  client.record(id, 'documents.clicks', 3);
  client.record(id, 'spoils.all', 4);
  client.record(id, meter, 1);
  await client.flush();
  assert.deepEqual(refused.sort(), [[3, 'unknown_meter'], [4, 'bad_request'], [7, 'limit_reached']]);
  assert.equal(fake.usedOf(id, meter), 100);
});

test('closing sends what waits and hands back what it could not', async (t) => {
  const { fake, client, tenant } = await startWorld(t);
  client.record(tenant, meter, 1);
  assert.deepEqual(await client.close(), []);
  assert.equal(fake.usedOf(tenant, meter), 1);
  assert.equal(client.record(tenant, meter), false);

  const other = clientOf(t, fake);
  await fake.away();
  other.record(tenant, meter, 7, { key: 'k7' });
  assert.deepEqual(await other.close({ timeout: 100 }), [{ tenant_id: tenant, meter, quantity: 7, idempotency_key: 'k7' }]);
});

test('a hook that throws harms nobody', async (t) => {
  const { fake, client, tenant } = await startWorld(t, { onError: () => { throw new Error('of the product'); } });
  const warned = new Promise((resolve) => process.once('warning', resolve));
  fake.fail(path, { garble: true });
  client.record(tenant, meter);
  await client.flush();
  assert.match((await warned).message, /onError threw: Error: of the product/);
});

test('a quantity is a whole number above zero', async (t) => {
  const { client, tenant } = await startWorld(t);
  for (const quantity of [0, -1, 1.5, NaN, 1e10, '3']) {
    assert.throws(() => client.record(tenant, meter, quantity), TypeError);
    assert.ok(await refusal(client.consume(tenant, meter, quantity)) instanceof TypeError);
    assert.ok(await refusal(client.reserve(tenant, meter, quantity)) instanceof TypeError);
  }
});

test('a key has 1 to 200 bytes', async (t) => {
  const { client, tenant } = await startWorld(t);
  for (const key of ['', 'k'.repeat(201), 'ä'.repeat(101)]) {
    assert.throws(() => client.record(tenant, meter, 1, { key }), TypeError);
    assert.ok(await refusal(client.reserve(tenant, meter, 1, { key })) instanceof TypeError);
  }
  assert.equal((await client.consume(tenant, meter, 1, { key: 'ä'.repeat(100) })).allowed, true);
});

test('when Freehold is away a hold is refused, or by policy assumed and counted later', async (t) => {
  const { fake, client, tenant } = await startWorld(t, { timeout: 200 });
  const allowing = clientOf(t, fake, { timeout: 200, meters: { [meter]: { onUnavailable: 'allow' } } });
  await fake.away();
  assert.equal((await refusal(client.reserve(tenant, meter, 5))).name, 'Unavailable');
  const [used, unused] = [await allowing.reserve(tenant, meter, 5), await allowing.reserve(tenant, meter, 50)];
  assert.equal(used.reservation, null);
  await used.commit(4);
  await used.commit(4);
  await unused.release();
  await unused.commit();
  await fake.back();
  await allowing.flush();
  assert.equal(fake.usedOf(tenant, meter), 4);
});
