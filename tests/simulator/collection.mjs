// Part of sdk.test.mjs: the ways an invoice is paid besides a card that is charged by itself.
import { test } from 'node:test';
import assert from 'node:assert/strict';

const day = 86400;

export function collectionTests(at) {
  test('invoices that are sent: mailed, overdue, paid out of band or on their page', async () => {
    const { stripe, simulator, newCustomer, newSubscription, submit } = at();
    const customer = await newCustomer(null);
    const subscription = await newSubscription({
      collection_method: 'send_invoice', days_until_due: 14, expand: ['latest_invoice'],
    }, customer);
    const { latest_invoice: draft } = subscription;
    assert.deepEqual([subscription.status, draft.status, draft.due_date - draft.created], ['active', 'draft', 14 * day]);
    const edited = await stripe.invoices.update(draft.id, { days_until_due: 7, metadata: { order: '4711' } });
    assert.equal(edited.due_date - draft.created, 7 * day);
    const open = await stripe.invoices.sendInvoice(draft.id);
    assert.equal(open.status, 'open');
    assert.match(await (await fetch(open.hosted_invoice_url)).text(), /To be paid by[\s\S]*Pay \$49\.00/);
    await simulator.control('clock', { seconds: 7 * day });
    assert.equal((await stripe.subscriptions.retrieve(subscription.id)).status, 'past_due');
    assert.equal((await stripe.invoices.list({ customer: customer.id, due_date: { lte: open.due_date } })).data.length, 1);
    const paid = await stripe.invoices.pay(open.id, { paid_out_of_band: true });
    assert.deepEqual([paid.status, paid.amount_remaining], ['paid', 0]);
    assert.equal((await stripe.subscriptions.retrieve(subscription.id)).status, 'active');

    await simulator.control('clock', { to: subscription.items.data[0].current_period_end + 3600 });
    const renewed = await stripe.subscriptions.retrieve(subscription.id, { expand: ['latest_invoice'] });
    const page = new URL(renewed.latest_invoice.hosted_invoice_url).pathname;
    assert.equal((await submit(page, { card: '4242424242424242' })).status, 303);
    assert.equal((await stripe.invoices.retrieve(renewed.latest_invoice.id)).status, 'paid');
    assert.equal((await stripe.subscriptions.retrieve(subscription.id)).default_payment_method, null);
    const charged = await stripe.subscriptions.update(subscription.id, { collection_method: 'charge_automatically' });
    assert.equal(charged.days_until_due, null);
  });

  test('invoices that are made by hand', async () => {
    const { stripe, newCustomer } = at();
    const customer = await newCustomer();
    const draft = await stripe.invoices.create({ customer: customer.id, description: 'Workshop' });
    assert.deepEqual([draft.status, draft.billing_reason, draft.parent], ['draft', 'manual', null]);
    await stripe.invoiceItems.create({ customer: customer.id, invoice: draft.id, amount: 1500, currency: 'usd', description: 'Day one' });
    const open = await stripe.invoices.finalizeInvoice(draft.id, { auto_advance: false });
    assert.equal(open.total, 1500);
    assert.equal((await stripe.invoices.pay(draft.id)).amount_paid, 1500);
    const spare = await stripe.invoices.create({ customer: customer.id });
    assert.equal((await stripe.invoices.del(spare.id)).deleted, true);
  });

  test('SEPA direct debits: processing, then paid or not', async () => {
    const { stripe, simulator, newCustomer, submit } = at();
    const price = await stripe.prices.create({ currency: 'eur', unit_amount: 4900, recurring: { interval: 'month' }, product_data: { name: 'Pro' } });
    const account = async (iban) => {
      const customer = await newCustomer(null);
      const method = await stripe.paymentMethods.create({
        type: 'sepa_debit', sepa_debit: { iban }, billing_details: { name: 'Ada', email: 'ada@example.com' },
      });
      await stripe.paymentMethods.attach(method.id, { customer: customer.id });
      return stripe.subscriptions.create({
        customer: customer.id, items: [{ price: price.id }], default_payment_method: method.id,
        payment_settings: { payment_method_types: ['sepa_debit'], save_default_payment_method: 'on_subscription' },
        expand: ['latest_invoice.payments'],
      });
    };
    const subscription = await account('DE08370400440532013003');
    assert.deepEqual([subscription.status, subscription.latest_invoice.status], ['active', 'open']);
    const { payment_intent } = subscription.latest_invoice.payments.data[0].payment;
    const intent = await stripe.paymentIntents.retrieve(payment_intent, { expand: ['latest_charge', 'payment_method'] });
    assert.deepEqual([intent.status, intent.latest_charge.status, intent.payment_method.sepa_debit.last4], ['processing', 'pending', '3003']);
    const refused = await account('DE78370400440532013004');
    await simulator.control('clock', { seconds: 180 });
    assert.equal((await stripe.invoices.retrieve(subscription.latest_invoice.id)).status, 'paid');
    const left = await stripe.subscriptions.retrieve(refused.id, { expand: ['latest_invoice'] });
    assert.deepEqual([left.status, left.latest_invoice.status], ['active', 'void']);

    const book = await stripe.prices.create({ currency: 'eur', unit_amount: 1200, product_data: { name: 'Book' } });
    const session = await stripe.checkout.sessions.create({
      mode: 'payment', line_items: [{ price: book.id, quantity: 1 }], success_url: 'http://app.example/done', customer_creation: 'always',
    });
    const fields = { email: 'ada@example.com', name: 'Ada' };
    assert.match(await (await fetch(session.url)).text(), /Or an IBAN to debit/);
    const wrong = await submit(new URL(session.url).pathname, { ...fields, iban: 'DE00' });
    assert.match(await wrong.text(), /The IBAN you provided is invalid/);
    assert.equal((await submit(new URL(session.url).pathname, { ...fields, iban: 'DE08 3704 0044 0532 0130 03' })).status, 303);
    assert.equal((await stripe.checkout.sessions.retrieve(session.id)).payment_status, 'unpaid');
    await simulator.control('clock', { seconds: 180 });
    assert.equal((await stripe.checkout.sessions.retrieve(session.id)).payment_status, 'paid');
    const hopeless = await stripe.checkout.sessions.create({
      mode: 'payment', line_items: [{ price: book.id, quantity: 1 }], success_url: 'http://app.example/done', customer_creation: 'always',
    });
    await submit(new URL(hopeless.url).pathname, { ...fields, iban: 'DE62370400440532013001' });
    assert.equal((await stripe.checkout.sessions.retrieve(hopeless.id)).payment_status, 'unpaid');
  });

  test('credit grants pay for what is metered', async () => {
    const { stripe, simulator, newCustomer } = at();
    const meter = await stripe.billing.meters.create({ display_name: 'Tokens', event_name: 'tokens', default_aggregation: { formula: 'sum' } });
    const price = await stripe.prices.create({
      currency: 'usd', unit_amount: 10, recurring: { interval: 'month', usage_type: 'metered', meter: meter.id }, product_data: { name: 'Tokens' },
    });
    const customer = await newCustomer();
    const subscription = await stripe.subscriptions.create({ customer: customer.id, items: [{ price: price.id }] });
    const give = (value, more) => stripe.billing.creditGrants.create({
      customer: customer.id, amount: { type: 'monetary', monetary: { currency: 'usd', value } },
      applicability_config: { scope: { price_type: 'metered' } }, category: 'promotional', ...more,
    });
    const grant = await give(500, { name: 'Welcome' });
    assert.equal((await stripe.billing.creditGrants.update(grant.id, { metadata: { by: 'sales' } })).metadata.by, 'sales');
    const wrong = await give(100, { priority: 90 });
    assert.notEqual((await stripe.billing.creditGrants.voidGrant(wrong.id)).voided_at, null);
    const spare = await give(100, { priority: 90 });
    await stripe.billing.meterEvents.create({ event_name: 'tokens', payload: { stripe_customer_id: customer.id, value: '40' } });
    await simulator.control('clock', { to: subscription.items.data[0].current_period_end + 3600 });
    const { latest_invoice: invoice } = await stripe.subscriptions.retrieve(subscription.id, { expand: ['latest_invoice'] });
    assert.deepEqual([invoice.subtotal, invoice.total, invoice.total_pretax_credit_amounts[0].amount], [400, 0, 400]);
    assert.notEqual((await stripe.billing.creditGrants.expire(spare.id)).expires_at, null);
    assert.equal((await stripe.billing.creditGrants.retrieve(grant.id)).amount.monetary.value, 500);
    assert.equal((await stripe.billing.creditGrants.list({ customer: customer.id })).data.length, 3);
    const summary = await stripe.billing.creditBalanceSummaries.retrieve({
      customer: customer.id, filter: { type: 'applicability_scope', applicability_scope: { price_type: 'metered' } },
    });
    assert.equal(summary.balances[0].available_balance.monetary.value, 100);
    const moves = await stripe.billing.creditBalanceTransactions.list({ customer: customer.id, credit_grant: grant.id });
    assert.equal(moves.data[0].debit.credits_applied.invoice, invoice.id);
    assert.equal((await stripe.billing.creditBalanceTransactions.retrieve(moves.data[1].id)).credit.type, 'credits_granted');
  });
}
