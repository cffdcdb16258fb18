// What happened, and what the product tells.
import { randomUUID } from 'node:crypto';
import { notFound, problem } from './answers.mjs';

function wantedBy({ types, tenant_id }) {
  const pattern = (types ?? '*').replaceAll('.', '\\.').replaceAll('*', '.*').replaceAll(',', '|');
  const wanted = new RegExp(`^(${pattern})$`);
  return (event) => (tenant_id === undefined || tenant_id === event.tenant_id) && wanted.test(event.type);
}

function refusalOf(fake, cursor) {
  if (cursor === undefined) return undefined;
  const place = fake.feed.placeOf(cursor);
  if (place === undefined) return problem(400, 'invalid_cursor', 'That is not a cursor.');
  return place < fake.oldestEvent - 1 ? problem(410, 'cursor_expired', 'That cursor is too old.') : undefined;
}

function list(fake, { query }) {
  const refusal = refusalOf(fake, query.after);
  if (refusal) return refusal;
  const wanted = fake.events.slice(fake.feed.placeOf(query.after) ?? 0).filter(wantedBy(query));
  const data = wanted.slice(0, Number(query.limit ?? 20));
  const next = data.at(-1)?.cursor ?? query.after ?? null;
  return { status: 200, body: { object: 'list', data, has_more: wanted.length > data.length, next_cursor: next } };
}

function stream(fake, { query, headers }, response) {
  const after = headers['last-event-id'] ?? query.after ?? fake.feed.cursorAt(0);
  const refusal = refusalOf(fake, after);
  if (!refusal) fake.feed.connect(response, after, wantedBy(query));
  return refusal;
}

function create(fake, { parameters, body }) {
  if (!fake.tenants.has(parameters.tenant)) return notFound('tenant');
  const { type, data, user_id: user } = body;
  if (!isWord(type)) return invalid('type', 'Send words that begin with product: product.report_opened.');
  const { id } = fake.emit(type, parameters.tenant, user ? { ...data, user } : { ...data });
  return { status: 201, body: { object: 'event', id, type } };
}

function audit(fake, { parameters, body }) {
  if (!fake.tenants.has(parameters.tenant)) return notFound('tenant');
  const { action, target_type: type, target_id: target } = body;
  if (!isWord(action)) return invalid('action', 'Send words that begin with product: product.report_exported.');
  if (!/^[a-z_]+$/.test(type)) return invalid('target_type', 'Send one word of small letters: report.');
  if (!target) return invalid('target_id', 'Send 1 to 200 bytes.');
  const id = `audit_${randomUUID()}`;
  fake.audit.push({ tenant: parameters.tenant, id, ...body });
  return { status: 201, body: { object: 'audit_event', id, action } };
}

function isWord(text) {
  return /^product(\.[a-z_]+)+$/.test(text);
}

function invalid(field, message) {
  return problem(422, 'invalid_input', 'Some fields need your attention.', {}, { errors: [{ field, message }] });
}

export const eventRoutes = [
  { method: 'GET', path: /^\/api\/v1\/events$/, handle: list },
  { method: 'GET', path: /^\/api\/v1\/events\/stream$/, handle: stream },
  { method: 'POST', path: /^\/api\/v1\/tenants\/(?<tenant>[^/]+)\/events$/, handle: create },
  { method: 'POST', path: /^\/api\/v1\/tenants\/(?<tenant>[^/]+)\/audit_events$/, handle: audit },
];
