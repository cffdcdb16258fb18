// How much: usage that is decided, and units that are held.
import { notFound, problem } from './answers.mjs';
import { callsOf, period, upgradeOf } from './fake_tenants.mjs';

const meter = 'documents.api_calls';

function record(fake, { body }) {
  if (!Array.isArray(body.events) || body.events.length < 1 || body.events.length > 500) {
    return problem(422, 'invalid', 'Send 1 to 500 events.');
  }
  const spoils = body.events.some((event) => event.meter === 'spoils.all');
  if (spoils) return problem(400, 'bad_request', 'It spoils all.');
  return { status: 200, body: { object: 'list', data: body.events.map((event) => decide(fake, event)) } };
}

function decide(fake, event) {
  const { tenant_id, meter: name, idempotency_key } = event;
  const named = { object: 'usage_event', tenant_id, meter: name, idempotency_key };
  const tenant = fake.tenants.get(event.tenant_id);
  const refused = (code) => ({ ...named, allowed: false, code, detail: `It is so: ${code}.` });
  if (!tenant) return refused('unknown_tenant');
  if (event.meter !== meter) return refused('unknown_meter');
  if (fake.isMeteringAway) return refused('metering_unavailable');
  const known = fake.usage.get(`${tenant.id} ${event.idempotency_key}`);
  if (known) return { ...known, duplicate: true };
  const answer = { ...named, ...count(fake, tenant, event.quantity) };
  if (answer.allowed) fake.usage.set(`${tenant.id} ${event.idempotency_key}`, answer);
  return answer;
}

function count(fake, tenant, quantity) {
  const used = fake.usedOf(tenant.id, meter);
  const limit = callsOf(tenant);
  if (limit !== null && used + held(fake, tenant) + quantity > limit) {
    const upgrade = upgradeOf(fake, tenant);
    return { allowed: false, code: 'limit_reached', used, limit, resets_at: period.end, upgrade };
  }
  tenant.used.set(meter, used + quantity);
  return { allowed: true, duplicate: false, used: used + quantity, limit, resets_at: period.end };
}

function held(fake, tenant) {
  const own = [...fake.reservations.values()].filter((each) => each.tenant === tenant && each.state === 'held');
  return own.reduce((sum, { quantity }) => sum + quantity, 0);
}

function reserve(fake, { parameters, body }) {
  const tenant = fake.tenants.get(parameters.tenant);
  if (!tenant) return notFound('tenant');
  const known = [...fake.reservations.values()].find((each) => each.key === body.idempotency_key);
  if (known) return { status: 201, body: shown(known) };
  const limit = callsOf(tenant);
  if (limit !== null && fake.usedOf(tenant.id, meter) + held(fake, tenant) + body.quantity > limit) {
    return problem(402, 'limit_reached', 'The limit is reached.', {}, { upgrade: upgradeOf(fake, tenant) });
  }
  const made = {
    id: `reservation_${fake.reservations.size + 1}`, tenant, key: body.idempotency_key, meter: body.meter,
    quantity: body.quantity, state: 'held', expires: new Date(Date.now() + body.expires_in * 1000).toISOString(),
  };
  fake.reservations.set(made.id, made);
  return { status: 201, body: shown(made) };
}

function shown({ id, quantity, state, expires }) {
  return { object: 'reservation', id, meter, quantity, state, expires_at: expires };
}

const ended = problem(409, 'reservation_ended', 'It ended another way.');

function commit(fake, { parameters, body }) {
  const reservation = fake.reservations.get(parameters.reservation);
  if (!reservation) return notFound('reservation');
  if (reservation.state === 'released') return ended;
  if (reservation.state === 'held') {
    reservation.state = 'committed';
    reservation.quantity = body.quantity ?? reservation.quantity;
    const used = fake.usedOf(reservation.tenant.id, meter) + reservation.quantity;
    reservation.tenant.used.set(meter, used);
  }
  return { status: 200, body: shown(reservation) };
}

function release(fake, { parameters }) {
  const reservation = fake.reservations.get(parameters.reservation);
  if (!reservation) return notFound('reservation');
  if (reservation.state === 'committed') return ended;
  reservation.state = 'released';
  reservation.quantity = 0;
  return { status: 200, body: shown(reservation) };
}

const below = '^/api/v1/tenants/(?<tenant>[^/]+)/reservations';

export const meterRoutes = [
  { method: 'POST', path: /^\/api\/v1\/usage_events$/, handle: record },
  { method: 'POST', path: new RegExp(`${below}$`), handle: reserve },
  { method: 'POST', path: new RegExp(`${below}/(?<reservation>[^/]+)/commitment$`), handle: commit },
  { method: 'DELETE', path: new RegExp(`${below}/(?<reservation>[^/]+)$`), handle: release },
];
