// The events of Freehold as an iterator that does not break.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { refusal, startWorld, until } from './support.mjs';

const stream = '/api/v1/events/stream';

async function take(count, events, taken = []) {
  for await (const event of events) if (taken.push(event.data.i) === count) break;
  return taken;
}

test('a stream that breaks goes on after the last event, and what comes twice is given once', async (t) => {
  const { fake, client, tenant } = await startWorld(t);
  const taken = [];
  const taking = take(4, client.events(), taken);
  fake.emit('report.opened', tenant, { i: 1 });
  fake.emit('report.opened', tenant, { i: 2 });
  await until(() => fake.feed.open.size === 1);
  fake.feed.shout(`id: ${fake.feed.cursorAt(2)}\nevent: report.opened\ndata: ${JSON.stringify(fake.events[0])}\n\n`);
  await until(() => taken.length === 2);
  fake.fail(stream, { status: 503 });
  fake.cut();
  fake.emit('report.opened', tenant, { i: 3 });
  fake.emit('report.opened', tenant, { i: 4 });
  assert.deepEqual(await taking, [1, 2, 3, 4]);
  assert.equal(fake.asked(stream).at(-1).headers['last-event-id'], fake.feed.cursorAt(2));
});

test('only the types and the tenant that were asked for come', async (t) => {
  const { fake, client, tenant } = await startWorld(t);
  const other = fake.createTenant().id;
  [['plan.changed', tenant], ['member.added', other], ['member.removed', tenant], ['tenant.created', tenant]]
    .forEach(([type, of], i) => fake.emit(type, of, { i }));
  assert.deepEqual(await take(2, client.events({ types: ['member.*', 'tenant.created'], tenant })), [2, 3]);
});

test('where no stream can be had, pages are asked for', async (t) => {
  const { fake, client, tenant } = await startWorld(t);
  for (let i = 0; i < 250; ++i) fake.emit('report.opened', tenant, { i });
  const events = client.events({ pollEvery: 20 });
  const taking = take(251, events);
  await until(() => fake.asked('/api/v1/events').length > 3);
  fake.emit('report.opened', tenant, { i: 250 });
  assert.deepEqual(await taking, Array.from({ length: 251 }, (_, i) => i));
  assert.equal(fake.asked(stream).length, 0);
});

test('pages go on after an outage, unless an end is asked for', async (t) => {
  const { fake, client, tenant } = await startWorld(t, { timeout: 100 });
  for (let i = 0; i < 150; ++i) fake.emit('report.opened', tenant, { i });
  const taken = [];
  const taking = take(151, client.events({ pollEvery: 20 }), taken);
  await until(() => taken.length === 150);
  await fake.away();
  assert.equal((await refusal(take(1, client.events({ follow: false })))).name, 'Unavailable');
  fake.emit('report.opened', tenant, { i: 150 });
  await fake.back();
  assert.deepEqual(await taking, Array.from({ length: 151 }, (_, i) => i));
});

test('a slow reader loses nothing', async (t) => {
  const { fake, client, tenant } = await startWorld(t);
  for (let i = 0; i < 20; ++i) fake.emit('report.opened', tenant, { i });
  const seen = [];
  for await (const { data } of client.events()) {
    seen.push(data.i);
    if (data.i === 3) fake.cut();
    await new Promise((resolve) => setTimeout(resolve, 10));
    if (seen.length === 20) break;
  }
  assert.deepEqual(seen, Array.from({ length: 20 }, (_, i) => i));
});

test('a cursor that is too old is an error, as a stream and as pages', async (t) => {
  const { fake, client, tenant } = await startWorld(t);
  const { cursor } = fake.emit('report.opened', tenant, { i: 0 });
  fake.emit('report.opened', tenant, { i: 1 });
  fake.oldestEvent = 3;
  for (const options of [{}, { follow: false }]) {
    assert.equal((await refusal(take(1, client.events({ after: cursor, ...options })))).code, 'cursor_expired');
  }
});

test('the signal, and closing the client, end the iteration', async (t) => {
  const { fake, client, tenant } = await startWorld(t);
  const controller = new AbortController();
  const sources = [client.events({ signal: controller.signal }), client.events(), client.events({ pollEvery: 10 })];
  const taken = [[], [], []];
  const readings = sources.map((events, place) => take(100, events, taken[place]));
  fake.emit('report.opened', tenant, { i: 0 });
  await until(() => taken.every(({ length }) => length === 1));
  controller.abort();
  assert.deepEqual(await readings[0], [0]);
  await until(() => fake.feed.open.size === 1);
  await client.close();
  assert.deepEqual(await Promise.all(readings), [[0], [0], [0]]);
  await until(() => fake.feed.open.size === 0);
});

test('a stream that is cut before its first event begins where it began', async (t) => {
  const { fake, client, tenant } = await startWorld(t);
  const first = fake.emit('report.opened', tenant, { i: 0 });
  for (let i = 1; i < 4; ++i) fake.emit('report.opened', tenant, { i });
  fake.feed.isSlow = true;
  const taking = take(3, client.events({ after: first.cursor }));
  await until(() => fake.feed.open.size === 1);
  fake.feed.isSlow = false;
  fake.cut();
  assert.deepEqual(await taking, [1, 2, 3]);
});
