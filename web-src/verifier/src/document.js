// Strict JSON: what is signed is what everyone else reads. Duplicate names, numbers beyond 2^53, half
// surrogate pairs and deep nesting are refused. Objects have no prototype, so "__proto__" is a name.
import {Unreadable} from './errors.js';
import {t} from './text.js';

export const MAX_BYTES = 2 * 1024 * 1024;
const MAX_DEPTH = 64;
const UNWRITABLE = /[\0\ud800-\udfff]/u;
const SIMPLE = /[^"\\\x00-\x1f]*/y;
const NUMBER = /-?(?:0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?/y;
const SPACE = /[ \t\n\r]*/y;
const ESCAPES = {'"': '"', '\\': '\\', '/': '/', b: '\b', f: '\f', n: '\n', r: '\r', t: '\t'};
const WORDS = {t: ['true', true], f: ['false', false], n: ['null', null]};

export const isObject = value => value !== null && typeof value === 'object' && !Array.isArray(value);
export const many = value => Array.isArray(value) ? value : value === undefined || value === null ? [] : [value];
export const listed = value => Array.isArray(value) ? value : [value ?? null];

// Any JSON value, for a sentence.
export const shown = value => typeof value === 'string' ? value : JSON.stringify(value ?? null);

const grouped = number => String(number).replace(/\B(?=(\d{3})+$)/g, ',');

export const pointer = (...parts) =>
  parts.map(part => '/' + String(part).replaceAll('~', '~0').replaceAll('/', '~1')).join('');

// Reads one JSON object out of UTF-8 bytes or text, or throws Unreadable.
export function parse(raw, maxBytes = MAX_BYTES) {
  const size = typeof raw === 'string' ? raw.length : raw.byteLength;
  if(size > maxBytes) {
    throw new Unreadable(t("The document has {size} bytes; at most {most} are read.",
      {size: grouped(size), most: grouped(maxBytes)}), '');
  }
  const reader = new Reader(decode(raw));
  const value = reader.whole();
  if(reader.trouble) {
    throw reader.trouble;
  }
  if(!isObject(value)) {
    throw new Unreadable(t("A credential is a JSON object, in braces; this is not."), '');
  }
  return value;
}

export function decode(raw) {
  if(typeof raw === 'string') {
    return raw;
  }
  try {
    return new TextDecoder('utf-8', {fatal: true}).decode(raw);
  } catch {
    throw new Unreadable(t("The text is not UTF-8."));
  }
}

class Reader {
  constructor(text) {
    this.text = text;
    this.at = 0;
    this.depth = 0;
    this.path = [];
    this.trouble = null;
  }

  whole() {
    const value = this.value();
    this.space();
    return this.at === this.text.length ? value : this.stop();
  }

  stop() {
    const before = this.text.slice(0, this.at).split('\n');
    throw new Unreadable(t("This is not JSON: it cannot be read on at line {line}, column {column}.",
      {line: before.length, column: before.at(-1).length + 1}));
  }

  note(message, ...more) {
    this.trouble ??= new Unreadable(message, pointer(...this.path, ...more));
  }

  space() {
    SPACE.lastIndex = this.at;
    SPACE.test(this.text);
    this.at = SPACE.lastIndex;
  }

  // Steps over one of these marks and returns it.
  mark(marks) {
    this.space();
    const found = this.text[this.at];
    if(found === undefined || !marks.includes(found)) {
      this.stop();
    }
    this.at++;
    return found;
  }

  value() {
    this.space();
    const first = this.text[this.at];
    if(first === '{' || first === '[') {
      if(++this.depth > MAX_DEPTH) {
        throw new Unreadable(t("The document is nested more than {most} levels deep.", {most: MAX_DEPTH}));
      }
      this.at++;
      const value = first === '{' ? this.object() : this.array();
      this.depth--;
      return value;
    }
    if(first === '"') {
      return this.string();
    }
    if(Object.hasOwn(WORDS, first ?? '') && this.text.startsWith(WORDS[first][0], this.at)) {
      this.at += WORDS[first][0].length;
      return WORDS[first][1];
    }
    return this.number();
  }

  object() {
    const value = Object.create(null);
    this.space();
    if(this.text[this.at] === '}') {
      this.at++;
      return value;
    }
    do {
      this.space();
      if(this.text[this.at] !== '"') {
        this.stop();
      }
      const key = this.string();
      this.mark(':');
      if(key in value) {
        this.note(t("The name “{name}” stands twice in one object; readers disagree on which one counts.",
          {name: key}), key);
      }
      this.path.push(key);
      value[key] = this.value();
      this.path.pop();
    } while(this.mark(',}') === ',');
    return value;
  }

  array() {
    const value = [];
    this.space();
    if(this.text[this.at] === ']') {
      this.at++;
      return value;
    }
    do {
      this.path.push(value.length);
      value.push(this.value());
      this.path.pop();
    } while(this.mark(',]') === ',');
    return value;
  }

  string() {
    this.at++;
    let value = '';
    for(;;) {
      SIMPLE.lastIndex = this.at;
      SIMPLE.test(this.text);
      value += this.text.slice(this.at, SIMPLE.lastIndex);
      this.at = SIMPLE.lastIndex;
      const mark = this.text[this.at++];
      if(mark === '"') {
        break;
      }
      const escape = mark === '\\' ? this.text[this.at++] : undefined;
      if(escape === 'u' && /^[0-9a-fA-F]{4}/.test(this.text.substr(this.at, 4))) {
        value += String.fromCharCode(parseInt(this.text.substr(this.at, 4), 16));
        this.at += 4;
      } else if(escape !== undefined && Object.hasOwn(ESCAPES, escape)) {
        value += ESCAPES[escape];
      } else {
        this.at--;
        this.stop();
      }
    }
    if(UNWRITABLE.test(value)) {
      this.note(t("This text holds a character that cannot be written."));
    }
    return value;
  }

  number() {
    NUMBER.lastIndex = this.at;
    const found = NUMBER.exec(this.text);
    if(!found) {
      this.stop();
    }
    this.at = NUMBER.lastIndex;
    const whole = !found[1] && !found[2];
    const value = found[0] === '-0' ? 0 : Number(found[0]);
    if((whole && found[0].length > 17) || !(Math.abs(value) <= 2 ** 53) ||
      (whole && found[0].replace('-', '') > '9007199254740992' && found[0].replace('-', '').length === 16)) {
      this.note(t("This number is beyond ±2^53, where readers round differently. Write it as text."));
    }
    return value;
  }
}
