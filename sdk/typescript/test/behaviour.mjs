// What a product may rely on, whoever is at the other end: a fake in these tests, the program in
// tests/sdk. A world has the address and keys of a Freehold behind a line that can be cut, and does
// what people do there: createTenant, changePlan, visitor, apiKey, logOut.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { clientOf, meter, refusal, until } from './support.mjs';

export function behaviour(startWorld) {
  const behaves = (name, run) => test(name, async (t) => {
    const world = await startWorld(t);
    const connect = (options) => clientOf(t, world, options);
    await run({ world, connect, tenant: (await world.createTenant({ plan: 'pro' })).id });
  });
  visitors(behaves);
  gates(behaves);
  outages(behaves);
  usage(behaves);
  feed(behaves);
}

function visitors(behaves) {
  behaves('a visitor is known by the cookie of their browser', async ({ world, connect, tenant }) => {
    const { cookie, user } = await world.visitor(tenant);
    const request = new Request('http://product.example/', { headers: { cookie: `theme=dark; ${cookie}` } });
    const identity = await connect().verify(request, { tenant, permission: 'documents:read', feature: 'documents.export' });
    assert.deepEqual([identity.user, identity.tenant, identity.can('documents:read')], [user, tenant, true]);
  });

  behaves('a program is known by its API key', async ({ world, connect, tenant }) => {
    const request = { url: '/', headers: { authorization: `Bearer ${await world.apiKey(tenant)}` } };
    const identity = await connect().verify(request);
    assert.match(identity.user, /^key_/);
    assert.equal(identity.tenant, tenant);
  });

  behaves('who is not signed in is told where to log in', async ({ world, connect }) => {
    const client = connect({ returnTo: 'http://localhost:3000/back' });
    const nobody = await refusal(client.verify({ url: '/', headers: {} }));
    assert.equal(nobody.name, 'NotSignedIn');
    assert.equal(nobody.loginUrl, `${world.issuer}/login?return_to=http%3A%2F%2Flocalhost%3A3000%2Fback`);
    const stranger = await refusal(client.verify({ url: '/reports', headers: { cookie: 'fh_sid=made-up' } }));
    assert.equal(stranger.name, 'NotSignedIn');
    assert.match(stranger.loginUrl, /\/login\?/);
  });

  behaves('who may not is told why', async ({ world, connect, tenant }) => {
    const other = (await world.createTenant({ plan: 'free' })).id;
    const client = connect();
    const why = async (where, required) => {
      const { cookie } = await world.visitor(where, { role: 'viewer', permissions: ['documents:read'] });
      const error = await refusal(client.verify({ url: '/', headers: { cookie } }, required));
      return `${error.name} ${error.code}`;
    };
    assert.equal(await why(tenant, { tenant, permission: 'documents:write' }), 'Forbidden forbidden');
    assert.equal(await why(tenant, { tenant: other }), 'Forbidden not_a_member');
    assert.equal(await why(other, { tenant: other, feature: 'documents.export' }), 'Forbidden not_in_plan');
  });

  behaves('who logs out is out within five seconds', async ({ world, connect, tenant }) => {
    const client = connect();
    const { cookie } = await world.visitor(tenant);
    const request = { url: '/', headers: { cookie } };
    await client.verify(request);
    await world.logOut(cookie);
    const isOut = () => client.verify(request).then(() => false, ({ name }) => name === 'NotSignedIn');
    await until(isOut, { within: 6000 });
  });
}

function gates(behaves) {
  behaves('features and limits are those of the plan', async ({ connect, tenant }) => {
    const client = connect();
    assert.equal(await client.isEnabled(tenant, 'documents.export'), true);
    assert.equal(await client.limit(tenant, 'documents.documents'), 1000);
    const { plan, access, stale, meters } = await client.snapshot(tenant);
    assert.deepEqual([plan, access, stale, meters[meter].limit], ['pro', 'full', false, 10_000]);
  });

  behaves('a change of plan is seen within a second, by gates got before it', async ({ world, connect, tenant }) => {
    const gates = await connect().gates(tenant);
    assert.equal(gates.isEnabled('documents.export'), true);
    const begin = performance.now();
    await world.changePlan(tenant, 'free');
    await until(() => !gates.isEnabled('documents.export'), { within: 1000 - (performance.now() - begin) });
    assert.equal(gates.limit('documents.documents'), 10);
    await world.changePlan(tenant, 'business');
    await until(() => gates.limit('documents.documents') === null, { within: 1000 });
  });

  behaves('what nobody declared is no silent no', async ({ connect, tenant }) => {
    const client = connect();
    const codes = await Promise.all([
      client.isEnabled(tenant, 'documents.exprt'), client.limit(tenant, 'constructor'), client.isEnabled('acme', 'documents.export'),
      client.isEnabled('tenant_00000000000000000000000000', 'documents.export'),
    ].map((each) => refusal(each).then(({ code }) => code)));
    assert.deepEqual(codes, ['unknown_feature', 'unknown_limit', 'invalid_tenant', 'not_found']);
  });

  behaves('a wrong product key is said at once', async ({ connect, tenant }) => {
    const error = await refusal(connect({ productKey: 'fh_sk_live_wrong' }).isEnabled(tenant, 'documents.export'));
    assert.ok([401, 403].includes(error.status), error.message);
  });
}

