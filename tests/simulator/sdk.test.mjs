// Stripe's own package for Node drives the simulator: every endpoint that there is, typed errors,
// paging, retries after faults, signatures in both directions. Every answer and every event is held
// to the schema of the pinned API version when that lies beside the repository.
import { test, before, after } from 'node:test';
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Stripe from 'stripe';
import { Simulator, listen } from './simulator.mjs';
import { loadSchema, needsSchema } from './schema.mjs';
import { billingTests } from './billing.mjs';
import { changeTests } from './changes.mjs';
import { collectionTests } from './collection.mjs';
import { entitlementTests } from './entitlements.mjs';
import { objectTests } from './objects.mjs';
import { taxTests } from './taxes.mjs';
import { eventTypes } from './event_types.mjs';

const schema = loadSchema();
const mistakes = [];
const day = 86400;

let simulator;
let stripe;
let everything;  // an endpoint that gets every event
let everythingSecret;

function check(answer) {
  const wrong = schema?.answerMistakes(answer);
  if (wrong) mistakes.push(`${answer.method} ${answer.path} ${answer.status}\n${wrong}`);
}

before(async () => {
  simulator = await Simulator.start();
  stripe = simulator.client({ onAnswer: check });
  everything = await listen();
  ({ secret: everythingSecret } = await stripe.webhookEndpoints.create({ url: everything.url, enabled_events: ['*'] }));
});

after(async () => {
  await simulator.stop();
  everything.close();
});

async function newPrice(amount = 4900, interval = 'month') {
  return stripe.prices.create({
    currency: 'usd', unit_amount: amount, recurring: { interval }, product_data: { name: 'Pro' },
  });
}

async function newCustomer(card = 'pm_card_visa') {
  const customer = await stripe.customers.create({ email: 'ada@example.com', name: 'Ada', metadata: { tenant: 't1' } });
  if (!card) return customer;
  const method = await stripe.paymentMethods.attach(card, { customer: customer.id });
  return stripe.customers.update(customer.id, { invoice_settings: { default_payment_method: method.id } });
}

async function newSubscription(more = {}, customer = undefined) {
  const owner = customer ?? await newCustomer();
  const price = await newPrice();
  return stripe.subscriptions.create({ customer: owner.id, items: [{ price: price.id }], ...more });
}

// Submits a hosted page's form; where it leads, or the page.
async function submit(path, fields) {
  return fetch(simulator.url + path, {
    method: 'POST', redirect: 'manual', body: new URLSearchParams(fields),
    headers: { Origin: simulator.url },
  });
}

for (const tests of [objectTests, billingTests, changeTests, taxTests, collectionTests, entitlementTests]) {
  tests(() => ({ stripe, simulator, newPrice, newCustomer, newSubscription, submit }));
}

test('every kind of error has its class', async () => {
  const { errors } = Stripe;
  const failing = await newCustomer('pm_card_chargeCustomerFail');
  await assert.rejects(newSubscription({ payment_behavior: 'error_if_incomplete' }, failing), (error) => {
    assert.ok(error instanceof errors.StripeCardError);
    assert.equal(error.code, 'card_declined');
    assert.equal(error.decline_code, 'generic_decline');
    assert.equal(error.payment_intent.status, 'requires_payment_method');
    return true;
  });
  await assert.rejects(stripe.paymentMethods.attach('pm_card_visa_chargeDeclined', { customer: failing.id }), errors.StripeCardError);
  await assert.rejects(stripe.customers.retrieve('cus_none'), (error) =>
    error instanceof errors.StripeInvalidRequestError && error.statusCode === 404 && error.code === 'resource_missing');
  await assert.rejects(stripe.plans.list(), /does not simulate it yet/);
  await assert.rejects(simulator.client({ key: 'sk_test_other' }).balance.retrieve(), errors.StripeAuthenticationError);
  await stripe.customers.create({ name: 'a' }, { idempotencyKey: 'same' });
  await assert.rejects(stripe.customers.create({ name: 'b' }, { idempotencyKey: 'same' }), errors.StripeIdempotencyError);
  await simulator.control('faults', { kind: 'rate_limit' });
  await assert.rejects(stripe.customers.list(), errors.StripeRateLimitError);
  await simulator.control('faults', { kind: 'error' });
  await assert.rejects(stripe.customers.list(), errors.StripeAPIError);
});

