// Part of sdk.test.mjs: the objects one by one, from customers to checkouts.
import { test } from 'node:test';
import assert from 'node:assert/strict';
import Stripe from 'stripe';

const day = 86400;

export function objectTests(at) {
  test('customers', async () => {
    const { stripe, newCustomer } = at();
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
    const { stripe } = at();
    const account = await stripe.accounts.retrieveCurrent();
    assert.deepEqual([account.object, account.country, account.charges_enabled], ['account', 'US', true]);
  });

  test('products and prices', async () => {
    const { stripe } = at();
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
    const { stripe, newCustomer } = at();
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
    const { stripe, newPrice, newSubscription } = at();
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
    const { stripe, newSubscription } = at();
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
    const { stripe, simulator, newSubscription } = at();
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
    const { stripe, simulator, newPrice, newCustomer, submit } = at();
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
    const { stripe, newCustomer, submit } = at();
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
}