function outages(behaves) {
  behaves('while Freehold is away the last known state stays, stale for all to see', async ({ world, connect, tenant }) => {
    const gates = await connect().gates(tenant);
    assert.equal(gates.stale, false);
    await world.away();
    await until(() => gates.stale, { within: 2000 });
    assert.equal(gates.isEnabled('documents.export'), true);
    assert.equal(gates.limit('documents.documents'), 1000);
    assert.equal(gates.snapshot().stale, true);
    await world.back();
    await until(() => !gates.stale, { within: 20_000 });
  });

  behaves('a feature that is to be off, or on, while in doubt is so', async ({ world, connect, tenant }) => {
    const off = await connect({ features: { 'documents.export': { onUnavailable: 'off' } } }).gates(tenant);
    const free = (await world.createTenant({ plan: 'free' })).id;
    const on = await connect({ features: { 'documents.export': { onUnavailable: 'on' } } }).gates(free);
    await until(() => !on.isEnabled('documents.export'), { within: 2000 });
    assert.equal(off.isEnabled('documents.export'), true);
    await world.away();
    await until(() => off.stale && on.stale, { within: 2000 });
    assert.deepEqual([off, on].map((gates) => gates.isEnabled('documents.export')), [false, true]);
  });

  behaves('of a tenant that was never known, features are off unless policy says on', async ({ world, connect, tenant }) => {
    await world.away();
    const cautious = connect({ timeout: 300 });
    const generous = connect({ timeout: 300, features: { 'documents.export': { onUnavailable: 'on' } } });
    assert.equal(await cautious.isEnabled(tenant, 'documents.export'), false);
    assert.equal(await generous.isEnabled(tenant, 'documents.export'), true);
    assert.equal((await refusal(cautious.limit(tenant, 'documents.documents'))).name, 'Unavailable');
    const begin = performance.now();
    for (let i = 0; i < 100; ++i) await cautious.isEnabled(tenant, 'documents.export');
    assert.ok(performance.now() - begin < 300, 'only the first waits');
    await world.back();
    await until(() => cautious.isEnabled(tenant, 'documents.export'), { within: 20_000 });
  });

  behaves('what changed while the line was cut is seen when it holds again', async ({ world, connect, tenant }) => {
    const gates = await connect().gates(tenant);
    await world.away();
    await world.changePlan(tenant, 'free');
    await world.back();
    await until(() => !gates.isEnabled('documents.export'), { within: 20_000 });
  });
}

