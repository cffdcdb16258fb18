// The client: one for each process.
import { randomUUID } from 'node:crypto';
import { events, type EventsOptions } from './feed.js';
import { Gates, type Snapshot } from './gates.js';
import { Api, withQuery } from './http.js';
import type { Identity, Requirements } from './identity.js';
import { PublicKeys } from './keys.js';
import { settingsOf, type BufferedUsage, type Options, type Settings } from './options.js';
import { Recorder } from './recorder.js';
import { Reservations, type Hold, type ReserveOptions } from './reservation.js';
import { Snapshots } from './snapshots.js';
import type { AuditEvent, Event, NewAuditEvent, NewEvent, TakenEvent } from './types.js';
import { Usage, usageOf, type Decision } from './usage.js';
import { Verifier } from './verify.js';
import type { NodeRequest, WebRequest } from './visitor.js';

export interface KeyOptions {
  /** The same key does it once, however often it is called. Default: a new one. */
  key?: string | undefined;
}

export interface ReturnOptions {
  /** One of Freehold's `product.return_urls`, exactly. Default: the client's `returnTo`. */
  returnTo?: string | undefined;
  /** Comes back as it is, so that the product knows its own visitor again. */
  state?: string | undefined;
}

export class Freehold {
  readonly #settings: Settings;
  readonly #api: Api;
  readonly #snapshots: Snapshots;
  readonly #verifier: Verifier;
  readonly #recorder: Recorder;
  readonly #usage: Usage;
  readonly #reservations: Reservations;
  readonly #stop = new AbortController();

  /** Connects to nothing: that comes with the first call that needs it. */
  constructor(options: Options = {}) {
    this.#settings = settingsOf(options);
    this.#api = new Api(this.#settings);
    this.#snapshots = new Snapshots(this.#api, this.#settings);
    const keys = new PublicKeys(this.#api);
    this.#verifier = new Verifier(this.#api, keys, this.#snapshots, this.#settings, () => this.loginUrl());
    this.#recorder = new Recorder(this.#api, this.#settings);
    const countLater = (event: BufferedUsage) => { this.#recorder.record(event); };
    this.#usage = new Usage(this.#api, this.#settings.meters, countLater);
    this.#reservations = new Reservations(this.#api, this.#settings.meters, countLater);
  }

  /** Who is asking. Throws NotSignedIn, Forbidden, or Unavailable. */
  verify(request: WebRequest | NodeRequest, required: Requirements = {}): Promise<Identity> {
    return this.#verifier.verify(request, required);
  }

  /** Where a person logs in; they come back to `returnTo?tenant=<slug>&state=<state>`. */
  loginUrl(options: ReturnOptions = {}): string {
    return this.#linkTo('/login', options);
  }

  /** Where a person chooses another workspace and comes back. */
  selectUrl(options: ReturnOptions = {}): string {
    return this.#linkTo('/select', options);
  }

  logoutUrl({ returnTo = this.#settings.returnTo }: Pick<ReturnOptions, 'returnTo'> = {}): string {
    return withQuery(`${this.#settings.issuer}/logout`, { return_to: returnTo });
  }

  /** The gates of a tenant (`tenant_…`), which answer without a wait and may be kept. */
  gates(tenant: string): Promise<Gates> {
    return this.#snapshots.gates(tenant);
  }

  async isEnabled(tenant: string, feature: string): Promise<boolean> {
    return (await this.gates(tenant)).isEnabled(feature);
  }

  /** `null`: unlimited. */
  async limit(tenant: string, key: string): Promise<number | null> {
    return (await this.gates(tenant)).limit(key);
  }

  async snapshot(tenant: string): Promise<Snapshot> {
    return (await this.gates(tenant)).snapshot();
  }

  /** Asks before a use. With the same `key`, the same use: it is counted once. */
  async consume(tenant: string, meter: string, quantity = 1, { key }: KeyOptions = {}): Promise<Decision> {
    return this.#usage.consume(usageOf(tenant, meter, quantity, key));
  }

  /** Tells a use that has happened; it is sent later. False when it could not be kept. */
  record(tenant: string, meter: string, quantity = 1, { key }: KeyOptions = {}): boolean {
    return this.#recorder.record(usageOf(tenant, meter, quantity, key));
  }

  /** Resolves when all that was recorded has been told. */
  flush(): Promise<void> {
    return this.#recorder.flush();
  }

  async reserve(tenant: string, meter: string, quantity = 1, options: ReserveOptions = {}): Promise<Hold> {
    return this.#reservations.reserve(tenant, meter, quantity, options);
  }

  /** What happened: `for await (const event of freehold.events({ after }))`. */
  events(options: EventsOptions = {}): AsyncGenerator<Event> {
    return events(this.#api, options, this.#stop.signal, this.#settings.onError);
  }

  /** Writes into the tenant's audit log. */
  audit(tenant: string, event: NewAuditEvent, { key }: KeyOptions = {}): Promise<AuditEvent> {
    return this.#post(tenant, 'audit_events', event, key);
  }

  /** Tells an event of the product's own, for the feed and for analytics. */
  track(tenant: string, event: NewEvent, { key }: KeyOptions = {}): Promise<TakenEvent> {
    return this.#post(tenant, 'events', event, key);
  }

  /**
   * Sends what was recorded, ends all streams, and resolves to the usage that could not be sent within
   * `timeout` milliseconds (the client's by default): empty when all is well.
   */
  async close({ timeout = this.#settings.timeout }: { timeout?: number | undefined } = {}): Promise<BufferedUsage[]> {
    this.#stop.abort();
    this.#snapshots.close();
    return this.#recorder.close(timeout);
  }

  #post<Answer>(tenant: string, list: string, body: unknown, key: string = randomUUID()): Promise<Answer> {
    const path = `/api/v1/tenants/${encodeURIComponent(tenant)}/${list}`;
    return this.#api.call(path, { method: 'POST', body, idempotencyKey: key });
  }

  #linkTo(path: string, { returnTo = this.#settings.returnTo, state }: ReturnOptions): string {
    return withQuery(this.#settings.issuer + path, { return_to: returnTo, state });
  }
}
