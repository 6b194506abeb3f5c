// Takes a credential out of a PNG or SVG (Open Badges 3.0, Document Formats). Nothing in the picture is run,
// no entity is declared and no document type is fetched. Open Badges 2 is recognised, not read.
// Comes when it is needed, and by itself: its sentences are said, and translated, by whoever asks.
import {MAX_BYTES} from './document.js';
import {formOf, SPACE} from './forms.js';

const OB3 = 'https://purl.imsglobal.org/ob/v3p0';
const OB2 = 'http://openbadges.org';
const PNG = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];
const MAX_CHUNKS = 65_536;
const MAX_DEPTH = 256;
const MAX_ELEMENTS = 200_000;

const t = sentence => sentence;
const bad = (code, says) => ({code: 'image.' + code, says});
const none = () => bad('no_credential', t("This picture carries no credential. Programs and phones that edit or share pictures often strip it: ask for the original file or the link."));
const two = () => bad('two_credentials', t("This picture carries two credentials, and only one is allowed."));
const damaged = code => bad(code, t("This picture is damaged. Ask for the original file."));

// {content, form} of what a picture carries, or {code, says} of why there is nothing.
export function unbake(bytes) {
  try {
    return carriedBy(bytes);
  } catch(error) {
    if(!error.says) {
      throw error;
    }
    return error;
  }
}

function carriedBy(bytes) {
  const [kind, text] = PNG.slice(0, 4).every((byte, i) => bytes[i] === byte) ? fromPng(bytes) : fromSvg(bytes);
  if(kind === 'ob2') {
    return {content: text, form: 'ob2'};
  }
  const form = formOf(text);
  if(text.length > MAX_BYTES || form === null || form === 'url') {
    throw bad('payload', t("The picture has a place for a credential, but what stands there is neither a JSON object nor a compact JWS. Ask the issuer for the badge again."));
  }
  return {content: text, form};
}

