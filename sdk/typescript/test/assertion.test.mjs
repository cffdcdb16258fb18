// Assertions are checked without a call, and whatever does not hold is refused with its reason.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { forgeriesOf } from '../../testing/forgeries.mjs';
import { Signer } from '../../testing/signer.mjs';
import { clientOf, refusal, startWorld } from './support.mjs';

function withAssertion(text) {
  return new Request('http://product.example/reports', { headers: text === '' ? [['freehold-assertion', '']] : { 'freehold-assertion': text } });
}

async function asAda(t) {
  const world = await startWorld(t);
  const { user, cookie } = world.fake.visitor(world.tenant);
  return { ...world, user, claims: world.fake.claimsOf(world.fake.visitors.get(cookie)) };
}

test('an assertion says who asks, without a call to Freehold', async (t) => {
  const { fake, client, tenant, user, claims } = await asAda(t);
  const request = withAssertion(fake.signer.sign({ ...claims, act: { sub: 'staff_1' } }));
  const identity = await client.verify(request);
  await client.verify(request);
  assert.deepEqual({ ...identity, can: undefined }, {
    user, tenant, tenantSlug: 'acme-1', role: 'admin', permissions: ['documents:read', 'documents:write'],
    session: claims.sid, email: 'ada@example.com', name: 'Ada', impersonatedBy: 'staff_1', entitlementVersion: 1, can: undefined,
  });
  assert.ok(identity.can('documents:read'));
  assert.ok(!identity.can('billing:manage'));
  assert.deepEqual(fake.requests.map(({ path }) => path), ['/.well-known/jwks.json']);
});

test('each forgery is refused with its reason', async (t) => {
  const { fake, client, claims } = await asAda(t);
  const table = [];
  for (const [name, token] of forgeriesOf(fake.signer, claims)) {
    // As node:http hands it over: a Request would trim it.
    const error = await refusal(client.verify({ url: '/', headers: { 'freehold-assertion': token } }));
    table.push(`${name}: ${error.name}, ${error.code}, ${error.detail}`);
  }
  assert.deepEqual(table, forgeriesOf(fake.signer, claims).map(([name, , reason]) =>
    `${name}: NotSignedIn, invalid_assertion, The assertion does not hold: ${reason}.`));
  assert.ok(table.length >= 60);
});

test('what is unusual and holds is taken', async (t) => {
  const { fake, client, claims } = await asAda(t);
  const sound = {
    'one audience as a word': { ...claims, aud: claims.aud[0] },
    'one audience of several': { ...claims, aud: ['https://other.example', claims.aud[0]] },
    'a clock ahead by less than a minute': { ...claims, iat: claims.iat + 55, exp: claims.iat + 115 },
    'a claim that we do not know': { ...claims, colour: { of: ['green', { of: 'green' }] } },
    'nobody chose a tenant': { ...claims, tenant_id: undefined, tenant_slug: undefined, permissions: undefined, ent: undefined },
  };
  for (const [name, each] of Object.entries(sound)) {
    const identity = await client.verify(withAssertion(fake.signer.sign(each)));
    assert.equal(identity.user, claims.sub, name);
  }
});

test('a request that carries two assertions carries none that holds', async (t) => {
  const { fake, client, claims } = await asAda(t);
  const good = fake.signer.sign(claims);
  const error = await refusal(client.verify({ url: '/', headers: { 'freehold-assertion': [good, good] } }));
  assert.equal(error.code, 'invalid_assertion');
});

test('a new key is fetched when an assertion names it, and invented names cause no flood', async (t) => {
  const { fake, client, claims } = await asAda(t);
  await client.verify(withAssertion(fake.signer.sign(claims)));
  const next = new Signer();
  fake.keys.push(next);
  await Promise.all(Array.from({ length: 20 }, () => client.verify(withAssertion(next.sign(claims)))));
  const forged = Array.from({ length: 100 }, () => refusal(client.verify(withAssertion(new Signer().sign(claims)))));
  assert.ok((await Promise.all(forged)).every(({ code }) => code === 'invalid_assertion'));
  assert.equal(fake.asked('/.well-known').length, 2);
});

test('keys that are not for ES256 are left out, and the others count', async (t) => {
  const { fake, client, claims } = await asAda(t);
  const rest = { alg: 'ES256', use: 'sig', kty: 'EC', crv: 'P-256' };
  const bad = [
    { ...rest, kid: 'off the curve', x: fake.signer.jwk.x, y: fake.signer.jwk.x }, { ...rest, kid: 'no point' },
    { kty: 'RSA', kid: 'rsa', n: 'AQAB', e: 'AQAB' }, { ...fake.signer.jwk, kid: 'for encryption', use: 'enc' }, { ...fake.signer.jwk, kid: 7 },
  ];
  fake.keys.unshift(...bad.map((jwk) => ({ jwk })));
  assert.equal((await client.verify(withAssertion(fake.signer.sign(claims)))).user, claims.sub);
  for (const { kid } of bad) {
    const error = await refusal(client.verify(withAssertion(fake.signer.sign(claims, { ...fake.signer.header, kid }))));
    assert.equal(error.code, 'invalid_assertion', kid);
  }
});

test('while Freehold is away its keys stay, and without any nobody is let in', async (t) => {
  const { fake, client, claims } = await asAda(t);
  await fake.away();
  const request = withAssertion(fake.signer.sign(claims));
  const stranger = clientOf(t, fake, { timeout: 300 });
  assert.equal((await refusal(stranger.verify(request))).name, 'Unavailable');
  await fake.back();
  await client.verify(request);
  await fake.away();
  assert.equal((await client.verify(request)).user, claims.sub);
});

test('what an assertion must allow is checked here', async (t) => {
  const { fake, client, tenant, claims } = await asAda(t);
  const request = withAssertion(fake.signer.sign(claims));
  const outcome = async (required) => {
    try {
      return (await client.verify(request, required)).user === claims.sub ? 'welcome' : 'somebody else';
    } catch (error) {
      return `${error.name} ${error.code}`;
    }
  };
  assert.equal(await outcome({ tenant }), 'welcome');
  assert.equal(await outcome({ tenant: 'acme-1', permission: 'documents:write' }), 'welcome');
  assert.equal(await outcome({ tenant: 'other' }), 'Forbidden not_a_member');
  assert.equal(await outcome({ permission: 'billing:manage' }), 'Forbidden forbidden');
  assert.equal(await outcome({ feature: 'documents.export' }), 'welcome');
  fake.changePlan(tenant, 'free');
  const later = withAssertion(fake.signer.sign({ ...claims, ent: 2 }));
  const error = await refusal(client.verify(later, { feature: 'documents.export' }));
  assert.equal(`${error.name} ${error.code}`, 'Forbidden not_in_plan');
});
