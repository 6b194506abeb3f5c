// Proofs: is the document unaltered, and which key says so? eddsa-rdfc-2022 (Data Integrity EdDSA
// Cryptosuites v1.0, §3.2).
import {findSignatory} from './controllers.js';
import {LOOKED_UP} from './datamodel.js';
import {isObject, pointer} from './document.js';
import {BadKey, BadProof, caught, Fault, Unavailable} from './errors.js';
import {decode} from './multibase.js';
import {ownWords, toRdf} from './quads.js';
import {canonicalize, digest} from './rdfc.js';
import {BadDate, readTimestamp} from './timestamps.js';
import {t} from './text.js';

const MAX_PROOFS = 16;
// A proof says a few plain things of itself; whatever takes more work than that is no proof.
const PROOF_WORK = 1_000;
// What was worked out about a document or a proof; an inspection may begin several times.
const kept = new WeakMap();
const verified = new WeakMap();

// The hash of the canonical RDF of a document without its proof, worked out once.
export function canonicalHash(document) {
  if(!kept.has(document)) {
    kept.set(document, caught(() => hashOf(document), fault => fault));
  }
  const answer = kept.get(document);
  if(answer instanceof Fault) {
    // A copy: what looks at a fault adds to its pointer.
    throw Object.assign(Object.create(Object.getPrototypeOf(answer)), answer, {message: answer.message});
  }
  return answer;
}

function hashOf(document) {
  const place = ownWords(document);
  if(place !== null) {
    throw new Unavailable('context.own', t("It defines the meaning of some of its words itself, so nobody can tell whether they mean what they seem to say."),
      place);
  }
  return digest(canonicalize(toRdf(without(document, 'proof'), LOOKED_UP)));
}

function without(document, ...names) {
  const rest = Object.assign(Object.create(null), document);
  names.forEach(name => delete rest[name]);
  return rest;
}

// Checks every proof; one that is not known here is skipped, one that does not hold always counts.
export function checkProofs(document, {issuer, documents, at}) {
  const proof = document.proof ?? null;
  const entries = Array.isArray(proof) ? proof : proof === null ? [] : [proof];
  if(!entries.length) {
    throw new BadProof(t("Nobody signed this document: it carries no proof."), '/proof', 'proof.missing');
  }
  if(entries.length > MAX_PROOFS) {
    throw new BadProof(t("More than {most} proofs are not read.", {most: MAX_PROOFS}), '/proof');
  }
  return entries.map((entry, index) => {
    const place = Array.isArray(proof) ? pointer('proof', index) : '/proof';
    if(!isObject(entry) || entry.type !== 'DataIntegrityProof' || entry.cryptosuite !== 'eddsa-rdfc-2022') {
      return {pointer: place, state: 'skipped'};
    }
    return caught(() => {
      optionsHold(entry, at);
      const signatory = findSignatory(entry.verificationMethod, {issuer, documents, at});
      if(!signed(document, entry, signatory.key, documents)) {
        throw new Fault('proof.altered', t("The contents are not what was signed."), '/proofValue');
      }
      return {pointer: place, state: 'passed', signatory};
    }, error => ({pointer: place, state: error instanceof Unavailable ? 'unknown' : 'failed', error}));
  });
}

function optionsHold(proof, at) {
  if(proof.proofPurpose !== 'assertionMethod') {
    throw new BadProof(t("The signature was made for another purpose than to make a statement."), '/proofPurpose');
  }
  if(typeof proof.verificationMethod !== 'string') {
    throw new BadProof(t("The proof does not name its key."), '/verificationMethod');
  }
  for(const member of ['created', 'expires']) {
    if(member in proof && moment(proof[member], member) <= at && member === 'expires') {
      throw new BadProof(t("The signature ran out on {date}.", {date: proof.expires}), '/expires');
    }
  }
  if('previousProof' in proof) {
    throw new BadProof(t("Chains of proofs are not read yet."), '/previousProof');
  }
}

function moment(value, member) {
  try {
    return readTimestamp(value);
  } catch(error) {
    if(!(error instanceof BadDate)) {
      throw error;
    }
    throw new BadProof(t("The proof's {member} is not a date and time.", {member}), '/' + member);
  }
}

function signed(document, proof, key, documents) {
  key.mustBe(['Ed25519'], "A proof of the suite eddsa-rdfc-2022");
  const value = proof.proofValue;
  const wrong = () => new BadProof(t("The signature is not written in base58btc."), '/proofValue');
  if(typeof value !== 'string' || !value.startsWith('z')) {
    throw new BadProof(t("The signature is missing or not written in base58btc."), '/proofValue');
  }
  const signature = caught(() => decode(value), fault => {
    throw fault instanceof BadKey ? wrong() : fault;
  });
  const hash = canonicalHash(document);
  // §3.2.5: the configuration takes the document's context, whatever the proof says itself.
  const config = without(proof, '@context', 'proofValue');
  if((document['@context'] ?? null) !== null) {
    config['@context'] = document['@context'];
  }
  const options = digest(canonicalize(toRdf(config, LOOKED_UP), PROOF_WORK));
  const known = verified.get(proof) ?? {};
  if(known.document !== document || known.key !== key.multibase) {
    Object.assign(known, {document, key: key.multibase, answer: key.verifies(signature, Uint8Array.of(...options, ...hash), documents)});
    verified.set(proof, known);
  }
  return known.answer;
}
