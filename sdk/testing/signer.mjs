// A key that signs assertions, and tokens put together by hand.
import { generateKeyPairSync, randomUUID, sign } from 'node:crypto';

export class Signer {
  constructor(kid = randomUUID()) {
    const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    this.kid = kid;
    this.privateKey = privateKey;
    this.publicKey = publicKey;
    this.jwk = { ...publicKey.export({ format: 'jwk' }), kid, alg: 'ES256', use: 'sig' };
  }

  get header() {
    return { alg: 'ES256', typ: 'at+jwt', kid: this.kid };
  }

  sign(claims, header = this.header) {
    return this.signText(JSON.stringify(header), JSON.stringify(claims));
  }

  // Of texts, so that they may be what no JSON writer writes.
  signText(header, claims) {
    const signed = `${encode(header)}.${encode(claims)}`;
    const signature = sign('sha256', Buffer.from(signed), { key: this.privateKey, dsaEncoding: 'ieee-p1363' });
    return `${signed}.${encode(signature)}`;
  }
}

export function encode(bytes) {
  return Buffer.from(bytes).toString('base64url');
}
