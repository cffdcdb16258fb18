// The answers for one tenant, from memory and without a wait.
import { FreeholdError, noAnswer } from './errors.js';
import type { Entry, Snapshots } from './snapshots.js';
import type { Access, Entitlements, MeterAllowance } from './types.js';

export interface Snapshot extends Entitlements {
  /** No heartbeat for a second: this may be out of date. */
  stale: boolean;
}

/**
 * Always of the present: a change of plan is seen within a second by gates that were got before it, so
 * they may be kept as long as the client.
 */
export class Gates {
  readonly #snapshots: Snapshots;
  #entry: Entry;

  constructor(snapshots: Snapshots, entry: Entry) {
    this.#snapshots = snapshots;
    this.#entry = entry;
  }

  get tenant(): string {
    return this.#entry.tenant;
  }

  get stale(): boolean {
    return this.#snapshots.isStale(this.#now());
  }

  /** Throws FreeholdError `unknown_feature` for a key that nobody declared: a misspelling is not a no. */
  isEnabled(feature: string): boolean {
    const entry = this.#now();
    const isStale = this.#snapshots.isStale(entry);
    const value = entry.features.get(feature);
    if (value === undefined && entry.entitlements) throw unknown('feature', feature);
    const policy = isStale ? this.#snapshots.settings.features[feature]?.onUnavailable : undefined;
    if (policy === 'on' || policy === 'off') return policy === 'on';
    return value ?? false;
  }

  /** `null`: unlimited. Throws Unavailable while nothing is known of the tenant. */
  limit(key: string): number | null {
    return memberOf(this.snapshot().limits, 'limit', key);
  }

  /** As of the snapshot: what was used since is not in it. Only `consume` decides. */
  meter(key: string): MeterAllowance {
    return memberOf(this.snapshot().meters, 'meter', key);
  }

  get access(): Access {
    return this.snapshot().access;
  }

  /** Throws Unavailable while nothing is known of the tenant. */
  snapshot(): Snapshot {
    const entry = this.#now();
    const stale = this.#snapshots.isStale(entry);
    if (!entry.entitlements) throw noAnswer(`Nothing is known of ${entry.tenant} yet.`);
    return { ...entry.entitlements, stale };
  }

  #now(): Entry {
    if (!this.#entry.kept) this.#entry = this.#snapshots.kept(this.#entry);
    return this.#entry;
  }
}

function memberOf<Value>(members: Record<string, Value>, what: string, key: string): Value {
  if (!Object.hasOwn(members, key)) throw unknown(what, key);
  return members[key] as Value;
}

function unknown(what: string, key: string): FreeholdError {
  return new FreeholdError({ status: 0, code: `unknown_${what}`, detail: `Freehold has no ${what} ${key}.` });
}
