// Points of P-256 and P-384 (SP 800-186 §3.2.1), compressed and not. Their signatures are the browser's own work.
const CURVES = {
  'P-256': {
    size: 32, prefix: [0x80, 0x24], hash: 'SHA-256', p: 2n ** 256n - 2n ** 224n + 2n ** 192n + 2n ** 96n - 1n,
    b: 0x5ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604bn
  },
  'P-384': {
    size: 48, prefix: [0x81, 0x24], hash: 'SHA-384', p: 2n ** 384n - 2n ** 128n - 2n ** 96n + 2n ** 32n - 1n,
    b: 0xb3312fa7e23ee7e4988e056be3f82d19181d9c6efe8141120314088f5013875ac656398d8a2ed19d2a85c8edd3ec2aefn
  }
};

export const curve = name => Object.hasOwn(CURVES, name) ? CURVES[name] : null;
export const curveOf = data => Object.keys(CURVES).find(name =>
  CURVES[name].prefix.every((byte, index) => data[index] === byte)) ?? null;

// The long form 04 x y of a compressed point, or null when it is none.
export function decompressed({size, p, b}, raw) {
  const x = number(raw.subarray(1));
  if(raw.length !== 1 + size || (raw[0] !== 2 && raw[0] !== 3) || x >= p) {
    return null;
  }
  const square = squareOf(x, p, b);
  // Both primes are 3 mod 4, so that this power is the root, if there is one.
  const root = power(square, (p + 1n) / 4n, p);
  if(root * root % p !== square) {
    return null;
  }
  const y = Number(root & 1n) === (raw[0] & 1) ? root : p - root;
  return Uint8Array.of(4, ...raw.subarray(1), ...bytes(y, size));
}

// The compressed form of a point given by both coordinates, or null when it is not on the curve.
export function compressed({size, p, b}, x, y) {
  const [left, right] = [number(x), number(y)];
  if(x.length !== size || y.length !== size || left >= p || right >= p || right * right % p !== squareOf(left, p, b)) {
    return null;
  }
  return Uint8Array.of(2 + (y[size - 1] & 1), ...x);
}

// A promise of whether r ‖ s is this key's over the message.
export async function verifies(name, long, signature, message) {
  const {subtle} = crypto;
  const key = await subtle.importKey('raw', long, {name: 'ECDSA', namedCurve: name}, false, ['verify']);
  return subtle.verify({name: 'ECDSA', hash: CURVES[name].hash}, key, signature, message);
}

const squareOf = (x, p, b) => (((x * x - 3n) * x + b) % p + p) % p;
const number = data => data.reduce((all, byte) => all << 8n | BigInt(byte), 0n);

function bytes(value, size) {
  return Uint8Array.from({length: size}, (_, index) => Number(value >> BigInt(8 * (size - 1 - index)) & 255n));
}

function power(base, exponent, p) {
  let result = 1n;
  for(; exponent; exponent >>= 1n, base = base * base % p) {
    result = exponent & 1n ? result * base % p : result;
  }
  return result;
}
