// What a product may say when it makes its client. Each option names its default and its consequence.
import type { FreeholdError } from './errors.js';
import type { UsageEvent } from './types.js';

/**
 * What a feature is while its state is not known to be fresh (`stale`):
 * - `last_known` (default): what it was when Freehold was last heard; `false` if it never was. A
 *   customer whose plan changes meanwhile keeps the old answer until Freehold is back.
 * - `off`: never given away, and taken from those who paid for as long as Freehold restarts.
 * - `on`: never taken away, and given to those who did not pay.
 */
export interface FeaturePolicy {
  onUnavailable: 'last_known' | 'off' | 'on';
}

/**
 * What `consume` answers when Freehold cannot be asked:
 * - `allow`: yes; the use is kept and counted when Freehold is back, beyond the limit if need be.
 * - `deny`: no, although the customer may have some left.
 * Without a policy `consume` throws `Unavailable`.
 */
export interface MeterPolicy {
  onUnavailable: 'allow' | 'deny';
}

/** Usage that was recorded and will not be counted. */
export interface RefusedUsage {
  event: BufferedUsage;
  /** Freehold's answer to it; missing when it was refused with its whole request. */
  answer?: UsageEvent;
  error?: FreeholdError;
}

export interface BufferedUsage {
  tenant_id: string;
  meter: string;
  quantity: number;
  idempotency_key: string;
}

export interface Options {
  /** Where Freehold is reached. Default: `FREEHOLD_URL`, else http://localhost:8080. */
  url?: string | undefined;
  /** `fh_sk_live_…`. Default: `FREEHOLD_PRODUCT_KEY`. Only `verify` works without one. */
  productKey?: string | undefined;
  /**
   * Freehold's public address, which assertions must name as their issuer and which log-in links lead
   * to. Default: `url`. Say it when the product reaches Freehold by an inner address.
   */
  issuer?: string | undefined;
  /** Whom assertions must be for. Default: the issuer, as in Freehold. */
  audience?: string | undefined;
  /** Where `loginUrl` comes back to: one of Freehold's `product.return_urls`, exactly. */
  returnTo?: string | undefined;
  /** Milliseconds that a call may take with all its retries. Default: 5000. */
  timeout?: number | undefined;
  /** Milliseconds without a heartbeat after which a snapshot is stale. Default: 1000. */
  staleAfter?: number | undefined;
  /**
   * How many tenants' snapshots are kept, the least recently asked for go first. Default: 10,000. One
   * takes a few kilobytes; a tenant that is asked for again costs a call.
   */
  maxTenants?: number | undefined;
  /** By feature key. */
  features?: Record<string, FeaturePolicy> | undefined;
  /** By meter key. */
  meters?: Record<string, MeterPolicy> | undefined;
  /** How many recorded events wait at most. Default: 10,000. */
  maxBuffered?: number | undefined;
  /** An event was recorded while the buffer was full, and is lost unless this keeps it. */
  onBufferFull?: ((event: BufferedUsage) => void) | undefined;
  /** A recorded event was not counted: the limit was reached, or it was wrong. */
  onRefused?: ((refused: RefusedUsage) => void) | undefined;
  /** Trouble that no caller sees: the stream broke, a flush failed. It is tried again by itself. */
  onError?: ((error: FreeholdError) => void) | undefined;
  /** On SIGTERM, flush what was recorded and then end the process. Default: false. */
  flushOnSigterm?: boolean | undefined;
}

type Given = { [Name in keyof Options]-?: NonNullable<Options[Name]> };

export interface Settings extends Omit<Given, 'productKey' | 'returnTo'> {
  productKey: string | undefined;
  returnTo: string | undefined;
}

// A hook that throws must not end what called it.
function guarded<Told>(name: string, hook: (told: Told) => void = () => {}): (told: Told) => void {
  return (told) => {
    try {
      hook(told);
    } catch (error) {
      process.emitWarning(`Freehold's hook ${name} threw: ${String(error)}`);
    }
  };
}

/** The options with their defaults. Throws a TypeError that names what is wrong. */
export function settingsOf(options: Options): Settings {
  const url = addressOf('url', options.url ?? process.env['FREEHOLD_URL'] ?? 'http://localhost:8080');
  const issuer = addressOf('issuer', options.issuer ?? url);
  checkPolicies('features', options.features, ['last_known', 'off', 'on']);
  checkPolicies('meters', options.meters, ['allow', 'deny']);
  return {
    url,
    productKey: options.productKey ?? process.env['FREEHOLD_PRODUCT_KEY'],
    issuer,
    audience: options.audience ?? issuer,
    returnTo: options.returnTo,
    timeout: positive('timeout', options.timeout ?? 5000),
    staleAfter: positive('staleAfter', options.staleAfter ?? 1000),
    maxTenants: positive('maxTenants', options.maxTenants ?? 10_000),
    features: options.features ?? {},
    meters: options.meters ?? {},
    maxBuffered: positive('maxBuffered', options.maxBuffered ?? 10_000),
    onBufferFull: guarded('onBufferFull', options.onBufferFull),
    onRefused: guarded('onRefused', options.onRefused),
    onError: guarded('onError', options.onError),
    flushOnSigterm: options.flushOnSigterm ?? false,
  };
}

function addressOf(name: string, text: string): string {
  if (!/^https?:\/\/[^/]/.test(text)) throw new TypeError(`${name} is no http address: ${text}`);
  return text.replace(/\/+$/, '');
}

function positive(name: string, value: number): number {
  if (!(value > 0)) throw new TypeError(`${name} is not above zero: ${value}`);
  return value;
}

function checkPolicies(name: string, policies: Record<string, { onUnavailable: string }> = {}, known: string[]): void {
  for (const [key, { onUnavailable }] of Object.entries(policies)) {
    if (known.includes(onUnavailable)) continue;
    throw new TypeError(`${name}["${key}"].onUnavailable is ${onUnavailable}; it can be ${known.join(', ')}`);
  }
}
