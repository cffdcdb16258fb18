// What a request says of its visitor, whichever kind of request it is.

/** A Request of the Fetch API. */
export interface WebRequest {
  url: string;
  headers: { get(name: string): string | null };
}

/** A request of node:http, and so of Express, Fastify's `raw` and the like. */
export interface NodeRequest {
  url?: string | undefined;
  originalUrl?: string | undefined;
  headers: Record<string, string | string[] | undefined>;
}

export interface Visitor {
  assertion: string | undefined;
  /** Freehold's cookies only: the product's own are none of its business. */
  cookie: string | undefined;
  authorization: string | undefined;
  /** Path and query. */
  path: string;
}

export function visitorOf(request: WebRequest | NodeRequest): Visitor {
  const header = headersOf(request);
  return {
    assertion: header('freehold-assertion'),
    cookie: ownCookies(header('cookie')),
    authorization: ownKey(header('authorization')),
    path: pathOf(request),
  };
}

function headersOf({ headers }: WebRequest | NodeRequest): (name: string) => string | undefined {
  if (isWeb(headers)) return (name) => headers.get(name) ?? undefined;
  // Two headers of one name are joined, so that a second assertion makes both invalid.
  return (name) => (headers[name] === undefined ? undefined : [headers[name]].flat().join(', '));
}

function isWeb(headers: WebRequest['headers'] | NodeRequest['headers']): headers is WebRequest['headers'] {
  return typeof headers.get === 'function';
}

function ownCookies(header: string | undefined): string | undefined {
  const own = (header ?? '').split(';').map((pair) => pair.trim()).filter((pair) => /^(__Host-)?fh_/.test(pair));
  return own.length === 0 ? undefined : own.join('; ');
}

// An API key of Freehold's: a token of the product's own is none of its business either.
function ownKey(header: string | undefined): string | undefined {
  return header !== undefined && /^Bearer fh_/i.test(header) ? header : undefined;
}

function pathOf(request: WebRequest | NodeRequest): string {
  const url = 'originalUrl' in request && request.originalUrl ? request.originalUrl : request.url ?? '/';
  return url.replace(/^https?:\/\/[^/?#]*/, '') || '/';
}
