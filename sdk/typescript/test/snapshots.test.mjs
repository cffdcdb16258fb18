// How a tenant's state gets into memory and stays fresh there.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { clientOf, refusal, startFake, startWorld, until } from './support.mjs';

const feature = 'documents.export';
const loads = (fake) => fake.asked('/api/v1/tenants/').length;
const streams = (fake) => fake.asked('/api/v1/entitlements/stream');

test('a thousand first uses of one tenant load it once', async (t) => {
  const { fake, client, tenant } = await startWorld(t);
  const answers = await Promise.all(Array.from({ length: 1000 }, () => client.isEnabled(tenant, feature)));
  assert.ok(answers.every((answer) => answer === true));
  assert.equal(loads(fake), 1);
  assert.equal(streams(fake).length, 1);
});

test('of a hundred tenants at most eight are loaded at once', async (t) => {
  const { fake, client } = await startWorld(t);
  fake.fail('/api/v1/tenants/', { delay: 10 }, 100);
  const tenants = Array.from({ length: 100 }, () => fake.createTenant().id);
  await Promise.all(tenants.map((each) => client.isEnabled(each, feature)));
  const most = 1 + Math.max(...fake.asked('/api/v1/tenants/').map(({ alongside }) => alongside));
  assert.ok(most > 1 && most <= 8, `${most} at once`);
});

test('a broken stream goes on where it stopped, and nothing is loaded again', async (t) => {
  const { fake, client, tenant } = await startWorld(t);
  const gates = await client.gates(tenant);
  fake.changePlan(tenant, 'free');
  await until(() => !gates.isEnabled(feature));
  fake.cut();
  fake.changePlan(tenant, 'pro');
  await until(() => gates.isEnabled(feature));
  assert.equal(loads(fake), 1);
  assert.equal(streams(fake).at(-1).headers['last-event-id'], fake.changes.cursorAt(1));
});

test('a stream that broke before any change goes on from where it was ready', async (t) => {
  const { fake, client, tenant } = await startWorld(t);
  const gates = await client.gates(tenant);
  fake.cut();
  fake.changePlan(tenant, 'free');
  await until(() => !gates.isEnabled(feature));
  assert.equal(loads(fake), 1);
  assert.equal(streams(fake).at(-1).headers['last-event-id'], fake.changes.cursorAt(0));
});

test('a stream that breaks again before it told what was missed tells it then', async (t) => {
  const { fake, client, tenant } = await startWorld(t);
  const gates = await client.gates(tenant);
  await fake.away();
  fake.changePlan(tenant, 'free');
  fake.changes.isSlow = true;
  await fake.back();
  await until(() => streams(fake).length === 2 && !gates.stale);
  fake.changes.isSlow = false;
  fake.cut();
  await until(() => !gates.isEnabled(feature));
  assert.equal(loads(fake), 1);
});

test('after a reset each tenant is loaded again on its next use', async (t) => {
  const { fake, client, tenant } = await startWorld(t);
  const gates = await client.gates(tenant);
  fake.changePlan(tenant, 'free');
  await until(() => !gates.isEnabled(feature));
  fake.tenants.get(tenant).plan = 'pro';
  fake.tenants.get(tenant).version = 1;  // as after a restored backup
  fake.changes.forget();
  await until(() => gates.isEnabled(feature));
  await until(() => !gates.stale);
  assert.equal(loads(fake), 2);
  assert.equal(gates.snapshot().version, 1);
});

test('a change told while the tenant is being loaded is not undone by what was loaded', async (t) => {
  const { fake, client, tenant } = await startWorld(t);
  const other = fake.createTenant().id;
  await client.gates(other);
  fake.fail(`/api/v1/tenants/${tenant}`, { delay: 100 });
  const loading = client.gates(tenant);
  await until(() => loads(fake) === 2);
  fake.changePlan(tenant, 'free');
  assert.equal((await loading).isEnabled(feature), false);
});

test('a trial ends by Freehold\'s clock, though nobody does anything', async (t) => {
  const { fake, client, tenant } = await startWorld(t);
  const gates = await client.gates(tenant);
  fake.startTrial(tenant, 14);
  await until(() => gates.snapshot().next_change_at !== null);
  fake.advance(13);
  await until(() => fake.changes.open.size === 1 && !gates.stale);
  assert.equal(gates.isEnabled(feature), true);
  fake.advance(2);
  await until(() => !gates.isEnabled(feature), { within: 1000 });
  await until(() => !gates.stale);
  assert.equal(loads(fake), 2);
});

