// Who is asking: from the assertion that a proxy put on the request, checked here without a call; or
// else from Freehold, which is shown the visitor's own cookie or key.
import { createHash } from 'node:crypto';
import { Refused, claimsIn, readAssertion } from './assertion.js';
import { Forbidden, FreeholdError, NotSignedIn, unexpected } from './errors.js';
import { withQuery, type Api } from './http.js';
import { identityOf, type Identity, type Requirements } from './identity.js';
import { type PublicKeys } from './keys.js';
import { type Snapshots } from './snapshots.js';
import type { Assertion, AssertionClaims } from './types.js';
import { visitorOf, type NodeRequest, type Visitor, type WebRequest } from './visitor.js';

interface Known {
  identity: Promise<Identity>;
  until: number;
}

const longestMemory = 5000;
const mostRemembered = 10_000;

export class Verifier {
  readonly #known = new Map<string, Known>();

  constructor(
    private readonly api: Api,
    private readonly keys: PublicKeys,
    private readonly snapshots: Snapshots,
    private readonly expected: { issuer: string; audience: string },
    private readonly loginUrl: () => string,
  ) {}

  /** Throws NotSignedIn, Forbidden, or Unavailable. */
  async verify(request: WebRequest | NodeRequest, required: Requirements): Promise<Identity> {
    const visitor = visitorOf(request);
    if (visitor.assertion !== undefined) return this.#read(visitor.assertion, required);
    if (visitor.cookie !== undefined || visitor.authorization !== undefined) return this.#remembered(visitor, required);
    throw new NotSignedIn({ code: 'unauthenticated', detail: 'Nobody is signed in.' }, this.loginUrl());
  }

  async #read(assertion: string, required: Requirements): Promise<Identity> {
    const identity = identityOf(await this.#claimsOf(assertion));
    const { tenant, permission, feature } = required;
    if (tenant !== undefined && tenant !== identity.tenant && tenant !== identity.tenantSlug) {
      const place = identity.tenantSlug ?? 'no workspace';
      throw forbidden('not_a_member', `This visitor is signed in to ${place}, not to ${tenant}.`);
    }
    if (permission !== undefined && !identity.can(permission)) {
      const role = identity.role ?? 'of nobody';
      throw forbidden('forbidden', `The role ${role} does not have the permission ${permission}.`);
    }
    if (feature !== undefined) await this.#checkFeature(identity, feature);
    return identity;
  }

  async #claimsOf(assertion: string): Promise<AssertionClaims> {
    try {
      const expected = { ...this.expected, now: Date.now() / 1000 };
      return await readAssertion(assertion, (name) => this.keys.find(name), expected);
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      const detail = `The assertion does not hold: ${error.message}.`;
      throw new NotSignedIn({ code: 'invalid_assertion', detail }, this.loginUrl());
    }
  }

  // The assertion names the version that it saw, so that a plan just bought counts at once.
  async #checkFeature({ tenant, entitlementVersion }: Identity, feature: string): Promise<void> {
    if (tenant === undefined) throw forbidden('not_a_member', 'This visitor has not chosen a workspace.');
    const gates = await this.snapshots.gates(tenant, entitlementVersion);
    if (!gates.isEnabled(feature)) throw forbidden('not_in_plan', `The workspace's plan does not include ${feature}.`);
  }

  // The answer to one credential is kept for five seconds, and many at once ask one time.
  #remembered(visitor: Visitor, required: Requirements): Promise<Identity> {
    const name = nameOf(visitor, required);
    const known = this.#known.get(name);
    if (known && Date.now() < known.until) return known.identity;
    const asking = this.#ask(visitor, required, (until) => { asked.until = until; });
    const asked: Known = { identity: asking, until: Infinity };
    asked.identity.catch(() => {
      if (this.#known.get(name) === asked) this.#known.delete(name);
    });
    this.#known.delete(name);
    this.#known.set(name, asked);
    if (this.#known.size > mostRemembered) this.#known.delete(this.#known.keys().next().value!);
    return asked.identity;
  }

  async #ask(visitor: Visitor, required: Requirements, keepUntil: (until: number) => void): Promise<Identity> {
    const { tenant, permission, feature } = required;
    const path = withQuery('/api/v1/auth/verify', { tenant, permission, feature });
    const headers: Record<string, string> = { 'x-forwarded-uri': visitor.path };
    if (visitor.cookie !== undefined) headers['cookie'] = visitor.cookie;
    if (visitor.authorization !== undefined) headers['authorization'] = visitor.authorization;
    try {
      const answer = await this.api.call<Assertion>(path, { anonymous: true, headers });
      keepUntil(Math.min(Date.parse(answer.expires_at), Date.now() + longestMemory));
      return identityOf(claimsIn(answer.assertion));
    } catch (error) {
      if (error instanceof Refused) throw unexpected(`Freehold's assertion does not hold: ${error.message}.`);
      throw asVisitors(error, this.loginUrl);
    }
  }
}

function forbidden(code: string, detail: string): Forbidden {
  return new Forbidden({ status: 403, code, detail });
}

// Without a named tenant the path may choose it, so its beginning is part of the question.
function nameOf({ cookie, authorization, path }: Visitor, { tenant, permission, feature }: Requirements): string {
  const place = tenant ?? /^\/t\/([^/?]+)/.exec(path)?.[0];
  const question = JSON.stringify([cookie, authorization, place, permission, feature]);
  return createHash('sha256').update(question).digest('base64');
}

function asVisitors(error: unknown, loginUrl: () => string): unknown {
  if (!(error instanceof FreeholdError) || error instanceof NotSignedIn) return error;
  if (error.status === 401) return new NotSignedIn(error, loginUrl());
  return error.status === 403 ? new Forbidden(error) : error;
}
