// Who signed: from the key a proof names to the party that answers for it. A key that travels inside the
// credential vouches for nobody (Controlled Identifiers v1.0 §3.3).
import {didKey, resolve} from './did.js';
import {isObject, shown} from './document.js';
import {BadKey, caught, Unavailable} from './errors.js';
import {PublicKey} from './keys.js';
import {BadDate, readTimestamp} from './timestamps.js';
import {t} from './text.js';

const MAX_BYTES = 256 * 1024;

// What ties a key to the issuer, the firmest first.
export const VOUCHERS = ['published', 'self', 'nobody', 'unreachable', 'contradicted', 'somebody else'];

export function findSignatory(method, {issuer, documents, at}) {
  const cut = method.indexOf('#');
  const base = cut < 0 ? method : method.slice(0, cut);
  const fragment = cut < 0 ? '' : method.slice(cut + 1);
  const lookup = new Lookup(documents, at);
  if(base.startsWith('did:key:')) {
    const key = didKey(base);
    if(fragment && fragment !== key.multibase) {
      throw new BadKey(t("The key's name does not repeat the key, as did:key demands."));
    }
    return {key, controller: base, voucher: base === issuer ? 'self' : lookup.vouch(key, issuer, 'nobody')};
  }
  if(base.startsWith('did:') || (fragment[0] !== 'z' && base.startsWith('https://'))) {
    return lookup.published(method, base, issuer);
  }
  if(/^(https?:\/\/|urn:)/.test(base) && fragment) {
    // Open Badges allows issuer#z6Mk…: the key is in its own name, and nothing vouches for it.
    const key = PublicKey.fromMultibase(fragment);
    const voucher = lookup.vouch(key, issuer, base === issuer ? 'nobody' : 'somebody else');
    return {key, controller: base, voucher};
  }
  throw new BadKey(t("“{method}” is not an address at which a key could be found.", {method}));
}

class Lookup {
  constructor(documents, at) {
    this.documents = documents;
    this.at = at;
  }

  published(method, base, issuer) {
    const document = this.controller(base);
    const [key, controller] = this.single(document, base) ?? this.listed(document, method, base);
    if(controller === issuer && issuer === document.id) {
      return {key, controller, voucher: 'published'};
    }
    // The key's document may name any controller it likes: that one has to agree.
    return {key, controller, voucher: this.vouch(key, issuer, 'somebody else')};
  }

  vouch(key, issuer, otherwise) {
    let document;
    const fallback = caught(() => {
      document = this.controller(issuer);
    }, fault => {
      if(fault instanceof Unavailable) {
        return otherwise === 'nobody' ? 'unreachable' : otherwise;
      }
      if(fault instanceof BadKey) {
        return otherwise;
      }
      throw fault;
    });
    if(fallback) {
      return fallback;
    }
    for(const entry of this.entries(document)) {
      const found = caught(() => this.usable(entry), fault => {
        if(fault instanceof BadKey) {
          return null;
        }
        throw fault;
      });
      if(found?.equals(key)) {
        return 'published';
      }
    }
    return 'verificationMethod' in document ? 'contradicted' : otherwise;
  }

  controller(address) {
    if(address.startsWith('did:')) {
      return resolve(address, this.documents);
    }
    if(!address.startsWith('https://')) {
      throw new BadKey(t("“{address}” is not an address at which keys are published.", {address}));
    }
    const document = caught(() => this.documents.read(address, MAX_BYTES), fault => {
      throw fault.code !== 'document.unreadable' ? fault :
        new BadKey(t("What stands at {address} is not a key document.", {address}));
    });
    if(document.id !== address) {
      throw new BadKey(t("The document at {address} is about something else.", {address}), '/id');
    }
    return document;
  }

  single(document, base) {
    if(!('publicKeyMultibase' in document) && !('publicKeyJwk' in document)) {
      return null;
    }
    return [this.usable(document), owner(document, base)];
  }

  listed(document, method, base) {
    for(const entry of this.entries(document)) {
      if(absolute(entry.id, base) === method) {
        return [this.usable(entry), owner(entry, base)];
      }
    }
    throw new BadKey(t("{base} does not list the key {method} among those that may sign credentials.", {base, method}));
  }

  // The methods that the document allows for making statements (CID §2.3).
  * entries(document) {
    const base = document.id;
    const methods = new Map();
    for(const method of objects(document.verificationMethod)) {
      methods.set(absolute(method.id, base), method);
    }
    const related = document.assertionMethod;
    for(const item of Array.isArray(related) ? related : [related]) {
      const name = absolute(item, base);
      if(isObject(item)) {
        yield item;
      } else if(name && methods.has(name)) {
        yield methods.get(name);
      }
    }
  }

  usable(entry) {
    for(const member of ['revoked', 'expires']) {
      if(member in entry && this.moment(entry[member]) <= this.at) {
        const date = shown(entry[member]);
        throw new BadKey(member === 'revoked' ? t("The key was withdrawn on {date}.", {date})
          : t("The key was out of use on {date}.", {date}), '/' + member);
      }
    }
    const jwk = entry.publicKeyJwk ?? null;
    const text = entry.publicKeyMultibase ?? null;
    if(isObject(jwk) && text === null) {
      return PublicKey.fromJwk(jwk);
    }
    if(typeof text === 'string' && jwk === null) {
      return PublicKey.fromMultibase(text);
    }
    throw new BadKey(t("A key is published in one form: publicKeyMultibase or publicKeyJwk."));
  }

  moment(value) {
    try {
      return readTimestamp(typeof value === 'string' ? value : '');
    } catch(error) {
      if(!(error instanceof BadDate)) {
        throw error;
      }
      throw new BadKey(t("The key's end date “{date}” cannot be read.", {date: shown(value)}));
    }
  }
}

const owner = (entry, base) => 'controller' in entry ? shown(entry.controller) : base;
const objects = value => (Array.isArray(value) ? value : [value]).filter(isObject);

// Completes a reference such as #key-1 with the document it stands in.
function absolute(name, base) {
  if(typeof name !== 'string' || typeof base !== 'string') {
    return '';
  }
  return name.startsWith('#') ? base + name : name;
}
