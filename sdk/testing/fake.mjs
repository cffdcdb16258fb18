// A Freehold that lives in one process and forgets: the wire that the SDKs see, with switches to make
// it go wrong. The tests of the SDKs run against it; those of behaviour run against the program as well.
import { createHash, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { problem } from './answers.mjs';
import { eventRoutes } from './fake_events.mjs';
import { forgeriesOf } from './forgeries.mjs';
import { Line } from './line.mjs';
import { meterRoutes } from './fake_meters.mjs';
import { Signer } from './signer.mjs';
import { entitlementsOf, tenantRoutes } from './fake_tenants.mjs';
import { Streams } from './streams.mjs';
import { visitorRoutes } from './fake_visitors.mjs';

const routes = [...tenantRoutes, ...visitorRoutes, ...meterRoutes, ...eventRoutes];

const day = 86_400_000;

export class Fake {
  // `retry` bounds what streams tell clients to wait before they connect again.
  static async start({ retry = [20, 80] } = {}) {
    const fake = new Fake(retry);
    fake.server.listen(0, '127.0.0.1');
    await once(fake.server, 'listening');
    fake.line = await Line.to(fake.server.address().port);
    fake.url = `http://127.0.0.1:${fake.line.port}`;
    return fake;
  }

  constructor(retry) {
    this.productKey = 'fh_sk_live_fake';
    this.server = createServer((request, response) => { void this.answer(request, response); });
    this.signer = new Signer();
    this.keys = [this.signer];
    this.tenants = new Map();
    this.visitors = new Map();
    this.usage = new Map();       // idempotency key -> how it was answered
    this.reservations = new Map();
    this.events = [];
    this.oldestEvent = 1;
    this.audit = [];
    this.requests = [];
    this.faults = [];
    this.changes = new Streams({ retry, placeWith: 'heartbeat' });
    this.feed = new Streams({ retry, placeWith: 'message' });
  }

  get issuer() { return this.url; }
  get audience() { return this.url; }

  // The next requests whose path begins so go wrong: `status` with `headers`, `hang` without an answer;
  // or, after the work is done: `delay` the answer, in milliseconds, `lose` it, `garble` it.
  // Without a number of times: until it is healed.
  fail(path, fault, times = 1) {
    this.faults.push({ path, times: times ?? Infinity, ...fault });
  }

  heal() {
    this.faults.length = 0;
  }

  asked(path) {
    return this.requests.filter((request) => request.path.startsWith(path));
  }

  async answer(request, response) {
    const call = await read(request);
    const kind = call.path.split('/').at(-1);
    call.alongside = this.requests.filter((other) => !other.isAnswered && other.path.endsWith(kind)).length;
    this.requests.push(call);
    response.on('close', () => { call.isAnswered = true; });
    const fault = this.faults.find(({ path, times }) => times > 0 && call.path.startsWith(path));
    if (fault) fault.times -= 1;
    if (fault?.hang) return;
    if (fault?.status) return send(response, refusalBy(fault));
    const answer = this.find(call)(this, call, response);
    if (fault?.delay) await new Promise((resolve) => setTimeout(resolve, fault.delay));
    if (!answer) return;  // a stream
    if (fault?.lose) return request.socket.destroy();
    if (fault?.garble) return response.end('<html>');
    send(response, answer);
  }

  find(call) {
    for (const { method, path, handle, open } of routes) {
      const found = method === call.method && call.path.match(path);
      if (!found) continue;
      call.parameters = found.groups ?? {};
      return open || this.isProduct(call) ? handle : refusal(call);
    }
    return () => problem(404, 'not_found', 'There is no such address.');
  }

  isProduct({ headers }) {
    return headers.authorization === `Bearer ${this.productKey}`;
  }

  // What a test does to the world.

  createTenant({ plan = 'pro' } = {}) {
    const id = `tenant_${base32(randomUUID())}`;
    const tenant = { id, slug: `acme-${this.tenants.size + 1}`, plan, version: 1, used: new Map(), extra: {} };
    this.tenants.set(id, tenant);
    return { id, slug: tenant.slug };
  }

  changePlan(id, plan) {
    const tenant = this.tenants.get(id);
    tenant.plan = plan;
    tenant.version += 1;
    this.changes.tell('entitlements', () => entitlementsOf(this, tenant), id);
  }

  // A member with a session: what the browser would send.
  visitor(tenantId, { role = 'admin', permissions = ['documents:read', 'documents:write'] } = {}) {
    const tenant = this.tenants.get(tenantId);
    const claims = {
      sub: `user_${base32(randomUUID())}`, tenant_id: tenant.id, org_id: tenant.id, tenant_slug: tenant.slug, role,
      permissions, sid: `session_${base32(randomUUID())}`, email: 'ada@example.com', name: 'Ada',
    };
    const cookie = `fh_sid=${randomUUID()}`;
    this.visitors.set(cookie, claims);
    return { cookie, user: claims.sub };
  }

  apiKey(tenantId) {
    const secret = `fh_ak_live_${randomUUID()}`;
    const tenant = this.tenants.get(tenantId);
    const claims = {
      sub: `key_${base32(randomUUID())}`, tenant_id: tenant.id, org_id: tenant.id, tenant_slug: tenant.slug,
      role: 'viewer', permissions: ['documents:read'],
    };
    this.visitors.set(`Bearer ${secret}`, claims);
    return secret;
  }

  // On a trial of its plan that ends so many days from now, by Freehold's own clock.
  startTrial(id, days) {
    const tenant = this.tenants.get(id);
    tenant.trialEndsAt = this.changes.now() + days * day;
    tenant.version += 1;
    this.changes.tell('entitlements', () => entitlementsOf(this, tenant), id);
  }

  // Lets so many days pass on that clock.
  advance(days) {
    const before = this.changes.now;
    this.changes.now = () => before() + days * day;
  }

  logOut(cookie) {
    this.visitors.delete(cookie);
  }

  claimsOf(person) {
    const now = Math.floor(Date.now() / 1000);
    return {
      iss: this.issuer, aud: [this.audience], client_id: 'freehold', iat: now, exp: now + 60, jti: randomUUID(),
      ent: this.tenants.get(person.tenant_id)?.version ?? 0, ...person,
    };
  }

  // As after a backup was restored: another state, another version, and no memory of cursors.
  restore(id, plan, version, isForgetful = true) {
    Object.assign(this.tenants.get(id), { plan, version });
    if (isForgetful) this.changes.forget();
  }

  // Whether usage can be decided: each event is answered, with nothing.
  meteringAway(isAway) { this.isMeteringAway = isAway; }

  mute(isMute) { this.changes.isMute = isMute; }
  slow(isSlow) { this.feed.isSlow = this.changes.isSlow = isSlow; }
  shout(text) { this.changes.shout(text); }
  connections() { return this.line.joinedAt.length; }

  // Events before this place are not kept any more.
  expire(place) { this.oldestEvent = place; }

  // Tells an event again, as one who cannot know whether it arrived.
  repeat(cursor) {
    const event = this.events.find((each) => each.cursor === cursor);
    this.feed.tell(event.type, () => event, undefined);
  }

  emit(type, tenantId, data = {}) {
    const place = this.events.length + 1;
    const event = {
      object: 'event', id: `event_${base32(createHash('md5').update(`${place}`).digest('hex'))}`,
      cursor: this.feed.cursorAt(place), type, tenant_id: tenantId, occurred_at: new Date().toISOString(), data,
    };
    this.events.push(event);
    this.feed.tell(type, () => event, undefined);
    return event;
  }

  usedOf(tenantId, meter) {
    return this.tenants.get(tenantId).used.get(meter) ?? 0;
  }

  // Assertions that must be refused, with their reasons, of claims of this visitor.
  forgeries(cookie) {
    return forgeriesOf(this.signer, this.claimsOf(this.visitors.get(cookie)));
  }

  // An assertion of this visitor's, with claims changed, signed by the newest key.
  assertion(cookie, changes = {}) {
    return this.keys.at(-1).sign({ ...this.claimsOf(this.visitors.get(cookie)), ...changes });
  }

  // A new key, which is published unless it is foreign; its name.
  addKey({ jwk } = {}) {
    const signer = new Signer();
    if (jwk) this.keys.unshift({ jwk: { ...signer.jwk, ...jwk } });
    else this.keys.push(signer);
    return signer.kid;
  }

  cut() { this.line.cut(); }
  away() { return this.line.close(); }
  back() { return this.line.open(); }

  async stop() {
    await this.line.close();
    this.changes.end();
    this.feed.end();
    this.server.closeAllConnections();
    this.server.close();
  }
}

async function read(request) {
  const at = performance.now();
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  const { pathname, searchParams } = new URL(request.url, 'http://fake');
  const text = Buffer.concat(chunks).toString();
  return {
    at, method: request.method, path: pathname, query: Object.fromEntries(searchParams), headers: request.headers,
    body: text === '' ? undefined : JSON.parse(text),
  };
}

function send(response, { status, headers = {}, body }) {
  const text = JSON.stringify(body);
  response.writeHead(status, {
    'content-type': 'application/json', 'content-length': Buffer.byteLength(text), 'request-id': randomUUID(), ...headers,
  });
  response.end(text);
}

function refusalBy({ status, code = `fault_${status}`, headers }) {
  return problem(status, code, 'A fault.', headers);
}

function refusal({ headers }) {
  if (!headers.authorization) return () => problem(401, 'unauthenticated', 'Send a key.');
  return () => problem(403, 'product_key_required', 'This needs a product key.');
}

function base32(text) {
  return text.replaceAll('-', '').padEnd(26, '0').slice(0, 26);
}
