// Ed25519 public keys (RFC 8032), without cofactor, as libsodium and OpenSSL verify.
import {Point} from '@noble/ed25519';
import {sha512} from '@noble/hashes/sha2.js';
import {BadKey} from './errors.js';
import {base58btc, decode, decode64} from './multibase.js';
import {t} from './text.js';

const ORDER = 2n ** 252n + 27742317777372353535851937790883648493n;
const OTHER_KINDS = {
  '128,36': "an ECDSA P-256 key", '129,36': "an ECDSA P-384 key", '231,1': "a secp256k1 key",
  '236,1': "an X25519 key, which encrypts and cannot sign", '235,1': "a BBS key"
};
const PRIVATE_MEMBERS = ['d', 'dp', 'dq', 'k', 'oth', 'p', 'q', 'qi'];

export class PublicKey {
  constructor(raw) {
    if(raw.length !== 32) {
      throw new BadKey(t("An Ed25519 public key has 32 bytes; this one has {length}. Copy the whole key again from its source.",
        {length: raw.length}));
    }
    this.raw = raw;
    this.multibase = base58btc(Uint8Array.of(0xed, 1, ...raw));
    this.point = usable(raw, this.multibase);
  }

  static fromMultibase(text) {
    if(!text.startsWith('z')) {
      throw new BadKey(t("An Ed25519 Multikey is written in base58btc and starts with z6Mk. Ask the issuer to publish it in that form."));
    }
    const data = decode(text);
    const kind = `${data[0]},${data[1]}`;
    if(kind === '237,1') {
      return new PublicKey(data.slice(2));
    }
    if(kind === '128,38') {
      throw new BadKey(t("This is a private Ed25519 key. Whoever can read it can sign with it: stop using it, make a new one, and publish only its public half, which starts with z6Mk."));
    }
    throw new BadKey(t("The multibase text is {kind}. Only Ed25519 is supported: publish a key that starts with z6Mk.",
      {kind: OTHER_KINDS[kind] ?? "not a key of a known kind"}));
  }

  static fromJwk(jwk) {
    const found = PRIVATE_MEMBERS.find(name => name in jwk);
    if(found) {
      throw new BadKey(t("The JSON Web Key holds the private member {member}. Whoever can read it can sign with it: stop using this key, make a new one, and publish only its public half.",
        {member: found}));
    }
    if(jwk.kty !== 'OKP' || jwk.crv !== 'Ed25519') {
      throw new BadKey(t("Of JSON Web Keys, only kty OKP with crv Ed25519 is supported."));
    }
    if('use' in jwk && jwk.use !== 'sig') {
      throw new BadKey(t("The JSON Web Key is not meant for signatures: its use must be \"sig\"."));
    }
    if(typeof jwk.x !== 'string') {
      throw new BadKey(t("The JSON Web Key has no text member x, which holds the public key."));
    }
    return new PublicKey(decode64(jwk.x));
  }

  equals(other) {
    return this.multibase === other.multibase;
  }

  // Tells whether R equals sB - kA, byte for byte (RFC 8032 §5.1.7).
  verifies(signature, message) {
    if(signature.length !== 64) {
      return false;
    }
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
function usable(raw, name) {
  let point = points.get(name);
  if(point) {
    return point;
  }
  try {
    point = Point.fromBytes(raw);
  } catch {
    point = null;
  }
  if(!point || point.isSmallOrder()) {
    throw new BadKey(t("These 32 bytes cannot be an Ed25519 public key: no signature under them would prove anything. Ask the issuer to publish a key made by a signing program."));
  }
  if(points.size < MAX_POINTS) {
    points.set(name, point);
  }
  return point;
}
