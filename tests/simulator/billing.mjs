// Part of sdk.test.mjs: discounts, usage, credit, payments, the portal. Stripe's package calls
// every endpoint of them, and what it gets is held to Stripe's schema.
import { test } from 'node:test';
import assert from 'node:assert/strict';

const day = 86400;

// `at` gives what sdk.test.mjs has once it has begun: stripe, simulator, newPrice, newCustomer,
// newSubscription, submit.
export function billingTests(at) {
  test('invoice items', async () => {
    const { stripe, newCustomer } = at();
    const customer = await newCustomer();
    const product = await stripe.products.create({ name: 'Help' });
    const price = await stripe.prices.create({ product: product.id, currency: 'usd', unit_amount: 700 });
    const item = await stripe.invoiceItems.create({ customer: customer.id, pricing: { price: price.id }, quantity: 3 });
    assert.equal(item.amount, 2100);
    assert.equal((await stripe.invoiceItems.update(item.id, { description: 'Hours' })).description, 'Hours');
    assert.equal((await stripe.invoiceItems.retrieve(item.id)).pricing.price_details.price, price.id);
    assert.equal((await stripe.invoiceItems.list({ customer: customer.id, pending: true })).data.length, 1);
    assert.equal((await stripe.invoiceItems.del(item.id)).deleted, true);
  });

  test('coupons, promotion codes and the discounts they become', async () => {
    const { stripe, newPrice, newCustomer } = at();
    const coupon = await stripe.coupons.create({ percent_off: 12.5, duration: 'repeating', duration_in_months: 3, name: 'Spring' });
    assert.equal(coupon.percent_off, 12.5);
    assert.equal((await stripe.coupons.update(coupon.id, { name: 'Summer' })).name, 'Summer');
    assert.equal((await stripe.coupons.list({ limit: 1 })).data[0].id, coupon.id);
    const code = await stripe.promotionCodes.create({ promotion: { type: 'coupon', coupon: coupon.id }, code: 'SUMMER' });
    await stripe.promotionCodes.update(code.id, { metadata: { by: 'mail' } });
    const found = await stripe.promotionCodes.list({ code: 'summer', active: true, expand: ['data.promotion.coupon'] });
    assert.equal(found.data[0].promotion.coupon.name, 'Summer');
    const customer = await newCustomer();
    const price = await newPrice(1000);
    const subscription = await stripe.subscriptions.create({
      customer: customer.id, items: [{ price: price.id, quantity: 3 }], discounts: [{ promotion_code: code.id }],
      expand: ['discounts', 'latest_invoice.discounts'],
    });
    assert.equal(subscription.discounts[0].promotion_code, code.id);
    assert.equal(subscription.latest_invoice.total, 2625);
    assert.equal(subscription.latest_invoice.total_discount_amounts[0].amount, 375);
    assert.equal((await stripe.promotionCodes.retrieve(code.id)).times_redeemed, 1);
    assert.equal((await stripe.subscriptions.deleteDiscount(subscription.id)).deleted, true);
    assert.equal((await stripe.coupons.retrieve(coupon.id)).times_redeemed, 1);
    assert.equal((await stripe.coupons.del(coupon.id)).deleted, true);
    await assert.rejects(stripe.coupons.retrieve(coupon.id), { code: 'resource_missing' });
  });

  test('a promotion code and a quantity on the hosted checkout', async () => {
    const { stripe, simulator, newPrice, newCustomer, submit } = at();
    const coupon = await stripe.coupons.create({ amount_off: 500, currency: 'usd', name: 'Five off' });
    await stripe.promotionCodes.create({ promotion: { type: 'coupon', coupon: coupon.id }, code: 'FIVE' });
    const customer = await newCustomer(null);
    const price = await newPrice(1000);
    const session = await stripe.checkout.sessions.create({
      mode: 'subscription', customer: customer.id, success_url: 'http://app.example/done', allow_promotion_codes: true,
      line_items: [{ price: price.id, quantity: 1, adjustable_quantity: { enabled: true, minimum: 1, maximum: 10 } }],
    });
    const path = new URL(session.url).pathname;
    const [line] = (await stripe.checkout.sessions.listLineItems(session.id)).data;
    const fields = { update: 'yes', [`quantity_${line.id}`]: '4', promotion_code: 'five' };
    assert.match(await (await fetch(simulator.url + path)).text(), /Promotion code/);
    const wrong = await submit(path, { ...fields, promotion_code: 'NONE' });
    assert.match(await wrong.text(), /This code is invalid\./);
    assert.equal((await submit(path, { ...fields, [`quantity_${line.id}`]: '11' })).status, 422);
    assert.equal((await submit(path, fields)).status, 303);
    assert.match(await (await fetch(simulator.url + path)).text(), /Five off[\s\S]*Pay \$35\.00/);
    assert.equal((await submit(path, { card: '4242424242424242' })).status, 303);
    const complete = await stripe.checkout.sessions.retrieve(session.id, { expand: ['invoice', 'subscription', 'line_items'] });
    assert.equal(complete.amount_total, 3500);
    assert.equal(complete.invoice.amount_paid, 3500);
    assert.equal(complete.subscription.items.data[0].quantity, 4);
  });

  test('meters, their events, and what they cost', async () => {
    const { stripe, simulator, newCustomer } = at();
    const meter = await stripe.billing.meters.create({
      display_name: 'Calls', event_name: 'calls', default_aggregation: { formula: 'sum' },
      customer_mapping: { type: 'by_id', event_payload_key: 'customer' }, value_settings: { event_payload_key: 'calls' },
    });
    assert.equal((await stripe.billing.meters.update(meter.id, { display_name: 'API calls' })).display_name, 'API calls');
    assert.equal((await stripe.billing.meters.list({ status: 'active' })).data[0].id, meter.id);
    const price = await stripe.prices.create({
      currency: 'usd', product_data: { name: 'Calls' }, billing_scheme: 'tiered', tiers_mode: 'graduated',
      recurring: { interval: 'month', usage_type: 'metered', meter: meter.id },
      tiers: [{ up_to: 100, unit_amount: 0 }, { up_to: 'inf', unit_amount_decimal: '0.5' }], expand: ['tiers'],
    });
    assert.equal(String(price.tiers[1].unit_amount_decimal), '0.5');
    const customer = await newCustomer();
    const subscription = await stripe.subscriptions.create({ customer: customer.id, items: [{ price: price.id }] });
    for (const [identifier, calls] of [['one', '300'], ['two', '900'], ['three', '5']]) {
      const event = await stripe.billing.meterEvents.create({
        event_name: 'calls', identifier, payload: { customer: customer.id, calls },
      });
      assert.equal(event.payload.calls, calls);
    }
    await stripe.billing.meterEventAdjustments.create({ type: 'cancel', event_name: 'calls', cancel: { identifier: 'three' } });
    const start = Math.floor(subscription.created / 60) * 60;
    const [summary] = (await stripe.billing.meters.listEventSummaries(meter.id, {
      customer: customer.id, start_time: start, end_time: start + 3600,
    })).data;
    assert.equal(summary.aggregated_value, 1200);
    await simulator.control('clock', { to: subscription.items.data[0].current_period_end + 3600 });
    const { latest_invoice: invoice } = await stripe.subscriptions.retrieve(subscription.id, { expand: ['latest_invoice'] });
    assert.equal(invoice.amount_paid, 550);
    assert.deepEqual(invoice.lines.data.map(({ quantity, amount }) => [quantity, amount]), [[100, 0], [1100, 550]]);
    assert.equal((await stripe.billing.meters.deactivate(meter.id)).status, 'inactive');
    assert.equal((await stripe.billing.meters.reactivate(meter.id)).status, 'active');
    assert.equal((await stripe.billing.meters.retrieve(meter.id)).event_name, 'calls');
  });

  test('the balance of a customer', async () => {
    const { stripe, newCustomer, newSubscription } = at();
    const customer = await newCustomer();
    const credit = await stripe.customers.createBalanceTransaction(customer.id, { amount: -1000, currency: 'usd' });
    assert.equal(credit.ending_balance, -1000);
    await stripe.customers.updateBalanceTransaction(customer.id, credit.id, { description: 'Sorry' });
    assert.equal((await stripe.customers.retrieveBalanceTransaction(customer.id, credit.id)).description, 'Sorry');
    const { latest_invoice: invoice } = await newSubscription({ expand: ['latest_invoice'] }, customer);
    assert.equal(invoice.total, 4900);
    assert.equal(invoice.amount_paid, 3900);
    const [applied] = (await stripe.customers.listBalanceTransactions(customer.id)).data;
    assert.equal(applied.type, 'applied_to_invoice');
    assert.equal(applied.invoice, invoice.id);
  });

  test('one-time payments, and cards that are saved without one', async () => {
    const { stripe, simulator, newCustomer, submit } = at();
    const customer = await newCustomer(null);
    const made = await stripe.paymentIntents.create({ amount: 900, currency: 'usd', customer: customer.id });
    await stripe.paymentIntents.update(made.id, { description: 'A book', payment_method: 'pm_card_authenticationRequired' });
    const asked = await stripe.paymentIntents.confirm(made.id);
    const challenge = new URL(asked.next_action.redirect_to_url.url).pathname;
    assert.equal((await submit(challenge, { decision: 'approve' })).status, 303);
    assert.equal((await stripe.paymentIntents.retrieve(made.id)).status, 'succeeded');
    const spare = await stripe.paymentIntents.create({ amount: 900, currency: 'usd' });
    assert.equal((await stripe.paymentIntents.cancel(spare.id)).status, 'canceled');

    const setup = await stripe.setupIntents.create({ customer: customer.id, usage: 'off_session' });
    await stripe.setupIntents.update(setup.id, { metadata: { of: 'ada' } });
    await assert.rejects(stripe.setupIntents.confirm(setup.id, { payment_method: 'pm_card_chargeDeclined' }), { code: 'card_declined' });
    const action = await stripe.setupIntents.confirm(setup.id, { payment_method: 'pm_card_authenticationRequiredOnSetup' });
    const bank = new URL(action.next_action.redirect_to_url.url).pathname;
    assert.equal((await fetch(simulator.url + bank)).status, 200);
    await submit(bank, { decision: 'fail' });
    assert.equal((await stripe.setupIntents.retrieve(setup.id)).last_setup_error.code, 'setup_intent_authentication_failure');
    assert.equal((await stripe.setupIntents.confirm(setup.id, { payment_method: 'pm_card_visa' })).status, 'succeeded');
    const left = await stripe.setupIntents.create({});
    assert.equal((await stripe.setupIntents.cancel(left.id)).status, 'canceled');

    const product = await stripe.products.create({ name: 'Book' });
    const price = await stripe.prices.create({ product: product.id, currency: 'usd', unit_amount: 1200 });
    const session = await stripe.checkout.sessions.create({
      mode: 'payment', line_items: [{ price: price.id, quantity: 2 }], success_url: 'http://app.example/done', customer_creation: 'always',
    });
    assert.match(await (await fetch(session.url)).text(), /Pay for 2 × Book[\s\S]*Pay \$24\.00/);
    const paid = await submit(new URL(session.url).pathname, { card: '4242424242424242', email: 'ada@example.com' });
    assert.equal(paid.headers.get('location'), 'http://app.example/done');
    const done = await stripe.checkout.sessions.retrieve(session.id, { expand: ['payment_intent', 'customer'] });
    assert.equal(done.payment_intent.amount_received, 2400);
    assert.equal(done.customer.email, 'ada@example.com');
  });

  test('disputes, and what the bank decides', async () => {
    const { stripe, simulator, newCustomer, newSubscription } = at();
    const customer = await newCustomer('pm_card_createDispute');
    const subscription = await newSubscription({}, customer);
    const [dispute] = (await stripe.disputes.list({ limit: 1, expand: ['data.charge', 'data.payment_intent'] })).data;
    assert.equal(dispute.charge.customer, customer.id);
    assert.equal(dispute.status, 'needs_response');
    assert.equal((await stripe.disputes.retrieve(dispute.id)).balance_transactions[0].net, -6400);
    const answered = await stripe.disputes.update(dispute.id, { evidence: { uncategorized_text: 'winning_evidence' } });
    assert.equal(answered.status, 'under_review');
    assert.equal((await stripe.disputes.retrieve(dispute.id)).status, 'won');
    assert.equal((await stripe.charges.update(dispute.charge.id, { description: 'Seats' })).description, 'Seats');
    await simulator.control('clock', { to: subscription.items.data[0].current_period_end + 3600 });
    const [again] = (await stripe.disputes.list({ limit: 1 })).data;
    assert.notEqual(again.id, dispute.id);
    assert.equal((await stripe.disputes.close(again.id)).status, 'lost');
  });

  test('refunds and credit notes', async () => {
    const { stripe, simulator, newCustomer, newSubscription } = at();
    const customer = await newCustomer('pm_card_refundFail');
    const { latest_invoice: invoice } = await newSubscription({ expand: ['latest_invoice.payments'] }, customer);
    const { payment_intent } = invoice.payments.data[0].payment;
    const refund = await stripe.refunds.create({ payment_intent, amount: 900, reason: 'requested_by_customer' });
    assert.equal((await stripe.refunds.update(refund.id, { metadata: { ticket: '7' } })).metadata.ticket, '7');
    const charge = await stripe.charges.retrieve(refund.charge, { expand: ['refunds'] });
    assert.equal(charge.amount_refunded, 900);
    assert.equal(charge.refunds.data[0].id, refund.id);
    await simulator.control('clock', { seconds: 3600 });
    assert.equal((await stripe.refunds.retrieve(refund.id)).status, 'failed');
    assert.equal((await stripe.refunds.list({ payment_intent })).data.length, 1);

    const lines = [{ type: 'invoice_line_item', invoice_line_item: invoice.lines.data[0].id, amount: 1500 }];
    const wanted = { invoice: invoice.id, lines, credit_amount: 1000, refund_amount: 500 };
    assert.equal((await stripe.creditNotes.preview(wanted)).total, 1500);
    assert.equal((await stripe.creditNotes.listPreviewLineItems(wanted)).data[0].amount, 1500);
    const note = await stripe.creditNotes.create({ ...wanted, reason: 'order_change', memo: 'Sorry' });
    assert.equal(note.refunds[0].amount_refunded, 500);
    assert.equal((await stripe.creditNotes.update(note.id, { memo: '' })).memo, null);
    assert.equal((await stripe.creditNotes.retrieve(note.id, { expand: ['customer_balance_transaction'] })).customer_balance_transaction.amount, -1000);
    assert.equal((await stripe.creditNotes.listLineItems(note.id)).data.length, 1);
    assert.equal((await stripe.creditNotes.list({ invoice: invoice.id })).data[0].id, note.id);

    const { latest_invoice: open } = await newSubscription({ payment_behavior: 'default_incomplete' });
    const lowered = await stripe.creditNotes.create({ invoice: open, amount: 900 });
    assert.equal((await stripe.invoices.retrieve(open)).amount_remaining, 4000);
    assert.equal((await stripe.creditNotes.voidCreditNote(lowered.id)).status, 'void');
  });

  test('the customer portal: its configurations, and its pages', async () => {
    const { stripe, simulator, newPrice, newCustomer, newSubscription, submit } = at();
    const customer = await newCustomer();
    const subscription = await newSubscription({}, customer);
    const bigger = await newPrice(9900);
    const configuration = await stripe.billingPortal.configurations.create({
      business_profile: { headline: 'Ours' }, default_return_url: 'http://app.example/billing', metadata: { by: 'test' },
      features: {
        invoice_history: { enabled: true }, payment_method_update: { enabled: true },
        subscription_cancel: { enabled: true, mode: 'at_period_end', cancellation_reason: { enabled: true, options: ['unused', 'other'] } },
        subscription_update: {
          enabled: true, default_allowed_updates: ['price', 'quantity'], proration_behavior: 'always_invoice',
          products: [{ product: bigger.product, prices: [bigger.id] }],
        },
      },
    });
    assert.equal((await stripe.billingPortal.configurations.retrieve(configuration.id)).features.subscription_cancel.enabled, true);
    assert.equal((await stripe.billingPortal.configurations.update(configuration.id, { name: 'Main' })).name, 'Main');
    assert.equal((await stripe.billingPortal.configurations.list({ active: true })).data[0].id, configuration.id);
    const open = (more) => stripe.billingPortal.sessions.create({ customer: customer.id, configuration: configuration.id, ...more });
    const read = async (url) => (await fetch(url)).text();

    const session = await open({});
    assert.equal(session.return_url, 'http://app.example/billing');
    const home = await read(session.url);
    assert.match(home, /Pro, \$49\.00 a month/);
    assert.match(home, /Visa ending in 4242/);
    const path = new URL(session.url).pathname;
    const update = `${path}/${subscription.id}/update`;
    assert.match(await read(simulator.url + update), /\$99\.00 a month/);
    const review = await submit(update, { price: bigger.id, quantity: '2' });
    assert.match(await review.text(), /Due today: \$149\.00/);
    assert.equal((await submit(update, { price: bigger.id, quantity: '0' })).status, 422);
    assert.equal((await submit(update, { price: bigger.id, quantity: '2', confirm: 'yes' })).status, 303);
    const changed = await stripe.subscriptions.retrieve(subscription.id, { expand: ['latest_invoice'] });
    assert.equal(changed.items.data[0].quantity, 2);
    assert.equal(changed.latest_invoice.amount_paid, 14900);
    const pdf = await fetch(changed.latest_invoice.invoice_pdf);
    assert.match(await pdf.text(), /^%PDF-1\.4[\s\S]*%%EOF\n$/);

    const cancel = `${path}/${subscription.id}/cancel`;
    assert.match(await read(simulator.url + cancel), /Why do you cancel/);
    assert.equal((await submit(cancel, { feedback: 'unused', comment: 'bye' })).status, 303);
    const ending = await stripe.subscriptions.retrieve(subscription.id);
    assert.equal(ending.cancel_at, ending.items.data[0].current_period_end);
    assert.equal(ending.cancel_at_period_end, false);
    assert.equal(ending.cancellation_details.feedback, 'unused');
    assert.match(await read(`${session.url}/home`), /Keep plan/);
    assert.equal((await submit(`${path}/${subscription.id}/renew`, {})).status, 303);
    assert.equal((await stripe.subscriptions.retrieve(subscription.id)).cancel_at, null);

    const card = await open({ flow_data: {
      type: 'payment_method_update', after_completion: { type: 'redirect', redirect: { return_url: 'http://app.example/done' } },
    } });
    const cardPage = await fetch(card.url);
    assert.match(cardPage.url, /\/card$/);
    assert.match(cardPage.headers.get('content-security-policy'), /form-action 'self' http:\/\/app\.example$/);
    const cardPath = `${new URL(card.url).pathname}/card`;
    assert.equal((await submit(cardPath, { card: '4000000000000002' })).status, 422);
    const saved = await submit(cardPath, { card: '5555555555554444' });
    assert.equal(saved.headers.get('location'), 'http://app.example/done');
    const owner = await stripe.customers.retrieve(customer.id, { expand: ['invoice_settings.default_payment_method'] });
    assert.equal(owner.invoice_settings.default_payment_method.card.brand, 'mastercard');

    const confirm = await open({ flow_data: {
      type: 'subscription_update_confirm',
      subscription_update_confirm: { subscription: subscription.id, items: [{ id: subscription.items.data[0].id, price: bigger.id, quantity: 3 }] },
      after_completion: { type: 'hosted_confirmation', hosted_confirmation: { custom_message: 'Thank you' } },
    } });
    assert.match(await read(confirm.url), /3 × Pro/);
    const confirmed = await submit(`${new URL(confirm.url).pathname}/${subscription.id}/update`, { price: bigger.id, quantity: '3', confirm: 'yes' });
    assert.match(await confirmed.text(), /Thank you/);
    for (const type of ['subscription_cancel', 'subscription_update']) {
      const flow = await open({ flow_data: { type, [type]: { subscription: subscription.id } } });
      assert.match((await fetch(flow.url)).url, new RegExp(`${type.split('_')[1]}$`));
    }
    await assert.rejects(open({ flow_data: { type: 'subscription_cancel', subscription_cancel: { subscription: 'sub_none' } } }), { code: 'resource_missing' });
    const everything = await stripe.billingPortal.sessions.create({ customer: customer.id, expand: ['configuration'] });
    assert.equal(everything.configuration.is_default, true);
    await simulator.control('clock', { seconds: 3600 });
    assert.equal((await fetch(session.url)).status, 410);
  });

  test('a customer on a test clock', async () => {
    const { stripe, newPrice } = at();
    const frozen = 1830297600;  // 1 January 2028
    const clock = await stripe.testHelpers.testClocks.create({ frozen_time: frozen, name: 'A year' });
    const customer = await stripe.customers.create({ name: 'Clocked', test_clock: clock.id, expand: ['test_clock'] });
    assert.equal(customer.test_clock.frozen_time, frozen);
    const method = await stripe.paymentMethods.attach('pm_card_visa', { customer: customer.id });
    const price = await newPrice();
    const subscription = await stripe.subscriptions.create({
      customer: customer.id, items: [{ price: price.id }], default_payment_method: method.id,
    });
    assert.equal(subscription.created, frozen);
    const advancing = await stripe.testHelpers.testClocks.advance(clock.id, { frozen_time: frozen + 32 * day });
    assert.equal(advancing.status_details.advancing.target_frozen_time, frozen + 32 * day);
    assert.equal((await stripe.testHelpers.testClocks.retrieve(clock.id)).status, 'ready');
    const renewed = await stripe.subscriptions.retrieve(subscription.id, { expand: ['latest_invoice'] });
    assert.equal(renewed.latest_invoice.created, frozen + 31 * day);
    assert.equal(renewed.latest_invoice.status, 'paid');
    assert.equal((await stripe.testHelpers.testClocks.list()).data[0].id, clock.id);
    assert.equal((await stripe.testHelpers.testClocks.del(clock.id)).deleted, true);
  });

  test('3-D Secure: on the hosted checkout and invoice, and by confirming', async () => {
    const { stripe, simulator, newPrice, newCustomer, newSubscription, submit } = at();
    const customer = await newCustomer(null);
    const price = await newPrice();
    const session = await stripe.checkout.sessions.create({
      mode: 'subscription', customer: customer.id, success_url: 'http://app.example/done', line_items: [{ price: price.id, quantity: 1 }],
    });
    const path = new URL(session.url).pathname;
    const asked = await submit(path, { card: '4000002760003184' });
    assert.equal(asked.headers.get('location'), `${path}/authenticate`);
    assert.match(await (await fetch(`${simulator.url}${path}/authenticate`)).text(), /Is it you\?/);
    assert.match(await (await submit(`${path}/authenticate`, { decision: 'fail' })).text(), /unable to authenticate/);
    const approved = await submit(`${path}/authenticate`, { decision: 'approve' });
    assert.equal(approved.headers.get('location'), 'http://app.example/done');
    const { subscription } = await stripe.checkout.sessions.retrieve(session.id, { expand: ['subscription'] });
    assert.equal(subscription.status, 'active');

    await simulator.control('clock', { to: subscription.items.data[0].current_period_end + 3600 });
    const late = await stripe.subscriptions.retrieve(subscription.id, { expand: ['latest_invoice.payments'] });
    assert.equal(late.status, 'past_due');
    const { hosted_invoice_url: hosted, payments } = late.latest_invoice;
    assert.match(await (await fetch(hosted)).text(), /Answer your bank/);
    const intent = await stripe.paymentIntents.retrieve(payments.data[0].payment.payment_intent);
    assert.equal(intent.status, 'requires_action');
    const challenge = new URL(intent.next_action.redirect_to_url.url).pathname;
    assert.equal((await fetch(simulator.url + challenge)).status, 200);
    assert.equal((await submit(challenge, { decision: 'approve', return_to: new URL(hosted).pathname })).status, 303);
    assert.equal((await stripe.subscriptions.retrieve(subscription.id)).status, 'active');
    assert.equal((await fetch(simulator.url + challenge)).status, 404);

    const open = await newSubscription({ payment_behavior: 'default_incomplete', expand: ['latest_invoice.payments'] });
    const hostedPath = new URL(open.latest_invoice.hosted_invoice_url).pathname;
    const toBank = await submit(hostedPath, { card: '4000002500003155' });
    assert.match(toBank.headers.get('location'), /^\/authenticate\/pi_/);
    const { payment_intent } = open.latest_invoice.payments.data[0].payment;
    assert.equal((await stripe.paymentIntents.confirm(payment_intent)).status, 'requires_action');
    assert.equal((await stripe.paymentIntents.confirm(payment_intent, { payment_method: 'pm_card_visa' })).status, 'succeeded');
    assert.equal((await stripe.subscriptions.retrieve(open.id)).status, 'active');
  });
}
