// Units held for work that takes a while: they count against the limit until it is known how many of
// them were used.
import { randomUUID } from 'node:crypto';
import { Unavailable } from './errors.js';
import { type Api } from './http.js';
import type { BufferedUsage, MeterPolicy } from './options.js';
import type { Reservation } from './types.js';
import { usageOf } from './usage.js';

export interface ReserveOptions {
  /** Seconds until the units are given back by themselves, 1 to 3600. Default: 60. */
  expiresIn?: number | undefined;
  /** The same key holds the same units, however often it is called. Default: a new one. */
  key?: string | undefined;
}

export interface Hold {
  readonly meter: string;
  readonly quantity: number;
  readonly state: Reservation['state'];
  /** `null` when the hold is by policy, because Freehold could not be asked. */
  readonly reservation: Reservation | null;
  /** Counts `quantity` of the units, all by default, and gives the others back. */
  commit(quantity?: number): Promise<void>;
  /** Gives all units back; after a commit it does nothing, so that it may stand in a `finally`. */
  release(): Promise<void>;
}

export class Reservations {
  constructor(
    private readonly api: Api,
    private readonly policies: Record<string, MeterPolicy>,
    private readonly countLater: (event: BufferedUsage) => void,
  ) {}

  /** Throws LimitReached; Unavailable unless the meter's policy is `allow`. */
  async reserve(tenant: string, meter: string, quantity: number, options: ReserveOptions): Promise<Hold> {
    const { idempotency_key: key } = usageOf(tenant, meter, quantity, options.key);
    const path = `/api/v1/tenants/${encodeURIComponent(tenant)}/reservations`;
    const body = { meter, quantity, idempotency_key: key, expires_in: options.expiresIn ?? 60 };
    try {
      const held = await this.api.call<Reservation>(path, { method: 'POST', body, idempotencyKey: key });
      return new ServerHold(this.api, `${path}/${held.id}`, held);
    } catch (error) {
      if (!(error instanceof Unavailable) || this.policies[meter]?.onUnavailable !== 'allow') throw error;
      return new AssumedHold(tenant, meter, quantity, this.countLater);
    }
  }
}

class ServerHold implements Hold {
  constructor(private readonly api: Api, private readonly path: string, public reservation: Reservation) {}

  get meter() { return this.reservation.meter; }
  get quantity() { return this.reservation.quantity; }
  get state() { return this.reservation.state; }

  async commit(quantity: number = this.quantity): Promise<void> {
    const call = { method: 'POST', body: { quantity }, idempotencyKey: randomUUID() } as const;
    this.reservation = await this.api.call<Reservation>(`${this.path}/commitment`, call);
  }

  async release(): Promise<void> {
    if (this.state !== 'held') return;
    this.reservation = await this.api.call<Reservation>(this.path, { method: 'DELETE', idempotencyKey: randomUUID() });
  }
}

class AssumedHold implements Hold {
  readonly reservation = null;
  state: Reservation['state'] = 'held';

  constructor(
    private readonly tenant: string,
    readonly meter: string,
    readonly quantity: number,
    private readonly countLater: (event: BufferedUsage) => void,
  ) {}

  async commit(quantity: number = this.quantity): Promise<void> {
    if (this.state !== 'held') return;
    this.state = 'committed';
    if (quantity > 0) this.countLater(usageOf(this.tenant, this.meter, quantity));
  }

  async release(): Promise<void> {
    if (this.state === 'held') this.state = 'released';
  }
}
