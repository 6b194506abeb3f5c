// Every check there is, in the order of Open Badges 3.0, and what they add up to: the same nine as
// cairn.vc.verify, with the same names, states and codes.
import {ADDRESSES as SCHEMAS} from 'virtual:schemas';
import {VOUCHERS} from './controllers.js';
import {isBundled} from './contexts.js';
import {datamodelProblems, issuerId, validity} from './datamodel.js';
import {isObject, many, parse, pointer} from './document.js';
import {caught, DataLoss, Unavailable, Unreadable} from './errors.js';
import {firstProblem} from './openbadges.js';
import {canonicalHash, checkProofs} from './proofs.js';
import {mustStand} from './status.js';
import {BadDate, toDate} from './timestamps.js';
import {day, t} from './text.js';
import {conclude, issuerCheck, passed as sayPassed, sentence} from './wording.js';

const MAX_ENDORSEMENTS = 32;
const MAX_STATUSES = 8;

const check = (name, state, says, place = null, code = null) => ({name, state, says, pointer: place, code});
const passed = name => check(name, 'passed', sayPassed(name));
const skipped = (name, says) => check(name, 'skipped', says);
const unsigned = name => skipped(name, t("Not looked at, because the signature was not confirmed."));
const found = (name, fault, place) =>
  check(name, fault instanceof Unavailable ? 'unknown' : 'failed', fault.message, place, fault.code);
const problem = (place, fault) => `${place || t("The document")} ${fault}`;

// The signature covers every letter, whatever the words mean.
const toTheLetter = proof => many(proof).length > 0 &&
  many(proof).every(one => isObject(one) && ['eddsa-jcs-2022', 'ecdsa-jcs-2019'].includes(one.cryptosuite));

const LEFT_TO_SERVER = {
  VerifiablePresentation: () => t("This is a presentation of credentials, which is not checked in the browser. Let the server check it."),
  ClrCredential: () => t("This is a record of several credentials (CLR), which is not checked in the browser. Let the server check it.")
};

const RELATED = () =>
  t("It names a document with its digest, which is not compared in the browser. Let the server check it.");

function leftToServer(document) {
  const name = Object.keys(LEFT_TO_SERVER).find(type => many(document.type).includes(type));
  // The vocabularies are bundled here without their spaces, so that their digests are others.
  const digests = many(document.relatedResource).some(item => isObject(item) && isBundled(item.id));
  return LEFT_TO_SERVER[name] ?? (digests ? RELATED : undefined);
}

// Looks at everything; `documents` answers what is at hand, or throws Wait.
export function inspectNow(raw, documents, at) {
  let document;
  try {
    document = documents.credential(() => parse(raw));
  } catch(error) {
    if(!(error instanceof Unreadable)) {
      throw error;
    }
    const checks = [check('json', 'failed', error.message, error.pointer, error.code)];
    return {verdict: 'unreadable', ...sentence('unreadable', {}), checks, document: null};
  }
  const left = leftToServer(document);
  if(left) {
    const checks = [check('format', 'unknown', left(), null, 'format.server')];
    return {verdict: 'cannot_check', ...sentence('cannot_check', {}), checks, document: null};
  }
  const inspection = new Inspection(document, documents, at);
  const checks = [passed('json'), ...inspection.run()];
  const verdict = conclude(checks);
  return {verdict, ...sentence(verdict, document, inspection.signatory), checks, document};
}

class Inspection {
  constructor(document, documents, at, inner = false) {
    Object.assign(this, {document, documents, at, inner, signatory: null});
  }

  run() {
    const checks = [this.model(), this.schema()];
    const letters = toTheLetter(this.document.proof);
    const terms = caught(() => (canonicalHash(this.document), passed('terms')), fault =>
      letters && fault instanceof DataLoss
        ? check('terms', 'failed', t("A part of it has no meaning that others could look up, so nobody can tell what it says."),
          fault.pointer, 'terms.undefined')
        : found('terms', fault, fault.pointer));
    checks.push(terms);
    if(terms.state === 'passed' || letters) {
      checks.push(...this.proofAndIssuer());
    } else {
      checks.push(skipped('proof', t("Not compared, because what was signed could not be worked out.")),
        unsigned('issuer'));
    }
    checks.push(this.status(), this.dates());
    if(!this.inner) {
      checks.push(this.endorsements());
    }
    return checks;
  }

  model() {
    for(const [place, fault] of datamodelProblems(this.document)) {
      return check('data_model', 'failed', problem(place, fault), place, 'data_model.broken');
    }
    return passed('data_model');
  }

  schema() {
    const first = firstProblem(this.document);
    if(first) {
      return check('schema', 'failed', problem(...first), first[0], 'schema.broken');
    }
    for(const [index, entry] of many(this.document.credentialSchema).entries()) {
      if(isObject(entry) && entry.type === '1EdTechJsonSchemaValidator2019' && !SCHEMAS.includes(entry.id)) {
        return check('schema', 'unknown', t("It names a set of rules that is not known here, so they were not applied."),
          pointer('credentialSchema', index), 'schema.unknown');
      }
    }
    return passed('schema');
  }

  proofAndIssuer() {
    const issuer = issuerId(this.document);
    return caught(() => {
      const results = checkProofs(this.document, {issuer, documents: this.documents, at: this.at});
      const proof = proofCheck(results);
      if(proof.state !== 'passed') {
        return [proof, unsigned('issuer')];
      }
      // The signatory that ties the document to its issuer most firmly.
      [this.signatory] = results.filter(result => result.signatory).map(result => result.signatory)
        .sort((a, b) => VOUCHERS.indexOf(a.voucher) - VOUCHERS.indexOf(b.voucher));
      return [proof, issuerCheck(this.signatory, this.document)];
    }, fault => [check('proof', 'failed', fault.message, fault.pointer, fault.code), unsigned('issuer')]);
  }