test('lists page by themselves, in both directions', async () => {
  const customer = await newCustomer(null);
  const names = [];
  for (let i = 0; i < 25; ++i) names.push((await stripe.products.create({ name: `page ${i}` })).id);
  const seen = [];
  for await (const product of stripe.products.list({ limit: 10 })) seen.push(product.id);
  assert.deepEqual(seen.slice(0, 25), [...names].reverse());
  const chronological = [];
  for await (const product of stripe.products.list({ limit: 10, ending_before: names[0] })) chronological.push(product.id);
  assert.deepEqual(chronological, names.slice(1));
  await stripe.customers.del(customer.id);
});

test('retries after any fault make exactly one object', async () => {
  const retrying = simulator.client({ maxNetworkRetries: 2, timeout: 400 });
  for (const kind of ['error', 'conflict', 'lock_timeout', 'timeout', 'lost']) {
    const email = `${kind}@example.com`;
    await simulator.control('faults', { kind, method: 'POST', path: '/v1/customers' });
    const made = await retrying.customers.create({ email });
    const { data } = await stripe.customers.list({ email });
    assert.deepEqual(data.map(({ id }) => id), [made.id], kind);
  }
  await simulator.control('faults', { kind: 'saved_error', method: 'POST', path: '/v1/customers' });
  await assert.rejects(retrying.customers.create({ email: 'saved@example.com' }), Stripe.errors.StripeAPIError);
});

test('webhooks are signed as Stripe signs them, and tried again', async () => {
  const hook = await listen((delivery, count) => (count === 1 ? 500 : 200));
  const endpoint = await stripe.webhookEndpoints.create({ url: hook.url, enabled_events: ['product.created'] });
  assert.match(endpoint.secret, /^whsec_/);
  assert.equal((await stripe.webhookEndpoints.retrieve(endpoint.id)).secret, undefined);
  const product = await stripe.products.create({ name: 'Signed' });
  await hook.until((received) => received.length >= 2);
  const { body, signature } = hook.received[1];
  const event = stripe.webhooks.constructEvent(body, signature, endpoint.secret);
  assert.equal(event.data.object.id, product.id);
  assert.equal(event.api_version, '2026-10-28.endive');
  assert.throws(() => stripe.webhooks.constructEvent(body.replace('Signed', 'Forged'), signature, endpoint.secret));

  const [timestamp] = /(?<=t=)\d+/.exec(signature);
  const expected = stripe.webhooks.generateTestHeaderString({
    payload: body, secret: endpoint.secret, timestamp: Number(timestamp),
  });
  assert.equal(signature, expected);

  const rolled = await simulator.control(`webhook_endpoints/${endpoint.id}/roll`, { expires_in_hours: 1 });
  const seen = hook.received.length;
  await stripe.products.create({ name: 'Rolled' });
  await hook.until((received) => received.length > seen);
  const last = hook.received.at(-1);
  for (const secret of [endpoint.secret, rolled.secret]) {
    assert.equal(stripe.webhooks.constructEvent(last.body, last.signature, secret).type, 'product.created');
  }

  assert.equal((await stripe.webhookEndpoints.update(endpoint.id, { disabled: true })).status, 'disabled');
  assert.ok((await stripe.webhookEndpoints.list()).data.length >= 1);
  assert.equal((await stripe.webhookEndpoints.del(endpoint.id)).deleted, true);
  hook.close();
});

test('while the clock advances, each moment is delivered at its time', async () => {
  const subscription = await newSubscription({ trial_period_days: 14 });
  const { now: begin } = await simulator.control('clock', {}, 'GET');
  const hook = await listen();
  const endpoint = await stripe.webhookEndpoints.create({ url: hook.url, enabled_events: ['*'] });
  await simulator.control('clock', { seconds: 15 * day });
  const diary = hook.received.map(({ body, signature }) => {
    const event = stripe.webhooks.constructEvent(body, signature, endpoint.secret);
    const signedAt = Number(/(?<=t=)\d+/.exec(signature)[0]);
    assert.ok(Math.abs(signedAt - event.created) < 60, `${event.type} was signed ${signedAt - event.created} s late`);
    return [event.type, Math.round((event.created - begin) / 3600), event.data.object];
  }).filter(([, , object]) => object.customer === subscription.customer).map(([type, hour]) => `${hour} ${type}`);
  assert.deepEqual(diary, [
    `${11 * 24} customer.subscription.trial_will_end`,
    `${14 * 24} customer.subscription.updated`,
    `${14 * 24} invoice.created`,
    `${14 * 24 + 1} invoice.finalized`,
    `${14 * 24 + 1} payment_intent.created`,
    `${14 * 24 + 1} payment_intent.succeeded`,
    `${14 * 24 + 1} charge.succeeded`,
    `${14 * 24 + 1} invoice.paid`,
    `${14 * 24 + 1} invoice.payment_succeeded`,
  ]);
  await stripe.webhookEndpoints.del(endpoint.id);
  hook.close();
});

