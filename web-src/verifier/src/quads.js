// Documents into quads: JSON-LD expansion and RDF serialisation in one pass, in which every place where the
// standard algorithm would drop something is a fault. The same rules as cairn.vc.jsonld.quads.
import {isObject, pointer, shown} from './document.js';
import {DataLoss, Fault, Unavailable} from './errors.js';
import * as jcs from './jcs.js';
import {byCodePoint} from './order.js';
import {iri, literal} from './rdfc.js';
import {ABSENT, ABSOLUTE, INITIAL, unsupported, UNTYPED} from './terms.js';
import {t} from './text.js';

const RDF = 'http://www.w3.org/1999/02/22-rdf-syntax-ns#';
const I18N = 'https://www.w3.org/ns/i18n#';
const XSD = 'http://www.w3.org/2001/XMLSchema#';
const [TYPE, FIRST, REST, NIL] = ['type', 'first', 'rest', 'nil'].map(name => iri(RDF + name));
const JSON_TYPE = RDF + 'JSON';
const LANGUAGE = /^[A-Za-z]{1,8}(-[A-Za-z0-9]{1,8})*$/;
const REFERENCES = ['@id', '@vocab', '@none'];
const NOT_READ = ['@graph', '@included', '@nest', '@reverse'];
const OF_NODES = ['@context', '@id', '@type'];
const OF_VALUES = ['@context', '@direction', '@index', '@language', '@type', '@value'];
const OF_LISTS = ['@list', '@set'];
const MAX_SCOPES = 128;
const NOTHING = new Map();

export const DISGUISED = 'document.disguised';
const disguised = message => new Fault(DISGUISED, message);
const noAddress = word => new DataLoss(t("“{word}” is neither a word of the vocabularies in use nor an absolute address, so it would not be signed.",
  {word: shown(word)}));

// `fixed` names the statements about the whole that may stand at its top under one name only.
export function toRdf(document, fixed = NOTHING) {
  const converter = new Converter(fixed);
  converter.node(INITIAL, UNTYPED, document, '');
  return converter.quads;
}

// The place of the first definition written into a document, at any depth, or null.
export function ownWords(value, path = []) {
  if(value === null || typeof value !== 'object') {
    return null;
  }
  if(!Array.isArray(value)) {
    const context = value['@context'];
    const inline = Array.isArray(context)
      ? context.findIndex(entry => entry !== null && typeof entry === 'object') : isObject(context) ? '' : -1;
    if(inline !== -1) {
      return pointer(...path, '@context', ...inline === '' ? [] : [inline]);
    }
  }
  for(const [key, item] of Object.entries(value)) {
    const found = key === '@context' && !Array.isArray(value) ? null : ownWords(item, [...path, key]);
    if(found !== null) {
      return found;
    }
  }
  return null;
}

class Converter {
  constructor(fixed) {
    this.quads = [];
    this.fixed = fixed;
    this.top = null;
    this.labels = new Map();
    this.scopes = new Set();
    this.fresh = 0;
  }

  node(active, term, item, graph) {
    const scope = this.visit(enter(active, term, item));
    return this.within(scope, item, keywords(scope, item), graph);
  }

  within(scope, item, words, graph) {
    only(OF_NODES, words);
    let subject = this.blank();
    const types = [];
    for(const [key, word] of words) {
      if(word === '@id') {
        subject = at(key, () => this.identity(scope, item[key]));
      } else if(word === '@type') {
        types.push(...at(key, () => typesOf(item[key])));
      }
    }
    const inner = this.withTypes(scope, types);
    for(const [key, word] of words) {
      if(word === '@type') {
        at(key, () => typesOf(item[key]).forEach(name =>
          this.quads.push([subject, TYPE, this.reference(scope.expand(name, true), name), graph])));
      }
    }
    const first = this.top === null;
    this.top ??= subject;
    // What another mention of the document says of it is just as much out of sight.
    const fixed = subject === this.top ? this.fixed : NOTHING;
    for(const [key, value] of Object.entries(item)) {
      at(key, () => {
        if(words.has(key)) {
          mustBeUsual(scope, key, words.get(key));
          return;
        }
        const name = fixed.get(inner.expand(key, true) ?? '');
        if(name !== undefined && name !== (first ? key : null)) {
          throw disguised(t("What is written here belongs under “{name}” at the top of the document.", {name}));
        }
        this.property(inner, key, value, subject, graph);
      });
    }
    return subject;
  }

