// Part of sdk.test.mjs: changes of plans, seats and intervals, at once and as planned.
import { test } from 'node:test';
import assert from 'node:assert/strict';

const day = 86400;

export function changeTests(at) {
  test('a preview, and the change that then costs the same', async () => {
    const { stripe, newPrice, newSubscription } = at();
    const subscription = await newSubscription();
    const [item] = subscription.items.data;
    const bigger = await newPrice(9900);
    const items = [{ id: item.id, price: bigger.id, quantity: 3 }];
    const proration_date = item.current_period_start + 5 * day;
    const preview = await stripe.invoices.createPreview({
      subscription: subscription.id,
      subscription_details: { items, proration_date, proration_behavior: 'always_invoice' },
    });
    const changed = await stripe.subscriptions.update(subscription.id, {
      items, proration_date, proration_behavior: 'always_invoice', payment_behavior: 'pending_if_incomplete',
      expand: ['latest_invoice'],
    });
    assert.equal(changed.items.data[0].quantity, 3);
    assert.equal(changed.pending_update, null);
    assert.equal(changed.latest_invoice.amount_paid, preview.amount_due);
    assert.deepEqual(changed.latest_invoice.lines.data.map(({ amount }) => amount),
      preview.lines.data.map(({ amount }) => amount));
    assert.ok(preview.lines.data.every(({ parent }) => parent.subscription_item_details.proration));
    const next = await stripe.invoices.createPreview({ subscription: subscription.id });
    assert.equal(next.amount_due, 29700);
  });

  test('a change that waits for its payment', async () => {
    const { stripe, simulator, newPrice, newCustomer, newSubscription } = at();
    const customer = await newCustomer();
    const subscription = await newSubscription({}, customer);
    await simulator.control(`customers/${customer.id}/fail_card`);
    const bigger = await newPrice(9900);
    const change = {
      items: [{ id: subscription.items.data[0].id, price: bigger.id }],
      proration_behavior: 'always_invoice', payment_behavior: 'pending_if_incomplete',
    };
    const waiting = await stripe.subscriptions.update(subscription.id, change);
    assert.equal(waiting.pending_update.subscription_items[0].price.id, bigger.id);
    assert.notEqual(waiting.items.data[0].price.id, bigger.id);
    await simulator.control('clock', { seconds: 23 * 3600 });
    assert.equal((await stripe.subscriptions.retrieve(subscription.id)).pending_update, null);
    const again = await stripe.subscriptions.update(subscription.id, change);
    await simulator.control(`customers/${customer.id}/fix_card`);
    await stripe.invoices.pay(again.latest_invoice);
    const applied = await stripe.subscriptions.retrieve(subscription.id);
    assert.equal(applied.items.data[0].price.id, bigger.id);
  });

  test('items of a subscription, one by one', async () => {
    const { stripe, newPrice, newSubscription } = at();
    const subscription = await newSubscription();
    const seats = await newPrice(1000);
    const added = await stripe.subscriptionItems.create({ subscription: subscription.id, price: seats.id, quantity: 2 });
    assert.equal(added.quantity, 2);
    assert.equal((await stripe.subscriptionItems.update(added.id, { quantity: 5, proration_behavior: 'none' })).quantity, 5);
    assert.equal((await stripe.subscriptionItems.del(added.id)).deleted, true);
    assert.equal((await stripe.subscriptions.retrieve(subscription.id)).items.data.length, 1);
  });

  test('schedules: from a subscription, and from nothing', async () => {
    const { stripe, simulator, newPrice, newSubscription } = at();
    const subscription = await newSubscription();
    const [item] = subscription.items.data;
    const smaller = await newPrice(900);
    const schedule = await stripe.subscriptionSchedules.create({ from_subscription: subscription.id });
    const [current] = schedule.phases;
    const planned = await stripe.subscriptionSchedules.update(schedule.id, {
      end_behavior: 'release', proration_behavior: 'none',
      phases: [
        { start_date: current.start_date, end_date: current.end_date, items: [{ price: item.price.id, quantity: 1 }] },
        { items: [{ price: smaller.id, quantity: 2 }], duration: { interval: 'month', interval_count: 1 }, metadata: { plan: 'small' } },
      ],
    });
    assert.equal(planned.phases.length, 2);
    const attached = await stripe.subscriptions.retrieve(subscription.id, { expand: ['schedule'] });
    assert.equal(attached.schedule.id, schedule.id);
    await assert.rejects(stripe.subscriptions.update(subscription.id, { cancel_at_period_end: true }), /managed by the subscription schedule/);
    await simulator.control('clock', { to: item.current_period_end + 3600 });
    const small = await stripe.subscriptions.retrieve(subscription.id, { expand: ['latest_invoice'] });
    assert.equal(small.latest_invoice.amount_paid, 1800);
    assert.equal(small.metadata.plan, 'small');
    const released = await stripe.subscriptionSchedules.release(schedule.id);
    assert.equal(released.released_subscription, subscription.id);

    const { now } = await simulator.control('clock', {}, 'GET');
    const later = await stripe.subscriptionSchedules.create({
      customer: subscription.customer, start_date: now + day, end_behavior: 'cancel',
      phases: [{ items: [{ price: smaller.id }], duration: { interval: 'month' } }],
    });
    assert.equal((await stripe.subscriptionSchedules.list({ customer: subscription.customer, scheduled: true })).data[0].id, later.id);
    await simulator.control('clock', { seconds: 33 * day });
    assert.equal((await stripe.subscriptionSchedules.retrieve(later.id)).status, 'completed');
    const spare = await stripe.subscriptionSchedules.create({ from_subscription: subscription.id });
    assert.equal((await stripe.subscriptionSchedules.cancel(spare.id)).status, 'canceled');
    assert.equal((await stripe.subscriptions.retrieve(subscription.id)).status, 'canceled');
  });

  test('seats by the month and support by the year, on one subscription', async () => {
    const { stripe, simulator, newPrice, newSubscription } = at();
    const [seats, support] = [await newPrice(), await newPrice(36500, 'year')];
    const subscription = await newSubscription({ items: [{ price: seats.id }, { price: support.id }], expand: ['latest_invoice'] });
    assert.equal(subscription.latest_invoice.amount_paid, 41400);
    const [month, year] = subscription.items.data;
    assert.ok(year.current_period_end > month.current_period_end);
    await simulator.control('clock', { to: month.current_period_end + 3600 });
    const renewed = await stripe.subscriptions.retrieve(subscription.id, { expand: ['latest_invoice'] });
    assert.deepEqual(renewed.latest_invoice.lines.data.map(({ amount }) => amount), [4900]);
    assert.equal(renewed.items.data[1].current_period_end, year.current_period_end);
    const ending = await stripe.subscriptions.update(subscription.id, { cancel_at: 'max_period_end' });
    assert.equal(ending.cancel_at, year.current_period_end);
  });
}
