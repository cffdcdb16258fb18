// What tenants may do, in memory. A tenant is loaded when it is first asked for; from then on the
// stream of entitlements keeps it fresh. When Freehold is away the last known state stays.
//
// A *generation* begins with each connection that does not go on where another stopped: changes may
// have been missed before it, so what was loaded in an older generation is loaded again on its next
// use. Within a generation the stream tells every change that somebody makes; what changes because its
// time has come (`next_change_at`) is loaded when a heartbeat says that it has.
import { FreeholdError, Unavailable, noAnswer } from './errors.js';
import { dataOf, follow, type StreamMessage } from './follow.js';
import { Gates } from './gates.js';
import { type Api } from './http.js';
import { type Settings } from './options.js';
import { pause } from './pause.js';
import { Pulse } from './pulse.js';
import { Slots } from './slots.js';
import type { Entitlements } from './types.js';

/** A tenant that is kept. */
export class Entry {
  entitlements: Entitlements | undefined;
  features = new Map<string, boolean>();
  generation = -1;
  loadedAt = -Infinity;
  /** When a trial or the like ends by itself, and when it was loaded, in Freehold's time. */
  changesAt = Infinity;
  loadedTime = -Infinity;
  loading: Promise<void> | undefined;
  failure: Failure | undefined;
  /** Not pushed out by others yet. */
  kept = true;

  constructor(readonly tenant: string) {}
}

const mostLoads = 8;
const firstConnection = 1000;  // how long a first use waits for the stream
const quiet = 5000;            // without a byte: ten heartbeats missed
const afterFailure = 1000;     // no load is tried before
const betweenLoads = 1000;     // of a tenant whose change is due and does not come
const withoutStream = 5000;    // how old a state may get while the stream is broken

export class Snapshots {
  readonly #entries = new Map<string, Entry>();
  readonly #slots = new Slots(mostLoads);
  readonly #stop = new AbortController();
  #generation = 0;
  #time = -Infinity;  // Freehold's, by its last heartbeat: its days may pass quicker than ours
  #away: Failure | undefined;
  #connected: Promise<void> | undefined;
  readonly #pulse: Pulse;

  constructor(private readonly api: Api, readonly settings: Settings) {
    this.#pulse = new Pulse(settings.staleAfter);
  }