function usage(behaves) {
  behaves('of many at once exactly as many pass as the plan allows', async ({ world, connect }) => {
    const { id } = await world.createTenant({ plan: 'free' });
    const client = connect();
    const decisions = await Promise.all(Array.from({ length: 150 }, () => client.consume(id, meter)));
    const allowed = decisions.filter((each) => each.allowed);
    const [refused] = decisions.filter((each) => !each.allowed);
    assert.equal(allowed.length, 100);
    assert.deepEqual([refused.limit, refused.assumed, Boolean(refused.upgrade?.url)], [100, false, true]);
    assert.deepEqual(new Set(allowed.map(({ used }) => used)).size, 100);
  });

  behaves('one key is one use', async ({ connect, tenant }) => {
    const client = connect();
    const first = await client.consume(tenant, meter, 3, { key: 'report-7' });
    const again = await client.consume(tenant, meter, 3, { key: 'report-7' });
    assert.deepEqual([first.used, first.duplicate, again.duplicate, again.allowed], [3, false, true, true]);
    assert.equal((await client.consume(tenant, meter)).used, 4);
  });

  behaves('a meter that nobody declared is an error', async ({ connect, tenant }) => {
    const client = connect();
    const [wrong, right] = await Promise.allSettled([client.consume(tenant, 'documents.clicks'), client.consume(tenant, meter)]);
    assert.equal(wrong.reason.code, 'unknown_meter');
    assert.equal(right.value.allowed, true);
  });

  behaves('recorded usage is counted once, over an outage', async ({ world, connect, tenant }) => {
    const client = connect();
    for (let i = 0; i < 700; ++i) assert.equal(client.record(tenant, meter), true);
    world.cut();
    await client.flush();
    await world.away();
    for (let i = 0; i < 50; ++i) client.record(tenant, meter, 2);
    await world.back();
    await client.flush();
    assert.equal((await client.consume(tenant, meter)).used, 801);
    assert.deepEqual(await client.close(), []);
  });

  behaves('while Freehold is away each meter lets through or refuses as it was declared, and what passed is counted', async ({ world, connect, tenant }) => {
    const policy = (onUnavailable) => connect({ timeout: 500, meters: { [meter]: { onUnavailable } } });
    const [open, closed, undeclared] = [policy('allow'), policy('deny'), connect({ timeout: 500 })];
    await open.consume(tenant, meter);
    await world.away();
    const [through, refused] = [await open.consume(tenant, meter, 4), await closed.consume(tenant, meter, 4)];
    assert.deepEqual([through, refused].map(({ allowed, assumed }) => [allowed, assumed]), [[true, true], [false, true]]);
    assert.equal((await refusal(undeclared.consume(tenant, meter, 4))).name, 'Unavailable');
    await world.back();
    await open.flush();
    await until(() => undeclared.consume(tenant, meter).then(({ used }) => used === 6, () => false));
  });

  behaves('held units count until they are committed or given back', async ({ world, connect }) => {
    const { id } = await world.createTenant({ plan: 'free' });
    const client = connect();
    const hold = await client.reserve(id, meter, 60);
    const refused = await refusal(client.reserve(id, meter, 60));
    assert.equal(refused.name, 'LimitReached');
    assert.match(refused.upgrade.url, /upgrade/);
    await hold.commit(20);
    await hold.release();
    const second = await client.reserve(id, meter, 60, { expiresIn: 30 });
    assert.deepEqual([hold.state, second.state], ['committed', 'held']);
    await second.release();
    await second.release();
    assert.equal((await client.consume(id, meter)).used, 21);
  });

  behaves('the same key holds the same units', async ({ connect, tenant }) => {
    const client = connect();
    const [one, two] = [await client.reserve(tenant, meter, 5, { key: 'job-1' }), await client.reserve(tenant, meter, 5, { key: 'job-1' })];
    assert.equal(one.reservation.id, two.reservation.id);
  });
}

// The cursor of what happened last.
async function newest(client) {
  let cursor;
  for await (const event of client.events({ follow: false })) ({ cursor } = event);
  return cursor;
}

function feed(behaves) {
  behaves('events come in order and without a gap, though the line is cut in the middle of them', async ({ world, connect, tenant }) => {
    const client = connect();
    const cursor = await newest(client);
    const places = [];
    const reading = (async () => {
      for await (const event of client.events({ after: cursor, types: ['product.*'], tenant })) {
        places.push(event.data.place);
        if (places.length === 60) return;
      }
    })();
    for (let place = 0; place < 60; ++place) {
      await client.track(tenant, { type: 'product.report_opened', data: { place } });
      if (place % 20 === 10) world.cut();
    }
    await reading;
    assert.deepEqual(places, Array.from({ length: 60 }, (_, place) => place));
  });

  behaves('events can be asked for page by page', async ({ connect, tenant }) => {
    const client = connect();
    const cursor = await newest(client);
    const told = [];
    for (let i = 0; i < 120; ++i) told.push((await client.track(tenant, { type: 'product.report_shared', data: { i } })).id);
    const found = [];
    for await (const { id } of client.events({ after: cursor, tenant, types: ['product.report_shared'], pollEvery: 50 })) {
      if (found.push(id) === 120) break;
    }
    assert.deepEqual(found, told);
  });

  behaves('an event that cannot be taken says which field is wrong', async ({ connect, tenant }) => {
    const error = await refusal(connect().track(tenant, { type: 'no type at all' }));
    assert.equal(error.status, 422);
    assert.equal(error.errors[0].field, 'type');
  });

  behaves('what the product did is in the audit log', async ({ connect, tenant }) => {
    const made = await connect().audit(tenant, {
      action: 'product.report_exported', target_type: 'report', target_id: '7', target_name: 'March',
      changes: [{ field: 'state', old_value: 'draft', new_value: 'sent' }],
    });
    assert.deepEqual([made.object, made.action], ['audit_event', 'product.report_exported']);
  });
}
