// Assertions that must be refused, each with the reason that both SDKs give.
import { createHmac } from 'node:crypto';
import { Signer, encode } from './signer.mjs';

const algorithm = 'its algorithm is not ES256';
const type = 'its type is not at+jwt';
const coding = 'a part is not base64url';
const parts = 'it does not have three parts';
const signature = 'its signature does not hold';
const shape = 'a claim is not of its type';
const times = 'it has no times';
const future = 'it is from the future';
const issuer = 'it is from another issuer';
const audience = 'it is for another audience';
const badHeader = 'its header is no JSON object, or names a member twice';
const badClaims = 'its claims are no JSON object, or name a member twice';

// [name, token, reason], of claims that would hold and the key that signs them.
export function forgeriesOf(signer, claims) {
  return [
    ...ofHeader(signer, claims), ...ofSignature(signer, claims), ...ofClaims(signer, claims), ...ofForm(signer, claims),
  ];
}

function ofHeader(signer, claims) {
  const foreign = new Signer();
  const withHeader = (header, by = signer) => by.sign(claims, { ...signer.header, ...header });
  const ofTexts = (header) => signer.signText(header, JSON.stringify(claims));
  const unsigned = `${encode(JSON.stringify({ ...signer.header, alg: 'HS256' }))}.${encode(JSON.stringify(claims))}`;
  const pem = signer.publicKey.export({ format: 'pem', type: 'spki' });
  return [
    ['alg none', withHeader({ alg: 'none' }), algorithm],
    ['alg none without a signature', withHeader({ alg: 'none' }).replace(/[^.]*$/, ''), coding],
    ['HS256 with the public key as its secret',
      `${unsigned}.${createHmac('sha256', pem).update(unsigned).digest('base64url')}`, algorithm],
    ['RS256', withHeader({ alg: 'RS256' }), algorithm],
    ['ES384', withHeader({ alg: 'ES384' }), algorithm],
    ['es256 in small letters', withHeader({ alg: 'es256' }), algorithm],
    ['no alg', withHeader({ alg: undefined }), algorithm],
    ['an ordinary JWT', withHeader({ typ: 'JWT' }), type],
    ['no type', withHeader({ typ: undefined }), type],
    ['a critical extension', withHeader({ crit: ['exp'] }), 'its header has crit'],
    ['an address of keys', withHeader({ jku: 'https://evil.example/keys' }, foreign), 'its header has jku'],
    ['a key of its own', withHeader({ jwk: foreign.jwk }, foreign), 'its header has jwk'],
    ['an address of a certificate', withHeader({ x5u: 'https://evil.example/cert' }), 'its header has x5u'],
    ['a certificate', withHeader({ x5c: ['MIIB'] }), 'its header has x5c'],
    ['no key name', withHeader({ kid: undefined }), 'it names no key'],
    ['a number for a key name', withHeader({ kid: 1 }), 'it names no key'],
    ['an unknown key', withHeader({ kid: 'unknown' }, foreign), 'no key of Freehold has its name'],
    ['alg twice', ofTexts(`{"alg":"none",${JSON.stringify(signer.header).slice(1)}`), badHeader],
    ['a list for a header', ofTexts('["ES256"]'), badHeader],
  ];
}

function ofSignature(signer, claims) {
  const good = signer.sign(claims);
  const [header, payload, signed] = good.split('.');
  const bytes = Buffer.from(signed, 'base64url');
  const [r, s] = [bytes.subarray(0, 32), bytes.subarray(32)];
  const der = Buffer.concat([Buffer.of(0x30, 68, 2, 32), r, Buffer.of(2, 32), s]);
  const with64 = (other) => `${header}.${payload}.${encode(other)}`;
  const order = Buffer.from('ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551', 'hex');
  return [
    ['another key under a known name', new Signer(signer.kid).sign(claims), signature],
    ['other claims', `${header}.${encode(JSON.stringify({ ...claims, role: 'owner' }))}.${signed}`, signature],
    ['another header', `${encode(JSON.stringify({ ...signer.header, cty: 'x' }))}.${payload}.${signed}`, signature],
    ['a signature in DER', with64(der), signature],
    ['a signature cut short', with64(bytes.subarray(0, 63)), signature],
    ['a signature with more behind it', with64(Buffer.concat([bytes, Buffer.of(0)])), signature],
    ['a signature of zeros', with64(Buffer.alloc(64)), signature],
    ['r is the order of the curve', with64(Buffer.concat([order, s])), signature],
    ['s is the order of the curve', with64(Buffer.concat([r, order])), signature],
    ['r is zero', with64(Buffer.concat([Buffer.alloc(32), s])), signature],
    ['one bit off', with64(Buffer.concat([bytes.subarray(0, 63), Buffer.of(bytes[63] ^ 1)])), signature],
  ];
}

