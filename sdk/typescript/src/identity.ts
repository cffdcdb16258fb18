// Who is asking, as a product sees it, and what it asks of them.
import type { AssertionClaims } from './types.js';

export interface Requirements {
  /** The slug or the `tenant_…` id of the workspace that the visitor must belong to. */
  tenant?: string | undefined;
  permission?: string | undefined;
  feature?: string | undefined;
}

export interface Identity {
  /** `user_…`, or `key_…` when an API key asks. */
  user: string;
  /** `tenant_…`; undefined when the person has not chosen one. */
  tenant: string | undefined;
  tenantSlug: string | undefined;
  role: string | undefined;
  permissions: readonly string[];
  session: string | undefined;
  email: string | undefined;
  name: string | undefined;
  /** The member of staff who acts as this person. */
  impersonatedBy: string | undefined;
  /** Of the tenant, when this was said. */
  entitlementVersion: number;
  can(permission: string): boolean;
}

export function identityOf(claims: AssertionClaims): Identity {
  const permissions = Object.freeze([...(claims.permissions ?? [])]);
  return {
    user: claims.sub,
    tenant: claims.tenant_id,
    tenantSlug: claims.tenant_slug,
    role: claims.role,
    permissions,
    session: claims.sid,
    email: claims.email,
    name: claims.name,
    impersonatedBy: claims.act?.sub,
    entitlementVersion: claims.ent ?? 0,
    can: (permission) => permissions.includes(permission),
  };
}
