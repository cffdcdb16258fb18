// Calls to Freehold's API. Each has a deadline that holds for all of its attempts. Every call here may
// be tried again, because doing it twice is the same as doing it once: it is a read, or it has an
// idempotency key, or it names the one thing that it ends.
import { FreeholdError, Unavailable, errorOf, noAnswer, unexpected } from './errors.js';
import { fullJitter, pause } from './pause.js';
import { version } from './version.js';

export interface Call {
  method?: 'GET' | 'POST' | 'DELETE';
  body?: unknown;
  /** Sent as `Idempotency-Key`. */
  idempotencyKey?: string;
  headers?: Record<string, string>;
  /** Without the product key: the headers say who asks. */
  anonymous?: boolean;
  signal?: AbortSignal | undefined;
  /** Milliseconds for all attempts, where it is not the client's. */
  timeout?: number;
}

interface Place {
  url: string;
  productKey: string | undefined;
  timeout: number;
}

const firstRetry = 100;
const longestRetry = 2000;

export class Api {
  readonly #place: Place;

  constructor(place: Place) {
    this.#place = place;
  }

  get url(): string {
    return this.#place.url;
  }

  /** What every call carries. */
  headers({ anonymous = false } = {}): Record<string, string> {
    const headers = { accept: 'application/json', 'user-agent': `freehold-sdk-typescript/${version}` };
    return anonymous ? headers : { ...headers, authorization: `Bearer ${this.#key()}` };
  }

  /** The JSON of the answer. Throws FreeholdError, Unavailable when time is up, or the signal's reason. */
  async call<Answer>(path: string, call: Call = {}): Promise<Answer> {
    const ends = performance.now() + (call.timeout ?? this.#place.timeout);
    for (let attempt = 0; ; attempt += 1) {
      try {
        return await this.#attempt<Answer>(path, call, ends - performance.now());
      } catch (error) {
        if (!(error instanceof FreeholdError) || !mayPass(error)) throw error;
        const wait = fullJitter(attempt, firstRetry, longestRetry) + (error.retryAfter ?? 0) * 1000;
        if (performance.now() + wait >= ends) throw error;
        await pause(wait, { signal: call.signal });
      }
    }
  }

  #key(): string {
    if (this.#place.productKey) return this.#place.productKey;
    throw new FreeholdError({
      status: 0,
      code: 'no_product_key',
      detail: 'This needs a product key: the option productKey, or FREEHOLD_PRODUCT_KEY.',
    });
  }

  async #attempt<Answer>(path: string, call: Call, milliseconds: number): Promise<Answer> {
    const { signal, release } = deadline(milliseconds, call.signal);
    try {
      const response = await fetch(this.#place.url + path, { ...this.#request(call), signal });
      const text = await response.text();
      if (!response.ok) throw errorOf(response.status, (name) => response.headers.get(name), text);
      return parsed<Answer>(text);
    } catch (error) {
      if (error instanceof FreeholdError) throw error;
      call.signal?.throwIfAborted();
      throw noAnswer(`${this.#place.url} could not be asked: ${reasonOf(error)}.`, error);
    } finally {
      release();
    }
  }

  // A redirect is never followed: it would carry a key to another place.
  #request(call: Call): RequestInit {
    const headers = this.headers(call);
    const request: RequestInit = { method: call.method ?? 'GET', redirect: 'manual', headers };
    if (call.body !== undefined) {
      headers['content-type'] = 'application/json';
      request.body = JSON.stringify(call.body);
    }
    if (call.idempotencyKey) headers['idempotency-key'] = call.idempotencyKey;
    Object.assign(headers, call.headers);
    return request;
  }
}

/** `path` with those of the fields that have a value. */
export function withQuery(path: string, fields: Record<string, string | number | undefined>): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(fields)) {
    if (value !== undefined) query.set(name, String(value));
  }
  const text = query.toString();
  return text === '' ? path : `${path}?${text}`;
}

// Aborted when the time is up or when the caller's signal is.
function deadline(milliseconds: number, outer: AbortSignal | undefined) {
  const controller = new AbortController();
  const stop = () => controller.abort(outer?.reason);
  const timer = setTimeout(() => controller.abort(new Error('no answer in time')), Math.max(0, milliseconds));
  if (outer?.aborted) stop();
  outer?.addEventListener('abort', stop, { once: true });
  const release = () => {
    clearTimeout(timer);
    outer?.removeEventListener('abort', stop);
  };
  return { signal: controller.signal, release };
}

function mayPass(error: FreeholdError): boolean {
  return error instanceof Unavailable || error.code === 'idempotency_key_in_use';
}

function parsed<Answer>(text: string): Answer {
  try {
    return JSON.parse(text) as Answer;
  } catch {
    throw unexpected('Freehold answered something that is not JSON.');
  }
}

// fetch hides what went wrong in the cause of its error.
export function reasonOf(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  return cause instanceof Error ? cause.message || cause.name : String(cause);
}