function ofClaims(signer, claims) {
  const withClaims = (other) => signer.sign({ ...claims, ...other });
  const text = JSON.stringify(claims).slice(1);
  const ofText = (claimsText) => signer.signText(JSON.stringify(signer.header), claimsText);
  return [
    ['expired', withClaims({ exp: claims.iat - 1 }), 'it has expired'],
    ['expires now', withClaims({ exp: claims.iat }), 'it has expired'],
    ['no expiry', withClaims({ exp: undefined }), times],
    ['an expiry in words', withClaims({ exp: '2099-01-01' }), times],
    ['an endless expiry', ofText(`{"exp":1e999,${text.replace(/"exp":\d+,/, '')}`), times],
    ['no time of issue', withClaims({ iat: undefined }), times],
    ['issued two minutes ahead', withClaims({ iat: claims.iat + 120, exp: claims.iat + 180 }), future],
    ['not valid yet', withClaims({ nbf: claims.iat + 120 }), future],
    ['another issuer', withClaims({ iss: 'https://evil.example' }), issuer],
    ['an issuer that begins as ours', withClaims({ iss: `${claims.iss}.evil.example` }), issuer],
    ['no issuer', withClaims({ iss: undefined }), issuer],
    ['another audience', withClaims({ aud: ['https://other.example'] }), audience],
    ['an audience that begins as ours', withClaims({ aud: `${claims.aud[0]}/other` }), audience],
    ['no audience', withClaims({ aud: [] }), audience],
    ['nobody', withClaims({ sub: undefined }), shape],
    ['an empty name', withClaims({ sub: '' }), shape],
    ['a number for a tenant', withClaims({ tenant_id: 7 }), shape],
    ['permissions as one word', withClaims({ permissions: 'documents:read' }), shape],
    ['a version in words', withClaims({ ent: 'latest' }), shape],
    ['sub twice', ofText(`{"sub":"user_other",${text}`), badClaims],
    ['sub twice, once escaped', ofText(`{"\\u0073ub":"user_other",${text}`), badClaims],
    ['a member twice further down', withTwin(signer, claims), badClaims],
  ];
}

function withTwin(signer, claims) {
  const text = JSON.stringify({ ...claims, act: 0 }).replace('"act":0', '"act":{"sub":"staff_1","sub":"staff_2"}');
  return signer.signText(JSON.stringify(signer.header), text);
}

function ofForm(signer, claims) {
  const good = signer.sign(claims);
  const [header, payload, signed] = good.split('.');
  const json = JSON.stringify(claims);
  const ofText = (claimsText) => signer.signText(JSON.stringify(signer.header), claimsText);
  return [
    ['nothing', '', parts],
    ['a word', 'fh_ak_live_secret', parts],
    ['two parts', `${header}.${payload}`, parts],
    ['five parts', `${good}.${payload}.${signed}`, parts],
    ['two assertions', `${good}, ${good}`, parts],
    ['a space before it', ` ${good}`, coding],
    ['padding', `${header}.${payload}.${signed}==`, coding],
    ['letters of the other base64', `${header}.${payload}+/.${signed}`, coding],
    ['bits left over', `${header}.${payload}.${signed.slice(0, -1)}${leftOver(signed.at(-1))}`, coding],
    ['longer than 8 KiB', signer.sign({ ...claims, name: 'a'.repeat(8192) }), 'it is longer than 8 KiB'],
    ['claims that are no JSON', ofText('sub=ada'), badClaims],
    ['claims with a comma too many', ofText(`${json.slice(0, -1)},}`), badClaims],
    ['claims with a byte order mark', ofText(`\ufeff${json}`), badClaims],
    ['claims that are no UTF-8', ofText(Buffer.from(json.replace('Ada', 'Ad\xff'), 'latin1')), badClaims],
    ['a number that JSON has not', ofText(`{"x":NaN,${json.slice(1)}`), badClaims],
  ];
}

// The last letter of 64 bytes carries two bits that count for nothing: the same bytes in another form.
function leftOver(letter) {
  const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
  return letters[letters.indexOf(letter) ^ 1];
}
