// What the check of shapes notices. Where Stripe's schema is missing CTest lists this test as skipped:
// answers and events are then not validated in the tests of the package either.
import { test } from 'node:test';
import assert from 'node:assert/strict';
import { loadSchema, needsSchema } from './schema.mjs';

test('a member that is unknown, missing or of another type is noticed', needsSchema, () => {
  const schema = loadSchema();
  const feature = {
    id: 'feat_1', object: 'entitlements.feature', active: true, livemode: false, lookup_key: 'seats', metadata: {}, name: 'Seats',
  };
  const linked = { id: 'prodft_1', object: 'product_feature', entitlement_feature: feature, livemode: false };
  const mistakes = (changes) => schema.mistakes('ProductFeature', { ...linked, ...changes });
  assert.equal(mistakes({}), '');
  assert.match(mistakes({ colour: 'red' }), /additional/);
  assert.match(mistakes({ livemode: undefined }), /required/);
  assert.match(mistakes({ livemode: 'no' }), /boolean/);
  assert.match(mistakes({ deleted: true }), /false/);
  assert.match(mistakes({ entitlement_feature: { ...feature, colour: 'red' } }), /entitlement_feature.* additional/);
});
