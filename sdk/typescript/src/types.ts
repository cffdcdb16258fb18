// The resources of Freehold's API as they are on the wire: written from its OpenAPI document, here under
// the names that this package has for them. Only the claims of an assertion are said by hand, because
// they travel inside of a token.

import type { Entitlements, WrittenAuditEvent, WrittenEvent } from './api_types.js';

export type {
  Assertion, Entitlements, Event, EventList, FieldError, MeterAllowance, NewAuditEvent, NewEvent, Problem,
  Reservation, Upgrade, UsageEvent,
} from './api_types.js';

/** `full`; `grace`: a payment failed, all still works; `limited`: read-only; `none`: locked. */
export type Access = Entitlements['access'];

/** What was written into the audit log. */
export type AuditEvent = WrittenAuditEvent;

/** An event that was taken. Its cursor comes with the feed. */
export type TakenEvent = WrittenEvent;

/** The claims of an assertion. */
export interface AssertionClaims {
  iss: string;
  aud: string | string[];
  /** `user_…`, or `key_…` of an API key. */
  sub: string;
  client_id: string;
  iat: number;
  exp: number;
  jti: string;
  tenant_id?: string;
  org_id?: string;
  tenant_slug?: string;
  role?: string;
  permissions?: string[];
  /** The session, unless it is an API key's call. */
  sid?: string;
  email?: string;
  name?: string;
  /** The version of the tenant's entitlements. */
  ent?: number;
  /** The member of staff who acts as this person. */
  act?: { sub: string };
}
