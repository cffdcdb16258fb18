// Who is asking.
import { problem } from './answers.mjs';
import { entitlementsOf } from './fake_tenants.mjs';

function keys(fake) {
  return { status: 200, body: { keys: fake.keys.map(({ jwk }) => jwk) } };
}

function verify(fake, { headers, query }) {
  const person = fake.visitors.get(headers.authorization) ?? fake.visitors.get(headers.cookie);
  if (!person) {
    const loginUrl = `${fake.url}/login?return_to=${encodeURIComponent(headers['x-forwarded-uri'] ?? '/')}`;
    return problem(401, 'unauthenticated', 'Nobody is signed in.', { 'freehold-login-url': loginUrl });
  }
  const slug = query.tenant ?? /^\/t\/([^/?]+)/.exec(headers['x-forwarded-uri'] ?? '')?.[1];
  if (slug !== undefined && slug !== person.tenant_slug && slug !== person.tenant_id) {
    return problem(403, 'not_a_member', 'This person is not a member of it.');
  }
  if (query.permission && !person.permissions.includes(query.permission)) {
    return problem(403, 'forbidden', 'The role does not allow it.');
  }
  if (query.feature && !entitlementsOf(fake, fake.tenants.get(person.tenant_id)).features[query.feature]) {
    return problem(403, 'not_in_plan', 'The plan does not include it.');
  }
  const claims = fake.claimsOf(person);
  const { sub, sid, email, name, tenant_id, tenant_slug, role, permissions, ent } = claims;
  const body = {
    object: 'assertion', assertion: fake.signer.sign(claims), expires_at: new Date(claims.exp * 1000).toISOString(),
    [sid ? 'user_id' : 'key_id']: sub, session_id: sid, email, name, tenant_id, tenant_slug, role, permissions,
    entitlement_version: ent,
  };
  return { status: 200, body };
}

export const visitorRoutes = [
  { method: 'GET', path: /^\/\.well-known\/jwks\.json$/, handle: keys, open: true },
  { method: 'GET', path: /^\/api\/v1\/auth\/verify$/, handle: verify, open: true },
];