  property(scope, key, value, subject, graph) {
    const term = scope.terms.get(key) ?? UNTYPED;
    const word = scope.expand(key, true);
    if(word === null || !ABSOLUTE.test(word)) {
      throw noAddress(key);
    }
    mustBeUsual(scope, key, word);
    for(const item of this.objects(scope, term, value, graph)) {
      this.quads.push([subject, iri(word), item, graph]);
    }
  }

  // The RDF terms of the value of a property (step 13).
  objects(scope, term, value, graph) {
    const {container} = term;
    if(term.type === '@json') {
      return [literal(jcs.canonicalize(value), {datatype: JSON_TYPE})];
    }
    if(container.has('@list') && !isList(scope, term, value)) {
      return [this.list(scope, term, value, graph)];
    }
    if(container.size && isObject(value) && ![...container].every(word => ['@set', '@graph', '@list'].includes(word))) {
      return this.map(container, value);
    }
    return this.values(scope, term, value, graph);
  }

  // Expands a language map (step 13.7).
  map(container, value) {
    if(!container.has('@language')) {
      throw unsupported(t("Values kept in a map by index, id or type are not read here."));
    }
    return Object.entries(value).flatMap(([tag, texts]) =>
      (Array.isArray(texts) ? texts : [texts]).filter(text => text !== null).map(text => {
        if(typeof text !== 'string') {
          throw new DataLoss(t("A text in several languages holds text."), pointer(tag));
        }
        return literal(text, {language: tag === '@none' ? null : languageTag(tag)});
      }));
  }

  values(scope, term, value, graph) {
    if(Array.isArray(value)) {
      return value.flatMap((item, index) => at(index, () => this.values(scope, term, item, graph)));
    }
    if(isObject(value)) {
      return this.object(scope, term, value, graph);
    }
    if(value === null) {
      return [];
    }
    if(term.container.has('@graph')) {
      throw new DataLoss(t("A bare reference stands where a whole object is signed."));
    }
    if(term.context !== ABSENT) { // step 4
      scope = scope.under(term.context, {override: true, owned: true});
    }
    return [this.scalar(scope, term, value)];
  }

  object(active, term, item, graph) {
    const scope = this.visit(enter(active, term, item));
    const words = keywords(scope, item);
    const kinds = new Set(words.values());
    const isGraph = term.container.has('@graph');
    if(isGraph && ['@value', '@list', '@set'].some(kind => kinds.has(kind))) {
      throw new DataLoss(t("A text or a list stands where a whole object is signed."));
    }
    if(kinds.has('@value')) {
      return this.value(scope, new Map([...words].map(([key, word]) => [word, item[key]])), item, words);
    }
    if(kinds.has('@list') || kinds.has('@set')) {
      const [key, kind] = [...words].find(([, word]) => OF_LISTS.includes(word));
      if(Object.keys(item).length > 1) {
        throw new DataLoss(t("A list holds its items and nothing else."));
      }
      // The object leaves the context of a type (step 7), so the word may have another meaning.
      const inner = scope.terms.get(term.name) ?? UNTYPED;
      return at(key, () => kind === '@list' ? [this.list(scope, inner, item[key], graph)]
        : this.values(scope, inner, item[key], graph));
    }
    if(isGraph) {
      const name = this.blank();
      const before = this.quads.length;
      this.within(scope, item, words, name);
      if(this.quads.length === before) {
        throw new DataLoss(t("A bare reference stands where a whole object is signed."));
      }
      return [name];
    }
    return [this.within(scope, item, words, graph)];
  }

