// Bytes as text, each with one spelling: base58btc and base64url.
import {BadKey} from './errors.js';
import {t} from './text.js';

const ALPHABET = '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz';
const MAX_BASE58 = 1024;

export function base58btc(bytes) {
  let number = 0n;
  for(const byte of bytes) {
    number = number * 256n + BigInt(byte);
  }
  let text = '';
  for(; number; number /= 58n) {
    text = ALPHABET[Number(number % 58n)] + text;
  }
  const zeros = bytes.findIndex(byte => byte);
  return 'z' + '1'.repeat(zeros < 0 ? bytes.length : zeros) + text;
}

export function decode(text) {
  if(text.startsWith('z')) {
    return decode58(text.slice(1));
  }
  if(text.startsWith('u')) {
    return decode64(text.slice(1));
  }
  throw new BadKey(t("The text does not say how it is encoded. Multibase starts with z (base58btc) or u (base64url)."));
}

export function decode64(text) {
  const fits = /^[A-Za-z0-9_-]*$/.test(text) && text.length % 4 !== 1;
  if(fits) {
    const plain = text.replaceAll('-', '+').replaceAll('_', '/');
    const binary = atob(plain + '='.repeat(-plain.length & 3));
    const bytes = new Uint8Array(binary.length);
    for(let i = 0; i < bytes.length; i++) {
      bytes[i] = binary.charCodeAt(i);
    }
    // Stray bits after the last byte do not survive the way back.
    if(btoa(binary.slice(Math.floor((binary.length - 1) / 3) * 3)).replace(/=+$/, '') ===
      plain.slice(Math.floor((binary.length - 1) / 3) * 4)) {
      return bytes;
    }
  }
  throw new BadKey(t("The text is not base64url without padding. Use A-Z, a-z, 0-9, - and _ only, with no = at the end, and check that the last character was not lost."));
}

function decode58(text) {
  if(text.length > MAX_BASE58) {
    throw new BadKey(t("The base58btc text is {length} characters long; at most {most} are read. A key or a signature needs fewer than 100.",
      {length: text.length, most: MAX_BASE58}));
  }
  let number = 0n;
  for(let i = 0; i < text.length; i++) {
    const digit = ALPHABET.indexOf(text[i]);
    if(digit < 0) {
      throw new BadKey(t("Character {place} does not belong to base58btc, which has no 0, O, I or l, no spaces and no punctuation. Copy the text again from its source.",
        {place: i + 2}));
    }
    number = number * 58n + BigInt(digit);
  }
  const bytes = [];
  for(; number; number >>= 8n) {
    bytes.unshift(Number(number & 255n));
  }
  for(let i = 0; text[i] === '1'; i++) {
    bytes.unshift(0);
  }
  return Uint8Array.from(bytes);
}
