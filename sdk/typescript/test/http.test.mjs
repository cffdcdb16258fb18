// Calls keep their deadline, are tried again when that is safe, and tell what went wrong.
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { once } from 'node:events';
import { test } from 'node:test';
import { Freehold } from '../dist/index.js';
import { clientOf, meter, refusal, startFake, startWorld } from './support.mjs';

const audit = { action: 'product.report_exported', target_type: 'report', target_id: '7' };

test('a call that finds nobody in time ends in time', async (t) => {
  const fake = await startFake(t);
  const client = clientOf(t, fake, { timeout: 200 });
  fake.fail('/api/v1/tenants', { hang: true });
  const begin = performance.now();
  const error = await refusal(client.audit(fake.createTenant().id, audit));
  assert.deepEqual([error.name, error.status, error.code], ['Unavailable', 0, 'unavailable']);
  assert.ok(performance.now() - begin < 1000);
});

test('what may pass is tried again with one idempotency key', async (t) => {
  const { fake, client, tenant } = await startWorld(t);
  fake.fail('/api/v1/tenants', { status: 502 });
  fake.fail('/api/v1/tenants', { lose: true });
  fake.fail('/api/v1/tenants', { status: 409, code: 'idempotency_key_in_use' });
  assert.equal((await client.audit(tenant, audit)).action, 'product.report_exported');
  const keys = fake.asked('/api/v1/tenants').map(({ headers }) => headers['idempotency-key']);
  assert.equal(keys.length, 4);
  assert.equal(new Set(keys).size, 1);
});

test('what will not pass is tried once', async (t) => {
  const { fake, client, tenant } = await startWorld(t);
  for (const status of [400, 403, 404, 409, 410, 422]) {
    fake.fail('/api/v1/tenants', { status });
    const error = await refusal(client.audit(tenant, audit));
    assert.deepEqual([error.status, error.code], [status, `fault_${status}`]);
    assert.match(error.message, /^A fault\. \(fault_/);
  }
  assert.equal(fake.asked('/api/v1/tenants').length, 6);
});

test('an answer that would come later than the deadline is not waited for', async (t) => {
  const { fake, client, tenant } = await startWorld(t);
  fake.fail('/api/v1/tenants', { status: 429, headers: { 'retry-after': '60', 'request-id': 'req_7' } });
  const begin = performance.now();
  const error = await refusal(client.audit(tenant, audit));
  assert.deepEqual([error.name, error.status, error.retryAfter, error.requestId], ['Unavailable', 429, 60, 'req_7']);
  assert.ok(performance.now() - begin < 1000);
});

test('a redirect is not followed, so that a key stays where it belongs', async (t) => {
  const fake = await startFake(t);
  const elsewhere = createServer((_, response) => response.writeHead(307, { location: `${fake.url}/api/v1/tenants/t/audit_events` }).end());
  elsewhere.listen(0, '127.0.0.1');
  await once(elsewhere, 'listening');
  t.after(() => elsewhere.close());
  const client = clientOf(t, { url: `http://127.0.0.1:${elsewhere.address().port}`, productKey: fake.productKey });
  assert.equal((await refusal(client.audit('tenant_x', audit))).status, 307);
  assert.equal(fake.requests.length, 0);
});

test('an answer that is no JSON is an error', async (t) => {
  const { fake, client, tenant } = await startWorld(t);
  fake.fail('/api/v1/tenants', { garble: true });
  assert.equal((await refusal(client.audit(tenant, audit))).code, 'unexpected_answer');
});

test('without a product key what needs one says so', async (t) => {
  const fake = await startFake(t);
  const client = clientOf(t, { url: fake.url }, { productKey: '' });
  assert.equal((await refusal(client.consume('tenant_x', meter))).code, 'no_product_key');
});

test('options that make no sense are refused by name', () => {
  assert.throws(() => new Freehold({ url: 'localhost:8080' }), /^TypeError: url is no http address: localhost:8080$/);
  assert.throws(() => new Freehold({ timeout: 0 }), /^TypeError: timeout is not above zero: 0$/);
  assert.throws(() => new Freehold({ meters: { a: { onUnavailable: 'maybe' } } }), /^TypeError: meters\["a"\].onUnavailable is maybe; it can be allow, deny$/);
});
