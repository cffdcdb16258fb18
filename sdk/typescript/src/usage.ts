// Usage that Freehold decides before it happens. Calls that come while others are on their way share
// the next request, so that a busy product makes few of them.
import { randomUUID } from 'node:crypto';
import { FreeholdError, Unavailable, unexpected } from './errors.js';
import { type Api } from './http.js';
import type { BufferedUsage, MeterPolicy } from './options.js';
import type { Upgrade, UsageEvent } from './types.js';

export interface Decision {
  allowed: boolean;
  /** Of the period, after this use. `null` when it is not known. */
  used: number | null;
  /** `null`: unlimited, or not known. */
  limit: number | null;
  resetsAt: string | null;
  /** The same key came before and was counted then. */
  duplicate: boolean;
  /** By policy, because Freehold could not be asked. */
  assumed: boolean;
  /** What would allow it, when the limit is reached. */
  upgrade: Upgrade | undefined;
}

interface Waiting {
  event: BufferedUsage;
  resolve: (answer: UsageEvent) => void;
  reject: (error: unknown) => void;
}

export const mostEvents = 500;  // of one request
const mostRequests = 4;         // at once
const afterFailure = 1000;

const longestKey = 200;  // bytes

/** An event with what it lacks. Throws a TypeError for a quantity or a key that is never counted. */
export function usageOf(tenant: string, meter: string, quantity: number, key: string = randomUUID()): BufferedUsage {
  if (!Number.isSafeInteger(quantity) || quantity < 1 || quantity > 1e9) {
    throw new TypeError(`A quantity is a whole number from 1 to 1,000,000,000, not ${quantity}.`);
  }
  if (key === '' || Buffer.byteLength(key) > longestKey) throw new TypeError('A key has 1 to 200 bytes.');
  return { tenant_id: tenant, meter, quantity, idempotency_key: key };
}

/** Sends up to 500 events; their answers in the same order. */
export async function sendUsage(api: Api, events: BufferedUsage[], signal?: AbortSignal): Promise<UsageEvent[]> {
  const call = { method: 'POST', body: { events }, signal } as const;
  const { data } = await api.call<{ data: UsageEvent[] }>('/api/v1/usage_events', call);
  if (data?.length !== events.length) throw unexpected('Freehold did not answer every event of usage.');
  return data;
}

export class Usage {
  readonly #queue: Waiting[] = [];
  #requests = 0;
  #isPumping = false;
  #away: { error: Unavailable; until: number } | undefined;

  constructor(
    private readonly api: Api,
    private readonly policies: Record<string, MeterPolicy>,
    private readonly countLater: (event: BufferedUsage) => void,
  ) {}

  /** Throws FreeholdError for an unknown meter or tenant, Unavailable when no policy says what then. */
  async consume(event: BufferedUsage): Promise<Decision> {
    try {
      return decisionOf(await this.#answerTo(event));
    } catch (error) {
      const policy = this.policies[event.meter]?.onUnavailable;
      if (!(error instanceof Unavailable) || policy === undefined) throw error;
      if (policy === 'allow') this.countLater(event);  // under the same key: once, even if it was counted
      return assumed(policy === 'allow');
    }
  }

  #answerTo(event: BufferedUsage): Promise<UsageEvent> {
    if (this.#away && performance.now() < this.#away.until) return Promise.reject(this.#away.error);
    return new Promise((resolve, reject) => {
      this.#queue.push({ event, resolve, reject });
      if (this.#isPumping) return;
      this.#isPumping = true;
      queueMicrotask(() => this.#pump());  // what is called in the same moment goes together
    });
  }

  #pump(): void {
    this.#isPumping = false;
    while (this.#queue.length > 0 && this.#requests < mostRequests) {
      this.#requests += 1;
      void this.#send(this.#queue.splice(0, mostEvents)).then(() => {
        this.#requests -= 1;
        this.#pump();
      });
    }
  }

  // When Freehold is away, those in line are not made to wait for the same end, nor is anybody for a second.
  async #send(batch: Waiting[]): Promise<void> {
    try {
      const answers = await sendUsage(this.api, batch.map(({ event }) => event));
      this.#away = undefined;
      batch.forEach(({ resolve }, place) => resolve(answers[place]!));
    } catch (error) {
      let failed = batch;
      if (error instanceof Unavailable) {
        this.#away = { error, until: performance.now() + afterFailure };
        failed = batch.concat(this.#queue.splice(0));
      }
      for (const { reject } of failed) reject(error);
    }
  }
}

/** Not decided: the event may be sent again under its key. */
export function isPostponed({ code }: UsageEvent): boolean {
  return code === 'metering_unavailable';
}

function decisionOf(answer: UsageEvent): Decision {
  if (!answer.allowed && answer.code !== 'limit_reached') {
    const detail = answer.detail ?? `Freehold cannot count this use of ${answer.meter}.`;
    const facts = { status: 200, code: answer.code ?? 'invalid', detail };
    throw isPostponed(answer) ? new Unavailable(facts) : new FreeholdError(facts);
  }
  return {
    allowed: answer.allowed,
    used: answer.used ?? null,
    limit: answer.limit ?? null,
    resetsAt: answer.resets_at ?? null,
    duplicate: answer.duplicate ?? false,
    assumed: false,
    upgrade: answer.upgrade,
  };
}

function assumed(allowed: boolean): Decision {
  return { allowed, used: null, limit: null, resetsAt: null, duplicate: false, assumed: true, upgrade: undefined };
}
