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
import { collectionTests } from './collection.mjs';
import { entitlementTests } from './entitlements.mjs';
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

test('customers', async () => {
  const customer = await newCustomer(null);
  assert.equal(customer.metadata.tenant, 't1');
  assert.equal((await stripe.customers.retrieve(customer.id)).email, 'ada@example.com');
  const moved = await stripe.customers.update(customer.id, { address: { city: 'Oslo', country: 'NO' }, phone: '' });
  assert.equal(moved.address.city, 'Oslo');
  assert.equal(moved.phone, null);
  assert.equal((await stripe.customers.list({ limit: 1 })).data[0].id, customer.id);
  assert.deepEqual(await stripe.customers.del(customer.id),
    { id: customer.id, object: 'customer', deleted: true });
  assert.equal((await stripe.customers.retrieve(customer.id)).deleted, true);
});

test('the account', async () => {
  const account = await stripe.accounts.retrieveCurrent();
  assert.deepEqual([account.object, account.country, account.charges_enabled], ['account', 'US', true]);
});

test('products and prices', async () => {
  const product = await stripe.products.create({ name: 'Pro', description: 'For teams', metadata: { plan: 'pro' } });
  const price = await stripe.prices.create({
    product: product.id, currency: 'eur', unit_amount: 49000, recurring: { interval: 'year' },
    lookup_key: 'pro_yearly', nickname: 'yearly',
  });
  await stripe.products.update(product.id, { default_price: price.id, active: true });
  const expanded = await stripe.products.retrieve(product.id, { expand: ['default_price'] });
  assert.equal(expanded.default_price.unit_amount, 49000);
  const [found] = (await stripe.prices.list({ lookup_keys: ['pro_yearly'], active: true, expand: ['data.product'] })).data;
  assert.equal(found.product.name, 'Pro');
  assert.equal((await stripe.prices.update(price.id, { active: false })).active, false);
  assert.equal((await stripe.prices.retrieve(price.id)).lookup_key, 'pro_yearly');
  await assert.rejects(stripe.products.del(product.id), Stripe.errors.StripeInvalidRequestError);
  const spare = await stripe.products.create({ id: 'spare', name: 'Spare' });
  assert.equal((await stripe.products.list({ ids: ['spare'] })).data[0].id, spare.id);
  assert.equal((await stripe.products.del('spare')).deleted, true);
});

test('payment methods, from numbers and tokens', async () => {
  const customer = await newCustomer(null);
  const typed = await stripe.paymentMethods.create({
    type: 'card', card: { number: '5555555555554444', exp_month: 12, exp_year: 2034, cvc: '123' },
    billing_details: { name: 'Ada', address: { country: 'NO' } },
  });
  assert.equal(typed.card.brand, 'mastercard');
  const token = await stripe.paymentMethods.create({ type: 'card', card: { token: 'tok_visa' } });
  await stripe.paymentMethods.attach(typed.id, { customer: customer.id });
  await stripe.paymentMethods.attach(token.id, { customer: customer.id });
  assert.equal((await stripe.paymentMethods.list({ customer: customer.id, type: 'card' })).data.length, 2);
  assert.equal((await stripe.customers.listPaymentMethods(customer.id)).data[0].id, token.id);
  assert.equal((await stripe.paymentMethods.retrieve(token.id, { expand: ['customer'] })).customer.name, 'Ada');
  assert.equal((await stripe.paymentMethods.detach(typed.id)).customer, null);
});

test('a subscription from creation to its end', async () => {
  const subscription = await newSubscription({
    metadata: { tenant: 't1' }, expand: ['latest_invoice.payments', 'customer'],
  });
  assert.equal(subscription.status, 'active');
  assert.equal(subscription.latest_invoice.status, 'paid');
  assert.equal(subscription.latest_invoice.parent.subscription_details.subscription, subscription.id);
  assert.equal(subscription.latest_invoice.payments.data[0].status, 'paid');
  const [item] = subscription.items.data;
  assert.equal(item.current_period_start, subscription.created);

  const listed = await stripe.subscriptions.list({
    customer: subscription.customer.id, status: 'all', expand: ['data.latest_invoice'],
  });
  assert.equal(listed.data[0].latest_invoice.id, subscription.latest_invoice.id);
  assert.equal((await stripe.subscriptionItems.retrieve(item.id)).price.id, item.price.id);
  assert.equal((await stripe.subscriptionItems.list({ subscription: subscription.id })).data.length, 1);

  const bigger = await newPrice(9900);
  const changed = await stripe.subscriptions.update(subscription.id, {
    items: [{ id: item.id, price: bigger.id }], proration_behavior: 'none',
  });
  assert.equal(changed.items.data[0].price.unit_amount, 9900);
  const ending = await stripe.subscriptions.update(subscription.id, { cancel_at_period_end: true });
  assert.equal(ending.cancel_at, item.current_period_end);
  await stripe.subscriptions.update(subscription.id, { cancel_at_period_end: false });
  const uncollected = await stripe.subscriptions.update(subscription.id, { pause_collection: { behavior: 'void' } });
  assert.equal(uncollected.pause_collection.resumes_at, null);
  await stripe.subscriptions.update(subscription.id, { pause_collection: '' });
  const paused = await stripe.subscriptions.pause(subscription.id, { bill_for: { unused_time_from: { type: 'none' } } });
  assert.equal(paused.status_details.paused.subscription.type, 'pause_requested');
  assert.equal((await stripe.subscriptions.resume(subscription.id, { billing_cycle_anchor: { type: 'unchanged' } })).status, 'active');
  const canceled = await stripe.subscriptions.cancel(subscription.id, { cancellation_details: { comment: 'bye' } });
  assert.equal(canceled.status, 'canceled');
  assert.equal((await stripe.subscriptions.retrieve(subscription.id)).cancellation_details.comment, 'bye');
});

