// Cairn's verifier: inspect() answers what `cairn verify` answers, in a browser and without a server.
import {retry} from './contexts.js';
import {parse} from './document.js';
import {Fault, Unavailable, Wait} from './errors.js';
import {validity} from './datamodel.js';
import {credentialIn, factsOf} from './sources.js';
import {canonicalize} from './rdfc.js';
import {listAddresses} from './status.js';
import {BadDate, fromDate, toDate} from './timestamps.js';
import {clock, day, speak, t, verdictSentence} from './text.js';
import {inspectNow} from './verify.js';

const MAX_LOADS = 64;

// What is at hand: documents by address, and what became of those that had to be asked for.
class Documents {
  constructor(documents, load) {
    this.texts = new Map(documents instanceof Map ? documents : Object.entries(documents ?? {}));
    this.load = load;
    this.parsed = new Map();
    this.asked = [];
    this.document = null;
  }

  credential(read) {
    this.document ??= read();
    return this.document;
  }

  read(url, maxBytes) {
    if(!this.parsed.has(url)) {
      this.parsed.set(url, parse(this.text(url), maxBytes));
    }
    return this.parsed.get(url);
  }

  text(url) {
    if(!this.texts.has(url) && this.load && this.asked.length < MAX_LOADS) {
      throw new Wait(url, () => this.fetch(url));
    }
    const text = this.texts.get(url);
    if(text instanceof Fault) {
      throw text;
    }
    if(text === undefined) {
      throw new Unavailable('document.unavailable', t("No document was supplied for {url}.", {url}));
    }
    return text;
  }

  async fetch(url) {
    this.asked.push(url);
    try {
      return await this.load(url);
    } catch {
      return new Unavailable('document.unavailable', t("What stands at {url} could not be had.", {url}));
    }
  }

  later(key, begin) {
    if(!this.texts.has(key)) {
      throw new Wait(key, begin);
    }
    return this.texts.get(key);
  }

  // When the status lists that were read were made, and until when they hold.
  status(at) {
    if(!this.document) {
      return null;
    }
    const spans = listAddresses(this.document).filter(url => this.parsed.has(url)).map(url => span(this.parsed.get(url)));
    if(!spans.length) {
      return null;
    }
    const until = spans.map(one => one[1]).filter(one => one !== null);
    const since = spans.map(one => one[0]).filter(one => one !== null);
    const least = list => list.length ? list.reduce((a, b) => a < b ? a : b) : null;
    const ends = least(until);
    const starts = least(since);
    return {
      since: starts === null ? null : toDate(starts),
      until: ends === null ? null : toDate(ends),
      fresh: ends === null || ends >= at
    };
  }
}

function span(list) {
  try {
    return validity(list);
  } catch(error) {
    if(!(error instanceof BadDate)) {
      throw error;
    }
    return [null, null];
  }
}

const NOT_READ = {
  jws: () => t("This is a token (JWT), whose signature is not checked in the browser. Let the server check it."),
  ob2: () => t("This is an Open Badge of version 2, which is not checked in the browser. Let the server check it.")
};

// Checks a credential, given as text, bytes or a picture with one inside. `documents`: what stands at which
// address; `load(url)`: asked for what is missing; `at`: the moment; `words`, `lang`: translations.
export async function inspect(given, {documents, load, at = new Date(), words, lang} = {}) {
  const moment = fromDate(at instanceof Date ? at : new Date(at));
  const shelf = new Documents(documents, load);
  retry();
  speak(words, lang);
  const source = await take(given);
  speak(words, lang);
  if(source.checks) {
    return report(source, shelf, moment);
  }
  for(;;) {
    try {
      speak(words, lang);
      return report(inspectNow(source.content, shelf, moment), shelf, moment);
    } catch(wait) {
      if(!(wait instanceof Wait)) {
        throw wait;
      }
      shelf.texts.set(wait.key, await wait.begin());
    }
  }
}

async function take(given) {
  let source;
  try {
    source = await credentialIn(given instanceof ArrayBuffer ? new Uint8Array(given) : given);
  } catch(error) {
    if(!(error instanceof Fault)) {
      throw error;
    }
    return {
      verdict: 'unreadable', ...verdictSentence(t("Cannot be read: there is no credential here that could be checked.")),
      checks: [{name: 'document', state: 'failed', says: error.message, pointer: null, code: error.code}]
    };
  }
  if(source.form === 'json') {
    return source;
  }
  const says = NOT_READ[source.form]();
  return {
    verdict: 'cannot_check', ...verdictSentence(t("Cannot be checked: nothing can be said about it either way.")),
    checks: [{name: 'format', state: 'unknown', says, pointer: null, code: 'format.server'}]
  };
}

function report({verdict, sentence, rest, checks, document}, shelf, at) {
  return {
    verdict, sentence, rest, checks, at: toDate(at), facts: factsOf(document), asked: shelf.asked, status: shelf.status(at),
    lists: document ? listAddresses(document) : []
  };
}

export {canonicalize, clock, day, speak};