  /**
   * The gates of a tenant, of this version at least if there is one. When Freehold is away they go by
   * the last known state and by policy. Throws FreeholdError for an unknown tenant or a refused key.
   */
  async gates(tenant: string, version = 0): Promise<Gates> {
    const entry = this.#entryOf(tenant);
    const known = entry.entitlements?.version ?? -1;
    if (this.#isOld(entry) || known < version) {
      await this.#load(entry).catch((error: unknown) => {
        if (!(error instanceof Unavailable)) throw error;
      });
    }
    return new Gates(this, entry);
  }

  /** Whether the entry may be out of date; if so, it is loaded anew behind the caller's back. */
  isStale(entry: Entry): boolean {
    const isOld = this.#isOld(entry);
    if (!isOld && this.#pulse.isFresh) return false;
    const isDue = isOld || performance.now() - entry.loadedAt > withoutStream;
    if (isDue && !this.#stop.signal.aborted) this.#load(entry).catch(() => {});
    return true;
  }

  /** An entry that is kept, for one that may have been pushed out. */
  kept(entry: Entry): Entry {
    if (entry.kept) return entry;
    const other = this.#entries.get(entry.tenant);
    if (other) return other;
    entry.kept = true;
    entry.generation = -1;
    this.#keep(entry);
    return entry;
  }

  close(): void {
    this.#stop.abort(noAnswer('This client is closed.'));
    this.#pulse.stop();
  }

  #isOld(entry: Entry): boolean {
    if (entry.generation !== this.#generation) return true;
    if (entry.changesAt > this.#time) return false;
    // What was due when it was loaded is not asked for without a pause.
    return entry.loadedTime < entry.changesAt || performance.now() - entry.loadedAt > betweenLoads;
  }

  #entryOf(tenant: string): Entry {
    const entry = this.#entries.get(tenant) ?? newEntry(tenant);
    this.#entries.delete(tenant);
    this.#keep(entry);
    return entry;
  }

  #keep(entry: Entry): void {
    this.#entries.set(entry.tenant, entry);
    if (this.#entries.size <= this.settings.maxTenants) return;
    const [oldest] = this.#entries.values();
    oldest!.kept = false;
    this.#entries.delete(oldest!.tenant);
  }

  // One load of a tenant at a time; for a second after a failure, none.
  #load(entry: Entry): Promise<void> {
    const failure = recent(entry.failure) ?? recent(this.#away);
    if (failure) return Promise.reject(failure);
    entry.loading ??= this.#fetch(entry).finally(() => { entry.loading = undefined; });
    return entry.loading;
  }

  async #fetch(entry: Entry): Promise<void> {
    await this.#connection();
    await this.#slots.run(async () => {
      const failure = recent(this.#away);
      if (failure) throw failure;
      const generation = this.#generation;
      try {
        const path = `/api/v1/tenants/${entry.tenant}/entitlements`;
        this.#take(entry, await this.api.call<Entitlements>(path, { signal: this.#stop.signal }), generation);
        this.#away = undefined;
      } catch (error) {
        this.#note(entry, error as FreeholdError);
        throw error;
      }
    });
  }

  // The stream may have told a later version while this one was on its way.
  #take(entry: Entry, entitlements: Entitlements, generation: number): void {
    const known = entry.entitlements;
    if (known && entry.generation >= generation && known.version > entitlements.version) return;
    entry.entitlements = entitlements;
    entry.features = new Map(Object.entries(entitlements.features));
    entry.generation = generation;
    entry.loadedAt = performance.now();
    entry.loadedTime = this.#time;
    entry.changesAt = entitlements.next_change_at === null ? Infinity : Date.parse(entitlements.next_change_at);
    entry.failure = undefined;
  }

  #note(entry: Entry, error: FreeholdError): void {
    const until = performance.now() + afterFailure;
    if (error instanceof Unavailable) {
      this.#away = { error, until };
      return;
    }
    entry.failure = { error, until };
    if (error.status === 404) entry.entitlements = undefined;
  }

  // Waits a little for the stream, so that what is loaded belongs to its generation.
  async #connection(): Promise<void> {
    this.#connected ??= this.#connect();
    const waiting = new AbortController();
    await Promise.race([this.#connected, pause(firstConnection, waiting)]);
    waiting.abort();
  }

  // Resolves at the first connection, or at its failure.
  #connect(): Promise<void> {
    return new Promise((resolve) => {
      const onBreak = (error: FreeholdError) => {
        resolve();
        this.settings.onError(error);
      };
      void this.#read(onBreak, resolve);
    });
  }

  async #read(onBreak: (error: FreeholdError) => void, onReady: () => void): Promise<void> {
    const stream = follow({
      api: this.api, path: '/api/v1/entitlements/stream', signal: this.#stop.signal, quiet, background: true,
      readyIsPlace: true, onBreak,
    });
    for await (const message of stream) {
      try {
        this.#hear(message);
      } catch (error) {
        this.#generation += 1;  // whatever it told is loaded instead
        this.settings.onError(error as FreeholdError);
      }
      if (message.event === 'ready') onReady();
    }
  }

  // On a connection that goes on, the changes that were missed come after `ready`, and then a heartbeat.
  #hear(message: StreamMessage): void {
    const begins = message.event === 'ready' && !message.resumed;
    if (begins) this.#generation += 1;
    if (begins || message.event === 'heartbeat') this.#pulse.beat();
    if (message.event === 'heartbeat') this.#time = Date.parse(dataOf<{ at: string }>(message).at);
    if (message.event !== 'entitlements') return;
    const entitlements = dataOf<Entitlements>(message);
    const entry = this.#entries.get(entitlements.tenant_id);
    if (entry) this.#take(entry, entitlements, this.#generation);
  }
}

function newEntry(tenant: string): Entry {
  if (/^tenant_\w+$/.test(tenant)) return new Entry(tenant);
  const detail = `${tenant} is not the id of a tenant (tenant_…).`;
  throw new FreeholdError({ status: 0, code: 'invalid_tenant', detail });
}

interface Failure {
  error: FreeholdError;
  until: number;
}

function recent(failure: Failure | undefined): FreeholdError | undefined {
  return failure && performance.now() < failure.until ? failure.error : undefined;
}
