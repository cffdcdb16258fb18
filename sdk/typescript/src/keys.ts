// Freehold's public keys, as a JWK set. They are asked for again after five minutes, and when an
// assertion names one that is not among them: at most every thirty seconds, so that invented names
// cause no flood. While Freehold is away the keys stay.
import { createPublicKey, type JsonWebKey, type KeyObject } from 'node:crypto';
import { type Unavailable } from './errors.js';
import { type Api } from './http.js';

const freshFor = 5 * 60_000;
const betweenSearches = 30_000;
const betweenFailures = 1000;

export class PublicKeys {
  readonly #api: Api;
  #keys = new Map<string, KeyObject>();
  #freshUntil = -Infinity;
  #searchAfter = -Infinity;
  #failure: { error: unknown; until: number } | undefined;
  #loading: Promise<void> | undefined;

  constructor(api: Api) {
    this.#api = api;
  }

  /** The key of this name; undefined when Freehold has none. Throws Unavailable when it cannot be asked. */
  async find(name: string): Promise<KeyObject | undefined> {
    const now = performance.now();
    if (this.#keys.size === 0) await this.#load();
    else if (now > this.#freshUntil) this.#load().catch(() => {});
    const known = this.#keys.get(name);
    if (known) return known;
    if (this.#loading) await this.#loading;
    else if (now < this.#searchAfter) return undefined;
    else {
      this.#searchAfter = now + betweenSearches;
      await this.#load();
    }
    return this.#keys.get(name);
  }

  // One at a time, and for a second none after a failure.
  #load(): Promise<void> {
    if (this.#failure && performance.now() < this.#failure.until) return Promise.reject(this.#failure.error);
    this.#loading ??= this.#fetch().finally(() => { this.#loading = undefined; });
    return this.#loading;
  }

  async #fetch(): Promise<void> {
    try {
      const { keys } = await this.#api.call<{ keys: JsonWebKey[] }>('/.well-known/jwks.json', { anonymous: true });
      this.#keys = new Map(keys.flatMap(importKey));
      this.#freshUntil = performance.now() + freshFor;
      this.#failure = undefined;
    } catch (error) {
      this.#failure = { error: error as Unavailable, until: performance.now() + betweenFailures };
      throw error;
    }
  }
}

// What is no key for ES256 is left out; the others still count.
function importKey(jwk: JsonWebKey): [string, KeyObject][] {
  const { kid, kty, crv, x, y } = jwk as Record<string, unknown>;
  const fits = typeof kid === 'string' && kty === 'EC' && crv === 'P-256'
    && (jwk['alg'] ?? 'ES256') === 'ES256' && (jwk['use'] ?? 'sig') === 'sig';
  if (!fits) return [];
  try {
    return [[kid, createPublicKey({ format: 'jwk', key: { kty, crv, x, y } as JsonWebKey })]];
  } catch {
    return [];
  }
}
