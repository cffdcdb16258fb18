// Part of sdk.test.mjs: tax rates, tax ids, automatic tax.
import { test } from 'node:test';
import assert from 'node:assert/strict';

export function taxTests(at) {
  test('tax rates, tax ids, and a place that is not known', async () => {
    const { stripe, simulator, newCustomer, newSubscription } = at();
    const customer = await newCustomer();
    const rate = await stripe.taxRates.create({ display_name: 'VAT', inclusive: false, percentage: 19.5, country: 'DE' });
    assert.equal((await stripe.taxRates.update(rate.id, { description: 'of Germany' })).percentage, 19.5);
    assert.equal((await stripe.taxRates.list({ active: true })).data[0].id, (await stripe.taxRates.retrieve(rate.id)).id);
    const made = await stripe.customers.createTaxId(customer.id, { type: 'eu_vat', value: 'DE123456789' });
    assert.equal(made.verification.status, 'pending');
    assert.equal((await stripe.customers.retrieveTaxId(customer.id, made.id)).verification.status, 'verified');
    const subscription = await newSubscription({ default_tax_rates: [rate.id], expand: ['latest_invoice'] }, customer);
    const { latest_invoice: invoice } = subscription;
    assert.deepEqual([invoice.subtotal, invoice.total, invoice.total_taxes[0].amount], [4900, 5856, 956]);
    assert.deepEqual(invoice.customer_tax_ids, [{ type: 'eu_vat', value: 'DE123456789' }]);
    assert.equal((await stripe.customers.listTaxIds(customer.id)).data.length, 1);
    assert.equal((await stripe.customers.deleteTaxId(customer.id, made.id)).deleted, true);

    await assert.rejects(newSubscription({ automatic_tax: { enabled: true } }, customer), { code: 'customer_tax_location_invalid' });
    await stripe.customers.update(customer.id, { address: { country: 'DE' } });
    const taxed = await newSubscription({ automatic_tax: { enabled: true } }, customer);
    await stripe.customers.update(customer.id, { address: '' });
    await simulator.control('clock', { to: taxed.items.data[0].current_period_end + 7200 });
    const { latest_invoice: stuck } = await stripe.subscriptions.retrieve(taxed.id, { expand: ['latest_invoice'] });
    assert.deepEqual([stuck.status, stuck.last_finalization_error.code], ['draft', 'customer_tax_location_invalid']);
  });

  test('automatic tax on a checkout, on its invoice, and given back', async () => {
    const { stripe, simulator, newPrice, newCustomer, submit } = at();
    await simulator.control('settings', { automatic_tax: '20' });
    const customer = await newCustomer(null);
    const price = await newPrice();
    const session = await stripe.checkout.sessions.create({
      mode: 'subscription', customer: customer.id, success_url: 'http://app.example/done', line_items: [{ price: price.id, quantity: 1 }],
      automatic_tax: { enabled: true }, customer_update: { address: 'auto' },
    });
    assert.equal(session.automatic_tax.status, 'requires_location_inputs');
    const path = new URL(session.url).pathname;
    assert.match(await (await fetch(session.url)).text(), /By your country[\s\S]*Country[\s\S]*Pay \$49\.00 plus tax/);
    const lost = await submit(path, { card: '4242424242424242', country: 'Germany' });
    assert.match(await lost.text(), /Enter your country&#39;s two letters/);
    assert.equal((await submit(path, { card: '4242424242424242', country: 'DE' })).status, 303);
    const complete = await stripe.checkout.sessions.retrieve(session.id, { expand: ['invoice', 'line_items'] });
    assert.deepEqual([complete.amount_total, complete.total_details.amount_tax, complete.line_items.data[0].amount_tax], [5880, 980, 980]);
    const { invoice } = complete;
    assert.equal(invoice.amount_paid, 5880);
    assert.equal((await stripe.taxRates.retrieve(invoice.total_taxes[0].tax_rate_details.tax_rate)).percentage, 20);
    assert.equal((await stripe.customers.update(customer.id, { tax_exempt: 'reverse' })).tax_exempt, 'reverse');
    const note = await stripe.creditNotes.create({
      invoice: invoice.id, refund_amount: 1200, lines: [{ type: 'invoice_line_item', invoice_line_item: invoice.lines.data[0].id, amount: 1000 }],
    });
    assert.deepEqual([note.total, note.total_excluding_tax, note.lines.data[0].taxes[0].amount], [1200, 1000, 200]);
    await simulator.control('settings', { automatic_tax: '0' });
  });
}