  // Reads a value object (step 14): text with its language, or a literal with its type.
  value(scope, parts, item, words) {
    const stray = Object.keys(item).find(key => !words.has(key));
    if(stray !== undefined) {
      throw new DataLoss(t("“{key}” stands in a text value and would not be signed.", {key: stray}), pointer(stray));
    }
    only(OF_VALUES, words);
    const value = parts.get('@value') ?? null;
    const type = parts.get('@type') ?? null;
    const language = parts.get('@language') ?? null;
    const direction = parts.get('@direction') ?? null;
    if(direction !== null && (type !== null || !['ltr', 'rtl'].includes(direction))) {
      throw new DataLoss(t("The direction of a text has no place in the signed data. Leave it out."));
    }
    if((parts.get('@index') ?? null) !== null) {
      throw new DataLoss(t("An index has no place in the signed data. Leave it out."));
    }
    if(type === '@json' || (typeof type === 'string' && type && scope.expand(type, true) === '@json')) {
      return [literal(jcs.canonicalize(value), {datatype: JSON_TYPE})];
    }
    if((value !== null && typeof value === 'object') || (language !== null && type !== null)) {
      throw new DataLoss(t("A value is one text or number, with a language or a type."));
    }
    if(value === null || (parts.has('@type') && type === null)) {
      throw new DataLoss(t("A null in the place of a text or its type would not be signed."));
    }
    if(language === null && direction === null) {
      return [scalarLiteral(value, type === null ? null : datatype(scope, type))];
    }
    if(typeof value !== 'string') {
      throw new DataLoss(t("Only a text has a language."));
    }
    const tag = language === null ? null : languageTag(language);
    return [literal(value, direction === null ? {language: tag} : {datatype: `${I18N}${tag ?? ''}_${direction}`})];
  }

  // Value expansion (§5.3.2).
  scalar(scope, term, value) {
    if(typeof value === 'string' && (term.type === '@id' || term.type === '@vocab')) {
      return this.reference(scope.expand(value, term.type === '@vocab'), value);
    }
    if(term.type !== null && !REFERENCES.includes(term.type)) {
      return scalarLiteral(value, term.type);
    }
    if(typeof value !== 'string') {
      return scalarLiteral(value, null);
    }
    if((term.direction === ABSENT ? scope.direction : term.direction) !== null) {
      throw new DataLoss(t("The direction of a text has no place in the signed data."));
    }
    const language = term.language === ABSENT ? scope.language : term.language;
    return literal(value, {language: language === null ? null : languageTag(language)});
  }

  // Writes an RDF collection and returns its head (§8.2).
  list(scope, term, value, graph) {
    const items = (Array.isArray(value) ? value : [value]).flatMap((item, index) => {
      if(!Array.isArray(item)) {
        return at(index, () => this.values(scope, term, item, graph));
      }
      if(!term.container.has('@list')) {
        throw new DataLoss(t("A list in a list is an object with @list."), pointer(index));
      }
      return [at(index, () => this.list(scope, term, item, graph))];
    });
    const cells = items.map(() => this.blank());
    items.forEach((item, index) => this.quads.push(
      [cells[index], FIRST, item, graph], [cells[index], REST, cells[index + 1] ?? NIL, graph]));
    return cells[0] ?? NIL;
  }

  identity(scope, value) {
    if(typeof value !== 'string') {
      throw new DataLoss(t("An id is one address, as text."));
    }
    return this.reference(scope.expand(value, false), value);
  }

  reference(word, given) {
    if(word?.startsWith('_:')) {
      if(!this.labels.has(word)) {
        this.labels.set(word, this.blank());
      }
      return this.labels.get(word);
    }
    if(word === null || !ABSOLUTE.test(word)) {
      throw noAddress(given);
    }
    return iri(word);
  }

  // Applies the contexts that come with an object's types (step 11).
  withTypes(scope, types) {
    let inner = scope;
    for(const name of [...types].sort(byCodePoint)) {
      const term = scope.terms.get(name);
      if(term && term.context !== ABSENT) {
        inner = this.visit(inner.under(term.context, {propagate: false, owned: true}));
      }
    }
    return inner;
  }

  visit(scope) {
    this.scopes.add(scope);
    if(this.scopes.size > MAX_SCOPES) {
      throw new Unavailable('document.over_budget', t("The document mixes its words in more ways than will be followed."));
    }
    return scope;
  }