test('a change that is due and does not come is not asked for without a pause', async (t) => {
  const { fake, client, tenant } = await startWorld(t);
  const gates = await client.gates(tenant);
  fake.changePlan(tenant, 'free');
  fake.tenants.get(tenant).stuckSince = new Date(Date.now() - 60_000).toISOString();
  fake.changePlan(tenant, 'business');
  await until(() => gates.isEnabled(feature) && gates.stale);
  const begin = performance.now();
  while (performance.now() - begin < 500) {
    assert.equal(gates.isEnabled(feature), true);
    await client.gates(tenant);
  }
  assert.ok(loads(fake) <= 3, `${loads(fake)} loads`);
});

test('a server that says nothing makes the state stale, and one that speaks again makes it fresh', async (t) => {
  const { fake, client, tenant } = await startWorld(t);
  const gates = await client.gates(tenant);
  fake.changes.isMute = true;
  const passed = await until(() => gates.stale);
  assert.ok(passed > 500 && passed < 1500, `stale after ${passed} ms`);
  fake.changes.isMute = false;
  await until(() => !gates.stale);
  assert.equal(streams(fake).length, 1);
});

test('where no stream can be had, the state is asked for every five seconds', async (t) => {
  const { fake, client, tenant } = await startWorld(t);
  fake.fail('/api/v1/entitlements/stream', { status: 503 }, Infinity);
  const gates = await client.gates(tenant);
  assert.equal(gates.isEnabled(feature), true);
  fake.tenants.get(tenant).plan = 'free';
  await until(() => !gates.isEnabled(feature), { within: 7000 });
  assert.equal(gates.stale, true);
  assert.equal(loads(fake), 2);
});

test('a message that nobody understands is made up for by loading', async (t) => {
  const { fake, client, tenant } = await startWorld(t);
  const told = [];
  const observed = clientOf(t, fake, { onError: (error) => told.push(error.code) });
  const gates = await observed.gates(tenant);
  fake.tenants.get(tenant).plan = 'free';
  fake.changes.shout('event: entitlements\ndata: {"object":\n\n: a comment\n\nevent: weather\ndata: rain\n\n');
  await until(() => !gates.isEnabled(feature));
  assert.deepEqual(told, ['unexpected_answer']);
  assert.equal((await client.gates(tenant)).isEnabled(feature), false);
});

test('the tenants asked for least recently make room, and gates on them still see changes', async (t) => {
  const fake = await startFake(t);
  const client = clientOf(t, fake, { maxTenants: 2 });
  const [first, ...others] = Array.from({ length: 3 }, () => fake.createTenant().id);
  const gates = await client.gates(first);
  for (const each of others) await client.gates(each);
  fake.changePlan(first, 'free');
  await until(() => !gates.isEnabled(feature));
  assert.equal(loads(fake), 4);
  fake.changePlan(first, 'pro');
  await until(() => gates.isEnabled(feature));
  assert.equal(loads(fake), 4);
});

test('fifty products do not come back all at once', async (t) => {
  const fake = await startFake(t, { retry: [1000, 1001] });
  const tenant = fake.createTenant().id;
  const clients = Array.from({ length: 50 }, () => clientOf(t, fake));
  await Promise.all(clients.map((client) => client.gates(tenant)));
  await until(() => streams(fake).length === 50);
  fake.cut();
  await until(() => streams(fake).length === 100);
  const times = streams(fake).slice(50).map(({ at }) => at);
  const fullest = Math.max(...times.map((from) => times.filter((at) => at >= from && at < from + 100).length));
  assert.ok(fullest <= 20, `${fullest} of 50 within 100 ms`);
});

test('a server that has enough says when to come back', async (t) => {
  const { fake, client, tenant } = await startWorld(t);
  fake.fail('/api/v1/entitlements/stream', { status: 429, headers: { 'retry-after': '1' } });
  await client.gates(tenant);
  await until(() => streams(fake).length === 2);
  const [first, second] = streams(fake);
  assert.ok(second.at - first.at > 990);
});

test('a tenant that is gone is an error, however often it is asked for, and one question', async (t) => {
  const { fake, client } = await startWorld(t);
  const gone = 'tenant_00000000000000000000000000';
  for (let i = 0; i < 10; ++i) assert.equal((await refusal(client.isEnabled(gone, feature))).status, 404);
  assert.equal(loads(fake), 1);
});
