// Reads an assertion of who is asking: a JWS in compact form, signed with ES256 by one of Freehold's
// keys. Strict (RFC 8725): whatever could be read in two ways is refused.
import { verify, type KeyObject } from 'node:crypto';
import { parseObject } from './strict_json.js';
import type { AssertionClaims } from './types.js';

export interface Expected {
  issuer: string;
  audience: string;
  /** Seconds since 1970. */
  now: number;
}

/** Why an assertion does not hold. The reason is for a log, not for the visitor. */
export class Refused extends Error {}

const longest = 8 * 1024;
const skew = 60; // seconds that Freehold's clock may be ahead of ours
const headersThatNameAnotherKey = ['crit', 'jku', 'jwk', 'x5u', 'x5c'];

/** The claims of the assertion. Throws Refused, or what `find` throws. */
export async function readAssertion(
  text: string,
  find: (keyName: string) => Promise<KeyObject | undefined>,
  expected: Expected,
): Promise<AssertionClaims> {
  if (text.length > longest) throw new Refused('it is longer than 8 KiB');
  const parts = text.split('.');
  if (parts.length !== 3) throw new Refused('it does not have three parts');
  const [header, payload, signature] = parts.map(decoded) as [Buffer, Buffer, Buffer];
  const key = await find(keyNameIn(header));
  if (!key) throw new Refused('no key of Freehold has its name');
  const signed = Buffer.from(text.slice(0, text.lastIndexOf('.')));
  if (!isSignature(signed, signature, key)) throw new Refused('its signature does not hold');
  return heldTo(expected, payload);
}

/** The claims of an assertion that Freehold itself has handed over. Throws Refused when it is none. */
export function claimsIn(text: string): AssertionClaims {
  const claims = parseObject(decoded(text.split('.')[1] ?? ''));
  if (!claims || !hasShape(claims)) throw new Refused('a claim is not of its type');
  return claims as unknown as AssertionClaims;
}

// Base64url in its one form: no padding, no other letters, no bits left over.
function decoded(part: string): Buffer {
  const bytes = Buffer.from(part, 'base64url');
  if (part === '' || bytes.toString('base64url') !== part) throw new Refused('a part is not base64url');
  return bytes;
}

function keyNameIn(bytes: Buffer): string {
  const header = parseObject(bytes);
  if (!header) throw new Refused('its header is no JSON object, or names a member twice');
  if (header['alg'] !== 'ES256') throw new Refused('its algorithm is not ES256');
  if (header['typ'] !== 'at+jwt') throw new Refused('its type is not at+jwt');
  const foreign = headersThatNameAnotherKey.find((name) => name in header);
  if (foreign) throw new Refused(`its header has ${foreign}`);
  if (typeof header['kid'] !== 'string') throw new Refused('it names no key');
  return header['kid'];
}

function isSignature(signed: Buffer, signature: Buffer, key: KeyObject): boolean {
  return signature.length === 64 && verify('sha256', signed, { key, dsaEncoding: 'ieee-p1363' }, signature);
}

function heldTo({ issuer, audience, now }: Expected, bytes: Buffer): AssertionClaims {
  const claims = parseObject(bytes);
  if (!claims) throw new Refused('its claims are no JSON object, or name a member twice');
  const { iss, aud, exp, iat, nbf = 0 } = claims;
  if (iss !== issuer) throw new Refused('it is from another issuer');
  if (![aud].flat().includes(audience)) throw new Refused('it is for another audience');
  if (!isTime(exp) || !isTime(iat) || !isTime(nbf)) throw new Refused('it has no times');
  if (now >= exp) throw new Refused('it has expired');
  if (iat > now + skew || nbf > now + skew) throw new Refused('it is from the future');
  if (!hasShape(claims)) throw new Refused('a claim is not of its type');
  return claims as unknown as AssertionClaims;
}

function isTime(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value);
}

function hasShape(claims: Record<string, unknown>): boolean {
  const isText = (name: string) => claims[name] === undefined || typeof claims[name] === 'string';
  const { sub, permissions = [], ent = 0 } = claims;
  return typeof sub === 'string' && sub !== '' && Number.isSafeInteger(ent)
    && ['tenant_id', 'tenant_slug', 'role', 'sid', 'email', 'name'].every(isText)
    && Array.isArray(permissions) && permissions.every((each) => typeof each === 'string');
}
