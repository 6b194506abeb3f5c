// RDF Dataset Canonicalization 1.0, with a budget on its work: the algorithm is exponential for graphs made
// to hurt. A quad is four strings as canonical N-Quads writes them, the graph name '' in the default graph.
import {sha256} from '@noble/hashes/sha2.js';
import {Unavailable} from './errors.js';
import {byCodePoint} from './order.js';
import {t} from './text.js';

const WORK = 100_000;
const DEPTH = 100;
const ESCAPES = {'\b': '\\b', '\t': '\\t', '\n': '\\n', '\f': '\\f', '\r': '\\r', '"': '\\"', '\\': '\\\\'};
const utf8 = new TextEncoder();

export const iri = value => `<${value}>`;

export function literal(value, {datatype = null, language = null} = {}) {
  const text = value.replace(/[\x00-\x1f\x7f"\\]/g, char => ESCAPES[char] ??
    '\\u' + char.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0'));
  return language !== null ? `"${text}"@${language}` : datatype === null ? `"${text}"` : `"${text}"^^<${datatype}>`;
}

export const digest = (text, hash = sha256) => hash(utf8.encode(text));

// The canonical N-Quads of a dataset, or Unavailable.
export function canonicalize(quads, work = WORK, hash = sha256) {
  const dataset = [...new Map(quads.map(quad => [quad.join(' '), quad])).values()];
  const labels = new Labelling(dataset, work, hash).run();
  const label = term => labels.get(term) ?? term;
  return dataset.map(([s, p, o, g]) => line([label(s), p, label(o), label(g)])).sort(byCodePoint).join('');
}

const line = ([s, p, o, g]) => g ? `${s} ${p} ${o} ${g} .\n` : `${s} ${p} ${o} .\n`;
const isBlank = term => term.startsWith('_:');
const mark = (term, node) => !isBlank(term) ? term : term === node ? '_:a' : '_:z';

// Puts a value under a key of a Map of arrays.
function put(map, key, value) {
  const values = map.get(key);
  values ? values.push(value) : map.set(key, [value]);
}

class Issuer {
  constructor(prefix, issued = new Map()) {
    this.prefix = prefix;
    this.issued = issued;
  }

  issue(node) {
    if(!this.issued.has(node)) {
      this.issued.set(node, `_:${this.prefix}${this.issued.size}`);
    }
    return this.issued.get(node);
  }

  copy() {
    return new Issuer(this.prefix, new Map(this.issued));
  }
}

class Labelling {
  constructor(dataset, work, hash) {
    this.work = work;
    this.algorithm = hash;
    this.canonical = new Issuer('c14n');
    this.first = new Map();
    this.quads = new Map();
    for(const quad of dataset) {
      for(const node of new Set([quad[0], quad[2], quad[3]])) {
        if(isBlank(node)) {
          put(this.quads, node, quad);
        }
      }
    }
  }

  run() {
    const byHash = new Map();
    for(const node of this.quads.keys()) {
      put(byHash, this.firstDegree(node), node);
    }
    const groups = [...byHash.keys()].sort().map(hash => byHash.get(hash));
    for(const nodes of groups) {
      if(nodes.length === 1) {
        this.canonical.issue(nodes[0]);
      }
    }
    for(const nodes of groups) {
      if(nodes.length > 1) {
        this.labelAlike(nodes);
      }
    }
    return this.canonical.issued;
  }

  labelAlike(nodes) {
    const paths = [];
    for(const node of nodes) {
      if(!this.canonical.issued.has(node)) {
        const issuer = new Issuer('b');
        issuer.issue(node);
        paths.push(this.nDegree(node, issuer, 0));
      }
    }
    paths.sort(([a], [b]) => a < b ? -1 : a > b ? 1 : 0);
    for(const [, issuer] of paths) {
      for(const node of issuer.issued.keys()) {
        this.canonical.issue(node);
      }
    }
  }

  hash(text) {
    return Array.from(digest(text, this.algorithm), byte => byte.toString(16).padStart(2, '0')).join('');
  }

  firstDegree(node) {
    if(!this.first.has(node)) {
      const lines = this.quads.get(node)
        .map(([s, p, o, g]) => line([mark(s, node), p, mark(o, node), mark(g, node)]));
      this.first.set(node, this.hash(lines.sort(byCodePoint).join('')));
    }
    return this.first.get(node);
  }

  related(node, quad, issuer, position) {
    const known = this.canonical.issued.get(node) ?? issuer.issued.get(node);
    return this.hash(position + (position === 'g' ? '' : quad[1]) + (known ?? this.firstDegree(node)));
  }

  neighbours(node, issuer) {
    const found = new Map();
    for(const quad of this.quads.get(node)) {
      for(const [term, position] of [[quad[0], 's'], [quad[2], 'o'], [quad[3], 'g']]) {
        if(term !== node && isBlank(term)) {
          put(found, this.related(term, quad, issuer, position), term);
        }
      }
    }
    return found;
  }

  nDegree(node, issuer, depth) {
    this.spend(3 * this.quads.get(node).length, depth);
    let data = '';
    const neighbours = this.neighbours(node, issuer);
    for(const hash of [...neighbours.keys()].sort()) {
      let [path, chosen] = ['', issuer];
      for(const order of orders(neighbours.get(hash))) {
        const better = this.path(order, issuer, path, depth);
        if(better) {
          [path, chosen] = better;
        }
      }
      data += hash + path;
      issuer = chosen;
    }
    return [this.hash(data), issuer];
  }

  // Walks the neighbours in one order; null when `best` comes first.
  path(order, issuer, best, depth) {
    this.spend(order.length + issuer.issued.size, depth);
    let [path, copy] = ['', issuer.copy()];
    const recurse = [];
    for(const node of order) {
      let label = this.canonical.issued.get(node);
      if(label === undefined) {
        if(!copy.issued.has(node)) {
          recurse.push(node);
        }
        label = copy.issue(node);
      }
      path += label;
      if(comesAfter(path, best)) {
        return null;
      }
    }
    for(const node of recurse) {
      const label = copy.issue(node);
      let hash;
      [hash, copy] = this.nDegree(node, copy, depth + 1);
      path += `${label}<${hash}>`;
      if(comesAfter(path, best)) {
        return null;
      }
    }
    return !best || path < best ? [path, copy] : null;
  }

  spend(steps, depth) {
    this.work -= steps;
    if(this.work < 0 || depth > DEPTH) {
      throw new Unavailable('document.over_budget', t("The data is tangled in a way that would take too long to put in order, so its signature was not checked."));
    }
  }
}

const comesAfter = (path, best) => best !== '' && path.length >= best.length && path > best;

// Every order of the nodes once, lexically, however often a node stands among them.
function* orders(nodes) {
  const order = [...nodes].sort();
  for(;;) {
    yield order;
    let rise = order.length - 2;
    while(rise >= 0 && order[rise] >= order[rise + 1]) {
      rise--;
    }
    if(rise < 0) {
      return;
    }
    let other = order.length - 1;
    while(order[other] <= order[rise]) {
      other--;
    }
    [order[rise], order[other]] = [order[other], order[rise]];
    order.push(...order.splice(rise + 1).reverse());
  }
}
