// Public keys: Ed25519 (RFC 8032), without cofactor, as libsodium and OpenSSL verify; and ECDSA by the browser.
import {Point} from '@noble/ed25519';
import {sha512} from '@noble/hashes/sha2.js';
import {compressed, curve, curveOf, decompressed, verifies} from './ecdsa.js';
import {BadKey, Unavailable, WrongKind} from './errors.js';
import {base58btc, decode, decode64} from './multibase.js';
import {t} from './text.js';

const ORDER = 2n ** 252n + 27742317777372353535851937790883648493n;
const OTHER_KINDS = {
  '231,1': "a secp256k1 key", '236,1': "an X25519 key, which encrypts and cannot sign", '235,1': "a BBS key"
};
const PRIVATE_KINDS = {'128,38': 'Ed25519', '134,38': 'P-256', '135,38': 'P-384'};
const PRIVATE_MEMBERS = ['d', 'dp', 'dq', 'k', 'oth', 'p', 'q', 'qi'];

export class PublicKey {
  constructor(kind, raw) {
    const ecdsa = curve(kind);
    this.kind = kind;
    this.raw = raw;
    this.size = ecdsa ? 2 * ecdsa.size : 64;
    if(ecdsa ? raw.length !== 1 + ecdsa.size : raw.length !== 32) {
      throw new BadKey(ecdsa ? t("A public key of {kind} has {size} bytes, as a compressed point; this one has {length}. Copy the whole key again from its source.",
        {kind, size: 1 + ecdsa.size, length: raw.length}) :
        t("An Ed25519 public key has 32 bytes; this one has {length}. Copy the whole key again from its source.",
          {length: raw.length}));
    }
    this.multibase = base58btc(Uint8Array.of(...ecdsa?.prefix ?? [0xed, 1], ...raw));
    this.point = usable(kind, raw, this.multibase);
  }

  static fromMultibase(text) {
    if(!text.startsWith('z')) {
      throw new BadKey(t("A Multikey is written in base58btc and starts with z. Ask the issuer to publish it in that form."));
    }
    const data = decode(text);
    const prefix = `${data[0]},${data[1]}`;
    const kind = prefix === '237,1' ? 'Ed25519' : curveOf(data);
    if(kind) {
      return new PublicKey(kind, data.slice(2));
    }
    if(PRIVATE_KINDS[prefix]) {
      throw new BadKey(t("This is a private {kind} key. Whoever can read it can sign with it: stop using it, make a new one, and publish only its public half.",
        {kind: PRIVATE_KINDS[prefix]}));
    }
    throw new BadKey(t("The multibase text is {kind}. Supported are Ed25519 (the text starts with z6Mk), P-256 (zDn) and P-384 (z82): publish such a key.",
      {kind: OTHER_KINDS[prefix] ?? "not a key of a known kind"}));
  }

  static fromJwk(jwk) {
    const found = PRIVATE_MEMBERS.find(name => name in jwk);
    if(found) {
      throw new BadKey(t("The JSON Web Key holds the private member {member}. Whoever can read it can sign with it: stop using this key, make a new one, and publish only its public half.",
        {member: found}));
    }
    const kind = jwk.crv;
    const ecdsa = typeof kind === 'string' && jwk.kty === 'EC' ? curve(kind) : null;
    if(!ecdsa && (jwk.kty !== 'OKP' || kind !== 'Ed25519')) {
      throw new BadKey(t("Of JSON Web Keys, those of kty OKP with crv Ed25519 and of kty EC with crv P-256 or P-384 are supported."));
    }
    if('use' in jwk && jwk.use !== 'sig') {
      throw new BadKey(t("The JSON Web Key is not meant for signatures: its use must be \"sig\"."));
    }
    const [x, y] = [...ecdsa ? ['x', 'y'] : ['x']].map(name => coordinate(jwk, name));
    const raw = ecdsa ? compressed(ecdsa, x, y) : x;
    if(!raw) {
      throw offCurve(kind);
    }
    return new PublicKey(kind, raw);
  }

  mustBe(kinds, what) {
    if(!kinds.includes(this.kind)) {
      throw new WrongKind(t("{what} is made with a key of the kind {wanted}; this one is {kind}.",
        {what, wanted: kinds.join(' or '), kind: this.kind}));
    }
  }

  equals(other) {
    return this.multibase === other.multibase;
  }

  // Whether this key's owner signed; what the browser itself works out arrives later.
  verifies(signature, message, documents) {
    if(signature.length !== this.size) {
      return false;
    }
    if(this.kind === 'Ed25519') {
      return this.signed(signature, message);
    }
    if(!globalThis.crypto?.subtle) {
      throw new Unavailable('document.unavailable', t("This browser cannot check signatures of this kind here: it does so on pages that came over https only."));
    }
    return documents.later(`ecdsa ${this.multibase} ${signature} ${message}`, () =>
      verifies(this.kind, this.point, signature, message));
  }

  // Tells whether R equals sB - kA, byte for byte (RFC 8032 §5.1.7).
  signed(signature, message) {
    const s = littleEndian(signature.subarray(32));
    if(s >= ORDER) {
      return false;
    }
    const r = signature.subarray(0, 32);
    const k = littleEndian(sha512(Uint8Array.of(...r, ...this.raw, ...message))) % ORDER;
    const negative = this.point.negate();
    const both = Point.BASE.add(negative);
    let sum = Point.ZERO;
    for(let bit = 252n; bit >= 0n; bit--) {
      sum = sum.double();
      const pair = Number(s >> bit & 1n) + 2 * Number(k >> bit & 1n);
      sum = pair ? sum.add([null, Point.BASE, negative, both][pair]) : sum;
    }
    return sum.toBytes().every((byte, index) => byte === r[index]);
  }
}

function littleEndian(bytes) {
  return bytes.reduceRight((number, byte) => number << 8n | BigInt(byte), 0n);
}

// Points that were looked at before: a key is met in its document, in a proof and in a list.
const points = new Map();
const MAX_POINTS = 256;

// Refused: what is no point, has a second spelling, or is of small order, so that one signature fits many messages.
function usable(kind, raw, name) {
  let point = points.get(name);
  if(point) {
    return point;
  }
  point = kind === 'Ed25519' ? edwards(raw) : decompressed(curve(kind), raw);
  if(!point) {
    throw kind === 'Ed25519' ? new BadKey(t("These 32 bytes cannot be an Ed25519 public key: no signature under them would prove anything. Ask the issuer to publish a key made by a signing program.")) :
      offCurve(kind);
  }
  if(points.size < MAX_POINTS) {
    points.set(name, point);
  }
  return point;
}

function edwards(raw) {
  try {
    const point = Point.fromBytes(raw);
    return point.isSmallOrder() ? null : point;
  } catch {
    return null;
  }
}

function offCurve(kind) {
  return new BadKey(t("This is not a point of the curve {kind}, so it is nobody's public key. Ask the issuer to publish a key made by a signing program.",
    {kind}));
}

function coordinate(jwk, name) {
  if(typeof jwk[name] !== 'string') {
    throw new BadKey(t("The JSON Web Key has no text member {name}, which belongs to the public key.", {name}));
  }
  return decode64(jwk[name]);
}