test('a card fails, the customer pays on the hosted invoice, all is well again', async () => {
  const customer = await newCustomer();
  const subscription = await newSubscription({}, customer);
  await simulator.control(`customers/${customer.id}/fail_card`);
  await simulator.control('clock', { to: subscription.items.data[0].current_period_end + 3600 });
  const due = await stripe.subscriptions.retrieve(subscription.id, { expand: ['latest_invoice'] });
  assert.equal(due.status, 'past_due');
  const { hosted_invoice_url: url } = due.latest_invoice;
  assert.match(await (await fetch(url)).text(), /Pay \$49\.00/);
  const path = new URL(url).pathname;
  assert.equal((await submit(path, { card: '4000000000009995' })).status, 422);
  assert.equal((await submit(path, { card: '4242424242424242' })).status, 303);
  const healed = await stripe.subscriptions.retrieve(subscription.id);
  assert.equal(healed.status, 'active');
  assert.notEqual(healed.default_payment_method, null);
});

test('a parameter that Stripe has and the simulator lacks is refused by name', needsSchema, async () => {
  const price = await newPrice();
  const customer = await newCustomer();
  const calls = {
    '/v1/customers': '',
    '/v1/products': 'name=x',
    '/v1/prices': 'currency=usd&unit_amount=1&product_data[name]=x',
    '/v1/payment_methods': 'type=card&card[token]=tok_visa',
    '/v1/subscriptions': `customer=${customer.id}&items[0][price]=${price.id}`,
    '/v1/coupons': 'percent_off=10',
    '/v1/invoiceitems': `customer=${customer.id}&amount=1&currency=usd`,
    '/v1/invoices/create_preview': `customer=${customer.id}&subscription_details[items][0][price]=${price.id}`,
    '/v1/subscription_schedules': `customer=${customer.id}&phases[0][items][0][price]=${price.id}`,
    '/v1/subscription_items': `subscription=${(await newSubscription()).id}&price=${price.id}`,
    '/v1/promotion_codes': `promotion[type]=coupon&promotion[coupon]=${(await stripe.coupons.create({ percent_off: 1 })).id}`,
    '/v1/refunds': `charge=${(await stripe.charges.list({ limit: 1 })).data[0].id}`,
    '/v1/credit_notes': `invoice=${(await newSubscription()).latest_invoice}&amount=1&credit_amount=1`,
    '/v1/webhook_endpoints': 'url=http://127.0.0.1:9/&enabled_events[]=price.deleted',
  };
  const refused = [];
  for (const [path, call] of Object.entries(calls)) {
    const { params } = schema.find('POST', path);
    for (const name of Object.keys(schema.defs[params].properties).filter((known) => known !== 'metadata')) {
      const response = await fetch(simulator.url + path, {
        method: 'POST', body: `${call}&${name}[probe]=1`, headers: { Authorization: 'Bearer sk_test_sim_probe' },
      });
      const { error } = await response.json();
      assert.ok(error, `${path} takes ${name}[probe]`);
      assert.doesNotMatch(error.message, /^Received unknown parameter: \S+$/, path);
      if (/the simulator does not simulate/.test(error.message)) refused.push(`${path} ${name}`);
    }
  }
  for (const expected of ['/v1/customers cash_balance', '/v1/prices currency_options', '/v1/subscriptions application_fee_percent',
    '/v1/subscriptions add_invoice_items', '/v1/payment_methods us_bank_account', '/v1/webhook_endpoints connect']) {
    assert.ok(refused.includes(expected), `${expected}\n${refused.join('\n')}`);
  }
});

