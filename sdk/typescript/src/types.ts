// The resources of Freehold's API as they are on the wire, named after the schemas of its OpenAPI
// document. Nothing else of this package says what an answer looks like.

/** `full`; `grace`: a payment failed, all still works; `limited`: read-only; `none`: locked. */
export type Access = 'full' | 'grace' | 'limited' | 'none';

/** How much of a meter a tenant may use and had used when the version was made. */
export interface MeterAllowance {
  /** `null`: unlimited. */
  limit: number | null;
  used: number;
  period_start: string;
  period_end: string;
}

/** What a tenant may do: every declared feature, limit and meter. */
export interface Entitlements {
  object: 'entitlements';
  tenant_id: string;
  /** Grows with each change. */
  version: number;
  plan: string;
  plan_name: string;
  access: Access;
  features: Record<string, boolean>;
  /** `null`: unlimited. */
  limits: Record<string, number | null>;
  meters: Record<string, MeterAllowance>;
  /** When a trial, a grace period or an override ends by itself, by the clock that heartbeats tell (`at`). */
  next_change_at: string | null;
  upgrade_url: string;
}

/** What would allow what was refused: the cheapest plan that has it, and where to get it. */
export interface Upgrade {
  plan: string;
  price: string;
  url: string;
}

export interface FieldError {
  field: string;
  message: string;
}

/** An error (RFC 9457). `code` is stable; `detail` is a sentence for people. */
export interface Problem {
  type: string;
  title: string;
  status: number;
  code: string;
  detail: string;
  errors?: FieldError[];
  upgrade?: Upgrade;
  request_id?: string;
}

/** Who is asking, as Freehold answers it. All but these members is in the claims as well. */
export interface Assertion {
  object: 'assertion';
  /** The claims, signed. */
  assertion: string;
  expires_at: string;
}

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

/** The answer to one event of usage. */
export interface UsageEvent {
  object: 'usage_event';
  tenant_id: string;
  meter: string;
  idempotency_key: string;
  allowed: boolean;
  /** The same key came before; it was counted then. */
  duplicate?: boolean;
  used?: number;
  limit?: number | null;
  resets_at?: string;
  /** Why not: `limit_reached`, `unknown_meter`, `unknown_tenant`, `invalid`, `metering_unavailable`. */
  code?: string;
  detail?: string;
  upgrade?: Upgrade;
}

/** Units that are held for a tenant until they are committed, released or expired. */
export interface Reservation {
  object: 'reservation';
  id: string;
  meter: string;
  quantity: number;
  state: 'held' | 'committed' | 'released' | 'expired';
  expires_at: string;
}

/** Something that happened. `cursor` is its place in the order of all events. */
export interface Event {
  object: 'event';
  id: string;
  cursor: string;
  type: string;
  tenant_id: string;
  occurred_at: string;
  data: Record<string, unknown>;
}

export interface EventList {
  object: 'list';
  data: Event[];
  has_more: boolean;
  next_cursor: string | null;
}

/** What the product did, for the tenant's audit log. */
export interface NewAuditEvent {
  /** Begins with `product.`, as `product.report_exported`. */
  action: string;
  /** The member who did it; without one, the product did. */
  user_id?: string;
  /** One word of small letters, as `report`. */
  target_type: string;
  target_id: string;
  target_name?: string;
  changes?: { field: string; old_value?: string; new_value?: string }[];
}

/** What was written into the audit log. */
export interface AuditEvent {
  object: 'audit_event';
  id: string;
  action: string;
}

/** An event of the product's own, for the feed and for analytics. */
export interface NewEvent {
  /** Begins with `product.`, as `product.report_opened`. */
  type: string;
  user_id?: string;
  data?: Record<string, unknown>;
}

/** An event that was taken. Its cursor comes with the feed. */
export interface TakenEvent {
  object: 'event';
  id: string;
  type: string;
}