  blank() {
    return `_:b${++this.fresh}`;
  }
}

// Calls, and lets a fault that passes through know its place.
function at(key, call) {
  try {
    return call();
  } catch(error) {
    if(error instanceof Fault) {
      error.pointer = pointer(key) + (error.pointer ?? '');
    }
    throw error;
  }
}

// The context that holds inside an object (steps 7 to 9).
function enter(active, term, item) {
  if(active.previous !== null) {
    const words = Object.keys(item).map(key => active.expand(key, true));
    // A value object or a bare reference stays in a type's own context.
    if(!words.includes('@value') && !(words.length === 1 && words[0] === '@id')) {
      active = active.previous;
    }
  }
  if(term.context !== ABSENT) {
    active = active.under(term.context, {override: true, owned: true});
  }
  return '@context' in item ? at('@context', () => active.under(item['@context'])) : active;
}

// Those keys of an object that mean a keyword, with the keyword.
function keywords(scope, item) {
  const words = new Map();
  for(const key of Object.keys(item)) {
    const term = scope.terms.get(key);
    const word = term ? term.iri : key;
    if(word === null || word[0] !== '@') {
      continue;
    }
    if(NOT_READ.includes(word)) {
      throw unsupported(t("A document that uses {word} is not read here.", {word}), pointer(key));
    }
    if(!OF_NODES.includes(word) && !OF_VALUES.includes(word) && !OF_LISTS.includes(word)) {
      throw new DataLoss(t("“{key}” has no meaning here and would not be signed.", {key}), pointer(key));
    }
    if(word === '@id' && [...words.values()].includes(word)) {
      throw new DataLoss(t("An object has one id."), pointer(key));
    }
    words.set(key, word);
  }
  return words;
}

// Refuses the long way to write what has a name here (VCDM 2.0 §1.3: a compacted document).
function mustBeUsual(scope, key, word) {
  const name = scope.terms.has(key) ? undefined : scope.names.get(word);
  if(name !== undefined) {
    throw disguised(t("“{key}” is another way to write “{name}”, and whoever looks for that word misses it.", {key, name}));
  }
}

function only(allowed, words) {
  for(const [key, word] of words) {
    if(!allowed.includes(word)) {
      throw new DataLoss(t("“{key}” has no place here and would not be signed.", {key}), pointer(key));
    }
  }
}

function typesOf(value) {
  const names = Array.isArray(value) ? value : [value];
  if(!names.every(name => typeof name === 'string')) {
    throw new DataLoss(t("A type is a word or an address, as text."));
  }
  return names;
}

function isList(scope, term, value) {
  if(!isObject(value)) {
    return false;
  }
  const inner = enter(scope, term, value);
  return Object.keys(value).some(key => inner.expand(key, true) === '@list');
}

function languageTag(tag) {
  if(typeof tag !== 'string' || !LANGUAGE.test(tag)) {
    throw new DataLoss(t("“{tag}” is not a language tag such as “en-AU”.", {tag: shown(tag)}));
  }
  return tag.toLowerCase();
}

function datatype(scope, name) {
  const word = typeof name === 'string' ? scope.expand(name, true) : null;
  if(word === null || !ABSOLUTE.test(word)) {
    throw noAddress(name);
  }
  return word;
}

// Writes a JSON scalar as a literal (§8.3 Object to RDF Conversion).
function scalarLiteral(value, type) {
  if(typeof value === 'string') {
    return literal(value, {datatype: type === XSD + 'string' ? null : type});
  }
  if(typeof value === 'boolean') {
    return literal(String(value), {datatype: type ?? XSD + 'boolean'});
  }
  if(Number.isInteger(value) && type !== XSD + 'double') {
    return literal(String(value), {datatype: type ?? XSD + 'integer'});
  }
  // Canonical xsd:double, fifteen digits after the point (§8.6).
  const text = (Object.is(value, -0) ? '-' : '') + value.toExponential(15).replace(/(\.\d)(\d*?)0*e\+?/, '$1$2E');
  return literal(text, {datatype: type ?? XSD + 'double'});
}
