// A visitor without an assertion: Freehold is shown their cookie or key, and its answer is remembered
// for a few seconds.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { clientOf, refusal, startFake, startWorld } from './support.mjs';

const path = '/api/v1/auth/verify';
const withCookie = (cookie, url = '/') => ({ url, headers: { cookie } });

test('many requests of one visitor are one question', async (t) => {
  const { fake, client, tenant } = await startWorld(t);
  const { cookie } = fake.visitor(tenant);
  await Promise.all(Array.from({ length: 50 }, (_, i) => client.verify(withCookie(`_ga=${i}; ${cookie}`, `/page/${i}`))));
  assert.equal(fake.asked(path).length, 1);
  await client.verify(withCookie(cookie), { permission: 'documents:read' });
  await client.verify(withCookie(fake.visitor(tenant).cookie));
  assert.equal(fake.asked(path).length, 3);
});

test('a refusal is not remembered', async (t) => {
  const { fake, client, tenant } = await startWorld(t);
  const { cookie, user } = fake.visitor(tenant);
  const claims = fake.visitors.get(cookie);
  fake.logOut(cookie);
  assert.equal((await refusal(client.verify(withCookie(cookie)))).name, 'NotSignedIn');
  fake.visitors.set(cookie, claims);
  assert.equal((await client.verify(withCookie(cookie))).user, user);
});

test('Freehold sees its own cookies, the path and the visitor\'s key, and nothing else of the visitor', async (t) => {
  const { fake, client, tenant } = await startWorld(t);
  const { cookie } = fake.visitor(tenant);
  const headers = { 'cookie': `theme=dark; ${cookie}; session=secret`, 'x-other': 'x', 'authorization': `Bearer ${fake.apiKey(tenant)}` };
  await client.verify(new Request('http://product.example/t/acme-1/reports?page=2', { headers }));
  const [{ headers: seen }] = fake.asked(path);
  const own = Object.keys(seen).filter((name) => !/^(accept|host|connection|sec-fetch|user-agent)/.test(name));
  assert.deepEqual(own.sort(), ['authorization', 'cookie', 'x-forwarded-uri']);
  assert.deepEqual([seen.cookie, seen.authorization, seen['x-forwarded-uri']], [cookie, headers.authorization, '/t/acme-1/reports?page=2']);
});

test('a token of the product\'s own is not shown to Freehold', async (t) => {
  const { fake, client, tenant } = await startWorld(t);
  const { cookie } = fake.visitor(tenant);
  for (const authorization of ['Basic YTpi', 'Bearer eyJ.e30.x', 'fh_ak_live_x']) {
    assert.equal((await refusal(client.verify({ url: '/', headers: { authorization } }))).name, 'NotSignedIn');
    await client.verify({ url: '/', headers: { authorization, cookie } });
  }
  assert.deepEqual(fake.asked(path).map(({ headers }) => headers.authorization), [undefined]);
});

test('an answer of Freehold that says nothing of anybody is an error', async (t) => {
  const { fake, client, tenant } = await startWorld(t);
  const { cookie } = fake.visitor(tenant);
  fake.visitors.get(cookie).sub = 7;
  assert.equal((await refusal(client.verify(withCookie(cookie)))).code, 'unexpected_answer');
});

test('the workspace of the path is part of the question', async (t) => {
  const { fake, client, tenant } = await startWorld(t);
  const { cookie } = fake.visitor(tenant);
  await client.verify(withCookie(cookie, '/t/acme-1/reports'));
  await client.verify(withCookie(cookie, '/t/acme-1/settings'));
  assert.equal((await refusal(client.verify(withCookie(cookie, '/t/other/reports')))).code, 'not_a_member');
  const express = { ...withCookie(cookie, '/reports'), originalUrl: '/t/other/reports' };
  assert.equal((await refusal(client.verify(express))).code, 'not_a_member');
  assert.equal(fake.asked(path).length, 3);
});

test('who is nobody costs no question', async (t) => {
  const { fake, client } = await startWorld(t);
  const error = await refusal(client.verify(withCookie('theme=dark')));
  assert.deepEqual([error.name, error.status, error.code, error.loginUrl], ['NotSignedIn', 401, 'unauthenticated', `${fake.url}/login`]);
  assert.equal(fake.requests.length, 0);
});

test('when Freehold cannot be asked nobody is let in and nobody is sent away', async (t) => {
  const fake = await startFake(t);
  const client = clientOf(t, fake, { timeout: 200 });
  const { cookie } = fake.visitor(fake.createTenant().id);
  await fake.away();
  assert.equal((await refusal(client.verify(withCookie(cookie)))).name, 'Unavailable');
});

test('the inner address is asked and the public one is named', async (t) => {
  const fake = await startFake(t);
  const client = clientOf(t, fake, { issuer: 'https://app.example', returnTo: 'https://product.example/back', productKey: undefined });
  assert.equal(client.loginUrl({ state: 'a b' }), 'https://app.example/login?return_to=https%3A%2F%2Fproduct.example%2Fback&state=a+b');
  assert.equal(client.selectUrl({ returnTo: 'https://other.example/' }), 'https://app.example/select?return_to=https%3A%2F%2Fother.example%2F');
  assert.equal(client.logoutUrl(), 'https://app.example/logout?return_to=https%3A%2F%2Fproduct.example%2Fback');
  const { cookie, user } = fake.visitor(fake.createTenant().id);
  assert.equal((await client.verify(withCookie(cookie))).user, user);
});
