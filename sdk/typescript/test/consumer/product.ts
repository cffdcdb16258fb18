// A product, to hold the types to: it is compiled and never run.
import { Forbidden, Freehold, LimitReached, NotSignedIn, type Entitlements, type Event } from '@freehold/sdk';

const freehold = new Freehold({
  meters: { 'documents.api_calls': { onUnavailable: 'allow' } },
  features: { 'documents.export': { onUnavailable: 'last_known' } },
});

// @ts-expect-error: there is no such policy
new Freehold({ meters: { 'documents.api_calls': { onUnavailable: 'maybe' } } });

export async function handle(request: { url?: string; headers: Record<string, string | string[] | undefined> }) {
  try {
    const { tenant, user, can } = await freehold.verify(request, { permission: 'documents:read' });
    if (tenant === undefined || !can('documents:write')) return 404;
    const gates = await freehold.gates(tenant);
    const left: number | null = gates.limit('documents.documents');
    if (!gates.isEnabled('documents.export') || left === 0) return gates.snapshot().upgrade_url;
    const { allowed, upgrade } = await freehold.consume(tenant, 'documents.api_calls');
    if (!allowed) return upgrade?.url;
    await freehold.audit(tenant, { action: 'product.report_exported', user_id: user, target_type: 'report', target_id: '7' });
    return 200;
  } catch (error) {
    if (error instanceof NotSignedIn) return error.loginUrl;
    if (error instanceof Forbidden || error instanceof LimitReached) return error.detail;
    throw error;
  }
}

export async function work(tenant: string, after?: string) {
  const hold = await freehold.reserve(tenant, 'documents.api_calls', 10);
  try {
    await hold.commit(3);
  } finally {
    await hold.release();
  }
  for await (const event of freehold.events({ after, types: ['subscription.*'] })) remember(event);
}

function remember({ cursor, occurred_at }: Event): string {
  return `${cursor} ${occurred_at}`;
}

export function namesOf({ features }: Entitlements): string[] {
  return Object.keys(features);
}
