// Part of sdk.test.mjs: features of products, and who may use them.
import { test } from 'node:test';
import assert from 'node:assert/strict';

export function entitlementTests(at) {
  test('features, the products that have them, and what a customer may use', async () => {
    const { stripe, newPrice, newCustomer, newSubscription } = at();
    const feature = await stripe.entitlements.features.create({ lookup_key: 'export', name: 'Export' });
    assert.equal((await stripe.entitlements.features.update(feature.id, { metadata: { since: 'May' } })).metadata.since, 'May');
    assert.equal((await stripe.entitlements.features.retrieve(feature.id)).name, 'Export');
    assert.equal((await stripe.entitlements.features.list({ lookup_key: 'export' })).data[0].id, feature.id);
    const { id: price, product } = await newPrice();
    const link = await stripe.products.createFeature(product, { entitlement_feature: feature.id });
    assert.equal(link.entitlement_feature.lookup_key, 'export');
    assert.equal((await stripe.products.listFeatures(product)).data[0].id, link.id);
    assert.equal((await stripe.products.retrieveFeature(product, link.id)).entitlement_feature.id, feature.id);
    const customer = await newCustomer();
    await newSubscription({ items: [{ price }] }, customer);
    const [entitled] = (await stripe.entitlements.activeEntitlements.list({ customer: customer.id, expand: ['data.feature'] })).data;
    assert.deepEqual([entitled.lookup_key, entitled.feature.name], ['export', 'Export']);
    assert.equal((await stripe.entitlements.activeEntitlements.retrieve(entitled.id)).feature, feature.id);
    assert.equal((await stripe.products.deleteFeature(product, link.id)).deleted, true);
    assert.equal((await stripe.entitlements.activeEntitlements.list({ customer: customer.id })).data.length, 0);
  });
}