  status() {
    const entries = many(this.document.credentialStatus);
    if(!entries.length) {
      return skipped('status', t("The issuer keeps no list on which this credential could be revoked."));
    }
    if(this.signatory === null) {
      return unsigned('status');
    }
    if(entries.length > MAX_STATUSES) {
      return check('status', 'unknown', t("It names more than {most} status lists, which are not all read.", {most: MAX_STATUSES}),
        '/credentialStatus', 'status.too_many');
    }
    const isList = Array.isArray(this.document.credentialStatus);
    return worst(entries.map((entry, index) => caught(() => {
      mustStand(entry, this.document, this);
      return passed('status');
    }, fault => found('status', fault, pointer('credentialStatus', ...isList ? [index] : []))))) ?? passed('status');
  }

  dates() {
    let starts, ends;
    try {
      [starts, ends] = validity(this.document);
    } catch(error) {
      if(!(error instanceof BadDate)) {
        throw error;
      }
      return check('dates', 'failed', t("Its dates cannot be read."), null, 'dates.malformed');
    }
    const place = (...names) => pointer(names.find(name => name in this.document));
    if(starts !== null && starts > this.at) {
      return check('dates', 'failed', t("It is valid only from {date}.", {date: day(toDate(starts))}),
        place('validFrom', 'issuanceDate'), 'dates.not_yet_valid');
    }
    if(ends !== null && ends < this.at) {
      return check('dates', 'failed', t("It expired on {date}.", {date: day(toDate(ends))}),
        place('validUntil', 'expirationDate'), 'dates.expired');
    }
    return check('dates', 'passed', ends === null ? t("It has no end date.")
      : t("It is valid until {date}.", {date: day(toDate(ends))}));
  }

  endorsements() {
    const list = [...endorsements(this.document, [])];
    if(!list.length) {
      return skipped('endorsements', t("Nobody else endorses it inside the document."));
    }
    if(list.length > MAX_ENDORSEMENTS) {
      return check('endorsements', 'unknown', t("It carries more than {most} endorsements, which are not all read.", {most: MAX_ENDORSEMENTS}),
        null, 'endorsements.too_many');
    }
    const spokenOf = new Set(ids(this.document));
    return worst(list.map(([place, item]) => this.endorsement(place, item, spokenOf))) ??
      check('endorsements', 'passed', list.length === 1 ? sayPassed('endorsements')
        : t("All {count} endorsements in it hold.", {count: list.length}));
  }

  endorsement(place, endorsement, spokenOf) {
    if(!isObject(endorsement)) {
      return check('endorsements', 'unknown', t("An endorsement is in a form that cannot be checked here."), place,
        'endorsements.form');
    }
    const bad = worst(new Inspection(endorsement, this.documents, this.at, true).run());
    if(bad) {
      const says = bad.state === 'failed' ? t("An endorsement inside does not hold up: {reason}", {reason: bad.says})
        : t("An endorsement inside could not be confirmed: {reason}", {reason: bad.says});
      return check('endorsements', bad.state, says, place + (bad.pointer ?? ''), bad.code);
    }
    // Somebody's good word for another achievement is no good word for this one.
    const subjects = many(endorsement.credentialSubject).filter(isObject)
      .map(subject => typeof subject.id === 'string' ? subject.id : '');
    if(!subjects.every(id => spokenOf.has(id))) {
      return check('endorsements', 'unknown', t("An endorsement inside speaks of something that is not in this document, so it says nothing about this credential."),
        place + '/credentialSubject/id', 'endorsements.other_subject');
    }
    return passed('endorsements');
  }
}

function proofCheck(results) {
  for(const state of ['failed', 'unknown']) {
    const result = results.find(one => one.state === state);
    if(result) {
      const {error} = result;
      const says = error.code === 'proof.altered'
        ? t("The contents are not what was signed: something was changed after signing.") : error.message;
      return check('proof', state, says, result.pointer + (error.pointer ?? ''), error.code);
    }
  }
  return results.some(result => result.state === 'passed') ? passed('proof')
    : check('proof', 'unknown', t("It is signed in a way that is not known here, so nobody can tell."), results[0].pointer,
      'proof.unsupported');
}

const isEndorsement = key => key === 'endorsement' || key === 'endorsementJwt';

// Finds endorsements anywhere in a document, but not inside one another.
function* endorsements(value, path) {
  if(value === null || typeof value !== 'object') {
    return;
  }
  for(const [key, item] of Object.entries(value)) {
    if(Array.isArray(value)) {
      yield* endorsements(item, [...path, key]);
    } else if(isEndorsement(key)) {
      for(const [index, one] of many(item).entries()) {
        yield [pointer(...path, key, index), one];
      }
    } else {
      yield* endorsements(item, [...path, key]);
    }
  }
}

// The ids of everything a document speaks of, endorsements left out.
function* ids(value) {
  if(value === null || typeof value !== 'object') {
    return;
  }
  if(!Array.isArray(value) && typeof value.id === 'string') {
    yield value.id;
  }
  for(const [key, item] of Object.entries(value)) {
    if(Array.isArray(value) || !isEndorsement(key)) {
      yield* ids(item);
    }
  }
}

const worst = checks => checks.find(one => one.state === 'failed') ?? checks.find(one => one.state === 'unknown') ?? null;