test('it survives kill -9 and goes on with what it had', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'freehold-simulator-'));
  try {
    const journal = join(folder, 'journal');
    const first = await Simulator.start('--journal', journal);
    const customer = await first.client().customers.create({ name: 'Kept' });
    await first.control('clock', { seconds: 40 * day });
    await first.stop('SIGKILL');
    assert.ok(readFileSync(journal, 'utf8').includes('Kept'));
    const second = await Simulator.start('--journal', journal);
    assert.equal((await second.client().customers.retrieve(customer.id)).name, 'Kept');
    const { now } = await second.control('clock', {}, 'GET');
    assert.ok(now > Date.now() / 1000 + 39 * day);
    await second.stop();
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('the dashboard lists customers, switches their cards and moves the clock', async () => {
  const customer = await newCustomer();
  await newSubscription({}, customer);
  const dashboard = await (await fetch(simulator.url)).text();
  assert.match(dashboard, /This is not Stripe/);
  assert.match(dashboard, new RegExp(`/customers/${customer.id}`));
  const cardPath = `/customers/${customer.id}/card`;
  assert.equal((await submit(cardPath, { card: 'fails', return_to: `/customers/${customer.id}` })).status, 303);
  const page = await (await fetch(`${simulator.url}/customers/${customer.id}`)).text();
  assert.match(page, /Let it pay again/);
  assert.match(page, /customer\.subscription\.created/);
  await submit(cardPath, { card: 'pays' });
  const { now } = await simulator.control('clock', {}, 'GET');
  assert.equal((await submit('/clock', { step: 'day' })).status, 303);
  assert.ok((await simulator.control('clock', {}, 'GET')).now >= now + day);
  assert.equal((await submit('/clock', { days: 'x' })).status, 422);
  assert.equal((await fetch(`${simulator.url}/webhooks`)).status, 200);
  assert.equal((await fetch(`${simulator.url}/nothing`)).status, 404);
  const elsewhere = await fetch(`${simulator.url}/clock`, {
    method: 'POST', body: 'step=day', headers: { Origin: 'http://evil.example' },
  });
  assert.equal(elsewhere.status, 403);
  const forwarded = await fetch(`${simulator.url}/clock`, {
    method: 'POST', body: 'step=day', headers: { Origin: 'http://evil.example', 'Sec-Fetch-Site': 'cross-site' },
  });
  assert.equal(forwarded.status, 403);
});

test('every type of event is sent, and each event has the shape of its type', async () => {
  const pending = async () => (await simulator.control('webhooks/deliveries', {}, 'GET')).data
    .filter(({ status }) => status === 'pending').length;
  while (await pending() > 0) await new Promise((resolve) => setImmediate(resolve));
  const types = new Set();
  for (const { body, signature } of everything.received) {
    const event = stripe.webhooks.constructEvent(body, signature, everythingSecret);
    types.add(event.type);
    const wrong = schema?.eventMistakes(event);
    if (wrong) mistakes.push(`event ${event.type}\n${wrong}`);
  }
  assert.deepEqual([...types].sort(), eventTypes);
  const [newest] = (await stripe.events.list({ types: ['customer.*'], delivery_success: true })).data;
  assert.equal((await stripe.events.retrieve(newest.id)).id, newest.id);
});

test('every answer and every event had the shape of its type', needsSchema, () => {
  assert.equal([...new Set(mistakes)].join('\n\n'), '');
});

test('coverage of the pinned version', needsSchema, (context) => {
  const source = readFileSync(new URL('../../simulator/endpoints.cpp', import.meta.url), 'utf8');
  const simulated = new Set([...source.matchAll(/\{"(GET|POST|DELETE)",\s+"(\/v1\/[^"]+)"/g)].map(([, method, path]) => `${method} ${path}`));
  const rows = schema.endpoints.map(({ method, path }) => `${method} ${path}`);
  const untested = [...simulated].filter((row) => !schema.called.has(row));
  for (const row of rows.filter((name) => simulated.has(name))) {
    context.diagnostic(`${String(schema.called.get(row) ?? 0).padStart(4)} calls  ${row}`);
  }
  for (const row of rows.filter((name) => !simulated.has(name))) context.diagnostic(`missing     ${row}`);
  context.diagnostic(`${simulated.size} of ${rows.length} endpoints are simulated`);
  assert.deepEqual([...simulated].filter((row) => !rows.includes(row)), [], 'endpoints that Stripe does not have');
  assert.deepEqual(untested, [], 'endpoints that no test above calls');
});
