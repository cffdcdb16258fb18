// What tenants may do.
import { notFound } from './answers.mjs';

const plans = {
  free: { name: 'Free', features: [], documents: 10, calls: 100 },
  pro: { name: 'Pro', features: ['documents.export'], documents: 1000, calls: 10_000 },
  business: { name: 'Business', features: ['documents.export'], documents: null, calls: 250_000 },
};

export const period = { start: '2026-11-01T00:00:00Z', end: '2026-12-01T00:00:00Z' };

export function callsOf(tenant) {
  return tenant.calls === undefined ? plans[tenant.plan].calls : tenant.calls;
}

export function entitlementsOf(fake, tenant) {
  const { trialEndsAt = Infinity } = tenant;
  const isOver = trialEndsAt <= fake.changes.now();
  const planKey = isOver ? 'free' : tenant.plan;
  const plan = plans[planKey];
  return {
    object: 'entitlements', tenant_id: tenant.id, version: tenant.version, plan: planKey, plan_name: plan.name,
    access: 'full',
    features: { 'documents.export': plan.features.includes('documents.export') },
    limits: { 'documents.documents': plan.documents },
    meters: {
      'documents.api_calls': {
        limit: callsOf(tenant), used: fake.usedOf(tenant.id, 'documents.api_calls'),
        period_start: period.start, period_end: period.end,
      },
    },
    next_change_at: tenant.stuckSince ?? (isOver || trialEndsAt === Infinity ? null : new Date(trialEndsAt).toISOString()),
    upgrade_url: `${fake.url}/upgrade/${tenant.id}`,
  };
}

export function upgradeOf(fake, tenant) {
  return { plan: 'business', price: '$199.00 a month', url: `${fake.url}/upgrade/${tenant.id}` };
}

function show(fake, { parameters }) {
  const tenant = fake.tenants.get(parameters.tenant);
  return tenant ? { status: 200, body: entitlementsOf(fake, tenant) } : notFound('tenant');
}

function stream(fake, { headers }, response) {
  fake.changes.connect(response, headers['last-event-id']);
}

export const tenantRoutes = [
  { method: 'GET', path: /^\/api\/v1\/entitlements\/stream$/, handle: stream },
  { method: 'GET', path: /^\/api\/v1\/tenants\/(?<tenant>[^/]+)\/entitlements$/, handle: show },
];
