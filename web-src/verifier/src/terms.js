// What words mean: the Context Processing Algorithms of JSON-LD 1.1 (§4), on bundled contexts only.
// The same rules as cairn.vc.jsonld.terms, so that both call the same documents covered.
import {loadContext} from './contexts.js';
import {isObject} from './document.js';
import {Fault, Unavailable} from './errors.js';
import {t} from './text.js';

const KEYWORDS = new Set([
  '@base', '@container', '@context', '@default', '@direction', '@graph', '@id', '@import', '@included', '@index',
  '@json', '@language', '@list', '@nest', '@none', '@prefix', '@propagate', '@protected', '@reverse', '@set',
  '@type', '@value', '@version', '@vocab'
]);
export const ABSOLUTE = /^[A-Za-z][A-Za-z0-9+.-]*:[^\x00-\x20<>"{}|\\^`\s\x85\ufeff]*$/;
const KEYWORD_LIKE = /^@[A-Za-z]+$/;
const SETTINGS = new Set([
  '@base', '@direction', '@import', '@language', '@propagate', '@protected', '@version', '@vocab']);
const DEFINITION = new Set([
  '@id', '@type', '@container', '@context', '@language', '@direction', '@protected', '@prefix', '@nest', '@index',
  '@reverse']);
const CONTAINERS = new Set(['@list', '@set', '@language', '@index', '@graph', '@id', '@type']);
const MAX_CONTEXTS = 32;

// Marks what a term does not say, where null is something it can say.
export const ABSENT = undefined;
export const UNTYPED = {
  iri: null, name: '', type: null, container: new Set(), context: ABSENT, language: ABSENT, direction: ABSENT,
  prefix: false, protected: false
};

const badContext = message => new Fault('context.malformed', message);
export const unsupported = (message, pointer) => new Unavailable('context.unsupported', message, pointer);
const partition = (text, mark) => {
  const cut = text.indexOf(mark);
  return cut < 0 ? [text, false, ''] : [text.slice(0, cut), true, text.slice(cut + 1)];
};

// An active context: what each term means at one place of a document.
export class Active {
  constructor(origin) {
    this.terms = new Map(origin?.terms);
    this.vocab = origin?.vocab ?? null;
    this.language = origin?.language ?? null;
    this.direction = origin?.direction ?? null;
    this.previous = origin?.previous ?? null;
    this.derived = new Map();
    this.known = null;
  }

  // A term for each address and keyword that has one; asked for once all are defined.
  get names() {
    this.known ??= new Map([...this.terms].filter(([name, term]) => term.iri && name !== term.iri)
      .map(([name, term]) => [term.iri, name]));
    return this.known;
  }

  // Expands a term, compact IRI or IRI (§5.2); a relative reference comes back as it is.
  expand(value, vocab) {
    if(KEYWORDS.has(value)) {
      return value;
    }
    const term = this.terms.get(value);
    if(term && (vocab || term.iri?.[0] === '@')) {
      return term.iri;
    }
    if(KEYWORD_LIKE.test(value)) {
      return null;
    }
    if(value.indexOf(':', 1) > 0) {
      const [prefix, , suffix] = partition(value, ':');
      const known = prefix === '_' || suffix.startsWith('//') ? undefined : this.terms.get(prefix);
      return known?.prefix && known.iri !== null ? known.iri + suffix : value;
    }
    return vocab && this.vocab !== null ? this.vocab + value : value;
  }

  // This context with `local` applied (§4.1). `owned`: one of our own terms holds it.
  under(local, {override = false, propagate = true, owned = false} = {}) {
    const addresses = typeof local === 'string' ||
      (Array.isArray(local) && local.every(item => typeof item === 'string'));
    if(!owned && !addresses) {
      return process(this, local, override, propagate);
    }
    const flags = `${override} ${propagate} ${owned}`;
    const key = local === null || addresses ? flags + JSON.stringify(local) : local;
    let kept = this.derived.get(key);
    if(!kept) {
      this.derived.set(key, kept = new Map());
    }
    if(!kept.has(flags)) {
      kept.set(flags, process(this, local, override, propagate));
    }
    return kept.get(flags);
  }
}

// Where every document begins. What is worked out for one is kept for the next.
export const INITIAL = new Active();

function process(active, local, override, propagate, depth = 0) {
  if(isObject(local) && '@propagate' in local) {
    if(typeof local['@propagate'] !== 'boolean') {
      throw badContext(t("@propagate is true or false."));
    }
    propagate = local['@propagate'];
  }
  let result = new Active(active);
  if(!propagate && result.previous === null) {
    result.previous = active;
  }
  const entries = Array.isArray(local) ? local : [local];
  if(entries.length > MAX_CONTEXTS || depth > MAX_CONTEXTS) {
    throw badContext(t("More than {most} vocabularies in one place are not read.", {most: MAX_CONTEXTS}));
  }
  for(const entry of entries) {
    result = apply(result, entry, override, propagate, depth);
  }
  return result;
}

function apply(active, entry, override, propagate, depth) {
  if(entry === null) {
    if(!override && [...active.terms.values()].some(term => term.protected)) {
      throw badContext(t("A context cannot be emptied where its terms are protected."));
    }
    const fresh = new Active();
    fresh.previous = propagate ? null : active;
    return fresh;
  }
  if(typeof entry === 'string') {
    return process(active, loadContext(entry), override, true, depth + 1);
  }
  if(!isObject(entry)) {
    throw badContext(t("A context is an address, an object or null."));
  }
  settings(active, entry);
  const definer = new Definer(active, entry, override);
  for(const term of Object.keys(entry)) {
    if(!SETTINGS.has(term)) {
      definer.define(term);
    }
  }
  return active;
}

function settings(active, entry) {
  for(const name of ['@import', '@base']) {
    if((entry[name] ?? null) !== null) {
      throw unsupported(t("A context that uses {name} is not read here.", {name}));
    }
  }
  if('@version' in entry && entry['@version'] !== 1.1) {
    throw badContext(t("The @version of a context is the number 1.1."));
  }
  if('@vocab' in entry) {
    const value = entry['@vocab'];
    const expanded = typeof value === 'string' ? active.expand(value, true) : null;
    if(value !== null && (expanded === null || !ABSOLUTE.test(expanded))) {
      throw badContext(t("@vocab is an absolute address or null."));
    }
    active.vocab = value === null ? null : expanded;
  }
  for(const name of ['@language', '@direction']) {
    if(name in entry) {
      if(entry[name] !== null && typeof entry[name] !== 'string') {
        throw badContext(t("{name} is text or null.", {name}));
      }
      active[name.slice(1)] = entry[name];
    }
  }
}

// Creates the term definitions of one context (§4.2), each once, those it needs first.
class Definer {
  constructor(active, local, override) {
    this.active = active;
    this.local = local;
    this.override = override;
    this.done = new Map();
  }

  define(term) {
    if(this.done.has(term)) {
      if(!this.done.get(term)) {
        throw badContext(t("The term {term} is defined by itself.", {term}));
      }
      return;
    }
    if(!term || (KEYWORDS.has(term) && term !== '@type')) {
      throw badContext(t("“{term}” cannot be given a meaning.", {term}));
    }
    this.done.set(term, false);
    if(!KEYWORD_LIKE.test(term) || term === '@type') {
      this.store(term, this.build(term));
    }
    this.done.set(term, true);
  }

  store(term, definition) {
    const previous = this.active.terms.get(term);
    if(previous?.protected && !this.override) {
      if(!same({...definition, protected: true, name: ''}, {...previous, name: ''})) {
        throw badContext(t("The term {term} is protected and cannot change its meaning.", {term}));
      }
      definition = previous;
    }
    this.active.terms.set(term, definition);
  }

  build(term) {
    let value = this.local[term];
    const simple = typeof value === 'string';
    if(value === null || simple) {
      value = {__proto__: null, '@id': value};
    }
    if(!isObject(value) || !Object.keys(value).every(key => DEFINITION.has(key))) {
      throw badContext(t("The definition of {term} is not one that JSON-LD 1.1 knows.", {term}));
    }
    for(const name of ['@reverse', '@nest', '@index']) {
      if(name in value) {
        throw unsupported(t("A context that uses {name} is not read here.", {name}));
      }
    }
    const guarded = '@protected' in value ? value['@protected']
      : '@protected' in this.local ? this.local['@protected'] : false;
    if(typeof guarded !== 'boolean') {
      throw badContext(t("Whether {term} is protected is true or false.", {term}));
    }
    if(term === '@type') {
      const keys = Object.keys(value);
      if(simple || !keys.length || !keys.every(key => key === '@container' || key === '@protected')) {
        throw badContext(t("The meaning of @type cannot be changed."));
      }
      return {...UNTYPED, iri: '@type', container: container(value), protected: guarded};
    }
    const [iri, prefix] = this.identity(term, value, simple);
    const holds = container(value);
    const type = this.type(term, value, holds);
    return {
      iri, name: term, type, container: holds,
      context: value['@context'],
      language: type ? ABSENT : value['@language'],
      direction: type ? ABSENT : value['@direction'],
      prefix: Boolean('@prefix' in value ? value['@prefix'] : prefix),
      protected: guarded
    };
  }

  // The IRI of a term, and whether it may serve as a prefix (§4.2.2 steps 13 to 18).
  identity(term, value, simple) {
    const given = '@id' in value ? value['@id'] : term;
    if(given === null) {
      return [null, false];
    }
    if(typeof given !== 'string') {
      throw badContext(t("The @id of {term} is text.", {term}));
    }
    if(given !== term) {
      const iri = this.expand(given);
      if(iri === null || iri === '@context' || !namesAProperty(iri)) {
        throw badContext(t("The meaning of {term} is not an absolute address.", {term}));
      }
      if(!KEYWORDS.has(iri) && iri !== this.ownAddress(term, iri)) {
        throw badContext(t("The term {term} is an address and cannot mean another one.", {term}));
      }
      const ends = /[:/?#[\]@]$/.test(iri) || iri.startsWith('_:');
      return [iri, simple && ends && !term.includes(':') && !term.includes('/')];
    }
    if(term.indexOf(':', 1) > 0) {
      const iri = this.expand(term);
      if(iri === null || !namesAProperty(iri)) {
        throw badContext(t("The term {term} is not an absolute address.", {term}));
      }
      return [iri, false];
    }
    if(this.active.vocab === null) {
      throw badContext(t("The term {term} is given no meaning.", {term}));
    }
    return [this.active.vocab + term, false];
  }

  // What a term that looks like an address would mean undefined (§4.2.2 step 14.2.5).
  ownAddress(term, otherwise) {
    const [prefix, colon, suffix] = partition(term, ':');
    if(!prefix || !suffix || suffix.startsWith('//') || prefix === '_') {
      return colon && prefix && suffix ? term : otherwise;
    }
    if(prefix in this.local && !KEYWORDS.has(prefix)) {
      this.define(prefix);
    }
    const known = this.active.terms.get(prefix);
    return known?.prefix && known.iri ? known.iri + suffix : term;
  }

  type(term, value, holds) {
    const given = value['@type'] ?? null;
    if(given === null) {
      return holds.has('@type') ? '@id' : null;
    }
    const type = typeof given === 'string' ? this.expand(given) : null;
    if(type === null || !(['@id', '@vocab', '@json', '@none'].includes(type) || ABSOLUTE.test(type))) {
      throw badContext(t("The type of {term} is not an absolute address.", {term}));
    }
    return type;
  }

  // Expands against terms of this context too, defining them first (§5.2.2 steps 3 and 6).
  expand(value) {
    if(value in this.local && !KEYWORDS.has(value)) {
      this.define(value);
    }
    const prefix = value.split(':')[0];
    if(prefix !== value && prefix in this.local && !KEYWORDS.has(prefix)) {
      this.define(prefix);
    }
    return this.active.expand(value, true);
  }
}

const namesAProperty = word => KEYWORDS.has(word) || word.startsWith('_:') || ABSOLUTE.test(word);

function container(value) {
  const given = value['@container'] ?? null;
  const names = Array.isArray(given) ? given : given === null ? [] : [given];
  if(!names.every(name => CONTAINERS.has(name))) {
    throw badContext(t("The @container of a term is not one that JSON-LD 1.1 knows."));
  }
  return new Set(names);
}

function same(a, b) {
  if(a === b) {
    return true;
  }
  if(a === null || b === null || typeof a !== 'object' || typeof b !== 'object') {
    return false;
  }
  if(a instanceof Set) {
    return b instanceof Set && a.size === b.size && [...a].every(item => b.has(item));
  }
  const keys = Object.keys(a);
  return Array.isArray(a) === Array.isArray(b) && keys.length === Object.keys(b).length &&
    keys.every(key => key in b && same(a[key], b[key]));
}