test('invoices and their payments', async () => {
  const subscription = await newSubscription({ payment_behavior: 'default_incomplete' });
  assert.equal(subscription.status, 'incomplete');
  const open = await stripe.invoices.retrieve(subscription.latest_invoice);
  assert.equal(open.status, 'open');
  assert.match(open.hosted_invoice_url, /\/invoice\/in_/);
  const paid = await stripe.invoices.pay(open.id, { expand: ['payments'] });
  assert.equal(paid.status, 'paid');
  const intentId = paid.payments.data[0].payment.payment_intent;
  const intent = await stripe.paymentIntents.retrieve(intentId, { expand: ['latest_charge'] });
  assert.equal(intent.latest_charge.status, 'succeeded');
  assert.equal((await stripe.charges.retrieve(intent.latest_charge.id)).amount, 4900);
  assert.equal((await stripe.charges.list({ payment_intent: intentId })).data.length, 1);
  assert.equal((await stripe.paymentIntents.list({ customer: paid.customer })).data[0].id, intentId);
  const payments = await stripe.invoicePayments.list({ invoice: paid.id });
  assert.equal((await stripe.invoicePayments.retrieve(payments.data[0].id)).amount_paid, 4900);
  assert.equal((await stripe.invoices.listLineItems(paid.id)).data[0].amount, 4900);
  assert.equal((await stripe.invoices.list({ subscription: subscription.id, status: 'paid' })).data.length, 1);
  assert.ok((await stripe.balance.retrieve()).available[0].amount >= 4900);
});

test('invoices that are not paid: finalized early, voided, given up', async () => {
  const subscription = await newSubscription();
  await simulator.control('clock', { to: subscription.items.data[0].current_period_end });
  const renewed = await stripe.subscriptions.retrieve(subscription.id, { expand: ['latest_invoice'] });
  assert.equal(renewed.latest_invoice.status, 'draft');
  assert.ok(renewed.latest_invoice.automatically_finalizes_at > renewed.latest_invoice.created);
  const open = await stripe.invoices.finalizeInvoice(renewed.latest_invoice.id, { auto_advance: false });
  assert.equal(open.status, 'open');
  assert.equal((await stripe.invoices.markUncollectible(open.id)).status, 'uncollectible');
  assert.equal((await stripe.invoices.voidInvoice(open.id)).status, 'void');
});

test('checkout in subscription mode, with a trial', async () => {
  const customer = await newCustomer(null);
  const price = await newPrice();
  const { now } = await simulator.control('clock', {}, 'GET');
  const session = await stripe.checkout.sessions.create({
    mode: 'subscription', customer: customer.id, client_reference_id: 'tenant_1',
    line_items: [{ price: price.id, quantity: 1 }],
    subscription_data: { trial_end: now + 10 * day, metadata: { tenant: 't1' } },
    success_url: 'http://app.example/return?session={CHECKOUT_SESSION_ID}', cancel_url: 'http://app.example/plans',
    metadata: { tenant: 't1' },
  });
  const page = await fetch(session.url);
  const html = await page.text();
  assert.match(html, /Subscribe to Pro/);
  assert.match(html, /Free until/);
  assert.match(html, /4242 4242 4242 4242/);
  assert.match(page.headers.get('content-security-policy'), /form-action 'self' http:\/\/app\.example$/);

  const path = new URL(session.url).pathname;
  const declined = await submit(path, { card: '4000000000000002' });
  assert.equal(declined.status, 422);
  assert.match(await declined.text(), /Your card was declined\./);
  const empty = await submit(path, {});
  assert.match(await empty.text(), /Enter a card number\./);
  const done = await submit(path, { number: '4242 4242 4242 4242', expiry: '12 / 34', cvc: '123', name: 'Ada' });
  assert.equal(done.status, 303);
  assert.equal(done.headers.get('location'), `http://app.example/return?session=${session.id}`);

  const complete = await stripe.checkout.sessions.retrieve(session.id, { expand: ['line_items', 'subscription'] });
  assert.equal(complete.status, 'complete');
  assert.equal(complete.payment_status, 'no_payment_required');
  assert.equal(complete.subscription.status, 'trialing');
  assert.equal(complete.subscription.trial_end, now + 10 * day);
  assert.equal(complete.line_items.data[0].price.id, price.id);
  assert.equal((await stripe.checkout.sessions.listLineItems(session.id)).data.length, 1);
  assert.match(await (await fetch(simulator.url + path)).text(), /This checkout is complete/);
});

test('checkout in setup mode, listing and expiring', async () => {
  const customer = await newCustomer(null);
  const session = await stripe.checkout.sessions.create({
    mode: 'setup', customer: customer.id, currency: 'usd', success_url: 'http://app.example/done',
  });
  const done = await submit(new URL(session.url).pathname, { card: '4242424242424242' });
  assert.equal(done.status, 303);
  const complete = await stripe.checkout.sessions.retrieve(session.id);
  const intent = await stripe.setupIntents.retrieve(complete.setup_intent, { expand: ['payment_method'] });
  assert.equal(intent.payment_method.customer, customer.id);
  assert.equal((await stripe.setupIntents.list({ customer: customer.id })).data.length, 1);

  const spare = await stripe.checkout.sessions.create({
    mode: 'setup', customer: customer.id, currency: 'usd', success_url: 'http://app.example/done',
  });
  assert.equal((await stripe.checkout.sessions.expire(spare.id)).status, 'expired');
  assert.equal((await stripe.checkout.sessions.list({ customer: customer.id, status: 'expired' })).data.length, 1);
});

for (const tests of [billingTests, taxTests, collectionTests, entitlementTests]) {
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
