// What the SDK throws. Every error has a stable `code`; what came from Freehold has its request id.
import type { FieldError, Problem, Upgrade } from './types.js';

export interface ErrorFacts {
  status: number;
  code: string;
  detail: string;
  errors?: FieldError[] | undefined;
  upgrade?: Upgrade | undefined;
  requestId?: string | undefined;
  /** Seconds, from `Retry-After`. */
  retryAfter?: number | undefined;
  cause?: unknown;
}

export class FreeholdError extends Error {
  /** Of the HTTP answer; 0 when there was none. */
  readonly status: number;
  readonly code: string;
  /** A sentence for people. */
  readonly detail: string;
  readonly errors: FieldError[];
  readonly upgrade: Upgrade | undefined;
  readonly requestId: string | undefined;
  readonly retryAfter: number | undefined;

  constructor(facts: ErrorFacts) {
    const place = facts.requestId ? ` (${facts.code}, request ${facts.requestId})` : ` (${facts.code})`;
    super(facts.detail + place, { cause: facts.cause });
    this.name = new.target.name;
    this.status = facts.status;
    this.code = facts.code;
    this.detail = facts.detail;
    this.errors = facts.errors ?? [];
    this.upgrade = facts.upgrade;
    this.requestId = facts.requestId;
    this.retryAfter = facts.retryAfter;
  }
}

/** Freehold could not be asked, in time and with all retries: no decision was had. */
export class Unavailable extends FreeholdError {}

/** Nobody is signed in, or what says so does not hold (`code` is `invalid_assertion`). */
export class NotSignedIn extends FreeholdError {
  /** Where to send a person to log in. */
  readonly loginUrl: string;

  constructor(facts: Omit<ErrorFacts, 'status'>, loginUrl: string) {
    super({ ...facts, status: 401 });
    this.loginUrl = loginUrl;
  }
}

/** Signed in, and not allowed: `forbidden`, `not_a_member` or `not_in_plan`. */
export class Forbidden extends FreeholdError {}

/** The plan's limit is reached; `upgrade` says what would help. */
export class LimitReached extends FreeholdError {}

export function noAnswer(detail: string, cause?: unknown): Unavailable {
  return new Unavailable({ status: 0, code: 'unavailable', detail, cause });
}

export function unexpected(detail: string, status = 200): FreeholdError {
  return new FreeholdError({ status, code: 'unexpected_answer', detail });
}

/** The error that an answer of 300 and above stands for. */
export function errorOf(status: number, header: (name: string) => string | null, text: string): FreeholdError {
  const problem = problemIn(text);
  const facts: ErrorFacts = {
    status,
    code: problem.code ?? `http_${status}`,
    detail: problem.detail ?? `Freehold answered ${status}.`,
    errors: problem.errors,
    upgrade: problem.upgrade,
    requestId: problem.request_id ?? header('request-id') ?? undefined,
    retryAfter: secondsOf(header('retry-after')),
  };
  const loginUrl = status === 401 ? header('freehold-login-url') : null;
  if (loginUrl) return new NotSignedIn(facts, loginUrl);
  if (facts.code === 'limit_reached') return new LimitReached(facts);
  return isPassing(status) ? new Unavailable(facts) : new FreeholdError(facts);
}

// What another attempt may mend: too slow, too many, out of order, restarting.
function isPassing(status: number): boolean {
  return status === 408 || status === 429 || status >= 500;
}

function problemIn(text: string): Partial<Problem> {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? value : {};
  } catch {
    return {};
  }
}

function secondsOf(value: string | null): number | undefined {
  if (value === null) return undefined;
  if (/^\d+$/.test(value)) return Number(value);
  const date = Date.parse(value);
  return Number.isNaN(date) ? undefined : Math.max(0, (date - Date.now()) / 1000);
}