function fromPng(bytes) {
  if(!PNG.every((byte, i) => bytes[i] === byte)) {
    throw damaged('png_signature');
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const found = {};
  let at = PNG.length;
  let last = '';
  for(let count = 0; at < bytes.length; count++) {
    if(bytes.length - at < 12) {
      throw damaged('png_truncated');
    }
    const length = view.getUint32(at);
    const end = at + 12 + length;
    const type = latin(bytes.subarray(at + 4, at + 8));
    if(!/^[A-Za-z]{4}$/.test(type) || count === MAX_CHUNKS) {
      throw damaged('png_chunk');
    }
    if(length > 2 ** 31 - 1 || end > bytes.length) {
      throw damaged(length > 2 ** 31 - 1 ? 'png_length' : 'png_truncated');
    }
    if(crc(bytes.subarray(at + 4, end - 4)) !== view.getUint32(end - 4)) {
      throw damaged('png_checksum');
    }
    if(!count && (type !== 'IHDR' || length !== 13)) {
      throw damaged('png_no_header');
    }
    note(found, type, bytes.subarray(at + 8, end - 4));
    [at, last] = [end, type];
    if(type === 'IEND' && at !== bytes.length) {
      throw damaged('png_after_end');
    }
  }
  if(last !== 'IEND') {
    throw damaged('png_no_end');
  }
  if(found.ob3) {
    return ['ob3', pngText(...found.ob3)];
  }
  if(found.ob2) {
    return ['ob2', ''];
  }
  throw none();
}

function note(found, type, data) {
  if(['iTXt', 'tEXt', 'zTXt'].includes(type)) {
    const cut = data.indexOf(0);
    const kind = {openbadgecredential: 'ob3', openbadges: 'ob2'}[latin(data.subarray(0, cut < 0 ? 20 : Math.min(cut, 20)))];
    if(kind && found[kind]) {
      throw two();
    }
    if(kind) {
      found[kind] = [type, data.subarray(cut < 0 ? data.length : cut + 1)];
    }
  }
}

function pngText(type, rest) {
  const language = rest.indexOf(0, 2);
  const translated = language < 0 ? -1 : rest.indexOf(0, language + 1);
  if(type !== 'iTXt' || translated < 0 || rest[0] !== 0) {
    throw bad('png_text', t("The credential in this PNG is not of the form that Open Badges 3.0 asks for. Ask the issuer to bake it again."));
  }
  return utf8(rest.subarray(translated + 1), 'png_text');
}

function utf8(bytes, code) {
  try {
    return new TextDecoder('utf-8', {fatal: true, ignoreBOM: true}).decode(bytes);
  } catch {
    throw bad(code, t("The text in this picture is not UTF-8. Ask the issuer for the badge again."));
  }
}

const latin = bytes => String.fromCharCode(...bytes);

let table;
function crc(bytes) {
  table ??= Uint32Array.from({length: 256}, (_, n) => {
    for(let bit = 0; bit < 8; bit++) {
      n = n & 1 ? 0xedb88320 ^ (n >>> 1) : n >>> 1;
    }
    return n;
  });
  let value = 0xffffffff;
  for(const byte of bytes) {
    value = table[(value ^ byte) & 255] ^ (value >>> 8);
  }
  return (value ^ 0xffffffff) >>> 0;
}

const TOKEN = /<!-{2}[^]*?-{2}>|<!\[CDATA\[([^]*?)\]\]>|<\?([^]*?)\?>|<!DOCTYPE([^>[]*)>|<\/([^\s>]+)\s*>|<([^\s/>!?"'<=]+)((?:\s+[^\s/>"'<=]+\s*=\s*(?:"[^"<]*"|'[^'<]*'))*)\s*(\/?)>|([^<]+)/y;
const ATTRIBUTE = /([^\s=]+)\s*=\s*(?:"([^"]*)"|'([^']*)')/g;
const NAMED = {amp: '&', lt: '<', gt: '>', quot: '"', apos: "'"};

function entities(text) {
  return text.replace(/&([^;\s]*);?/g, (whole, name) => {
    const code = /^#(?:x([0-9a-fA-F]{1,6})|([0-9]{1,7}))$/.exec(name);
    const point = code ? code[1] ? parseInt(code[1], 16) : Number(code[2]) : 0;
    if(!whole.endsWith(';') || !(Object.hasOwn(NAMED, name) || (point > 0 && point < 0x110000))) {
      throw bad('svg_doctype', t("This SVG defines a document type or entities of its own, which can hide what it contains. Save it as plain SVG without them."));
    }
    return code ? String.fromCodePoint(point) : NAMED[name];
  });
}

function fromSvg(bytes) {
  const text = utf8(bytes, 'svg_encoding').replace(/^\ufeff/, '').replace(/\r\n?/g, '\n');
  const malformed = () => bad('svg_malformed', t("This is not well-formed SVG. Export the picture again."));
  const stack = [];
  const found = {};
  let badge = null;
  let elements = 0;
  TOKEN.lastIndex = 0;
  while(TOKEN.lastIndex < text.length) {
    const token = TOKEN.exec(text);
    if(!token) {
      if(/<!(DOCTYPE|ENTITY)/.test(text)) {
        entities('&;');
      }
      throw malformed();
    }
    const [, cdata, instruction, doctype, closing, name, attributes, single, plain] = token;
    if(instruction !== undefined) {
      const encoding = /^xml\s[^]*encoding\s*=\s*["']([^"']*)/.exec(instruction)?.[1] ?? 'utf-8';
      if(!/^utf-?8$/i.test(encoding)) {
        throw bad('svg_encoding', t("The text in this picture is not UTF-8. Ask the issuer for the badge again."));
      }
    } else if(doctype !== undefined) {
      if(!/^\s+svg\s*$|^\s+svg\s+PUBLIC\s+["']-\/\/W3C\/\/DTD SVG [^"']*["']\s+["']https?:\/\/www\.w3\.org\/[^"']*["']\s*$/.test(doctype)) {
        entities('&;');
      }
    } else if(name !== undefined) {
      const space = new Map(stack.at(-1)?.space);
      const given = new Map([...attributes.matchAll(ATTRIBUTE)].map(([, key, a, b]) => [key, entities(a ?? b)]));
      given.forEach((value, key) => /^xmlns(:|$)/.test(key) && space.set(key.slice(6), value));
      if(++elements > MAX_ELEMENTS || stack.length >= MAX_DEPTH) {
        throw bad('svg_too_complex', t("This SVG is too large a drawing to look through."));
      }
      const [local, prefix = ''] = name.split(':').reverse();
      const namespace = space.get(prefix) ?? '';
      if(!stack.length && (elements > 1 || local !== 'svg' || !['', 'http://www.w3.org/2000/svg'].includes(namespace))) {
        throw malformed();
      }
      const kind = namespace === OB3 && local === 'credential' ? 'ob3'
        : namespace === OB2 && local === 'assertion' ? 'ob2' : null;
      if(badge || (kind && stack.length !== 1)) {
        throw bad('svg_place', t("The credential must stand directly inside the svg element and hold no other element. Ask the issuer to bake it again."));
      }
      if(kind && found[kind]) {
        throw two();
      }
      if(kind) {
        badge = found[kind] = {verify: (given.get('verify') ?? '').replace(SPACE, ''), pieces: []};
      }
      single ? badge = kind ? null : badge : stack.push({name, space});
    } else if(closing !== undefined) {
      if(stack.pop()?.name !== closing) {
        throw malformed();
      }
      badge = stack.length === 1 ? null : badge;
    } else if(plain !== undefined || cdata !== undefined) {
      badge?.pieces.push([cdata !== undefined, cdata ?? entities(plain)]);
    }
  }
  if(stack.length || !elements) {
    throw malformed();
  }
  if(found.ob3) {
    const body = carried(found.ob3.pieces);
    return ['ob3', formOf(found.ob3.verify) === 'jws' || !body.trim() ? found.ob3.verify : body];
  }
  if(found.ob2) {
    return ['ob2', ''];
  }
  throw none();
}

// The body without the layout around it; inside CDATA every character counts.
function carried(pieces) {
  const counts = ([inside, text]) => inside || text.replace(SPACE, '') !== '';
  const first = pieces.findIndex(counts);
  const text = first < 0 ? '' : pieces.slice(first, pieces.findLastIndex(counts) + 1).map(([, part]) => part).join('');
  return pieces.some(([inside]) => inside) ? text : text.replace(SPACE, '');
}
