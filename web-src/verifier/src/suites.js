// The suites that sign two hashes: of what the proof says of itself, then of the document (Data Integrity
// EdDSA and ECDSA Cryptosuites v1.0, §3).
import {sha256, sha384} from '@noble/hashes/sha2.js';
import {LOOKED_UP} from './datamodel.js';
import {BadKey, BadProof, caught, Fault, Unavailable} from './errors.js';
import {canonicalize as inJson} from './jcs.js';
import {decode} from './multibase.js';
import {ownWords, toRdf} from './quads.js';
import {canonicalize, digest} from './rdfc.js';
import {t} from './text.js';

// A proof says a few plain things of itself; whatever takes more work than that is no proof.
const PROOF_WORK = 1_000;
const LEGACY = 'Ed25519Signature2020';
const SUITES = {
  'eddsa-rdfc-2022': [['Ed25519'], rdfcHashes], 'eddsa-jcs-2022': [['Ed25519'], jcsHashes],
  'ecdsa-rdfc-2019': [['P-256', 'P-384'], rdfcHashes], 'ecdsa-jcs-2019': [['P-256', 'P-384'], jcsHashes]
};
// What was worked out about a document or a proof; an inspection may begin several times.
const kept = new Map([[sha256, new WeakMap()], [sha384, new WeakMap()]]);
const verified = new WeakMap();

// Whether a proof is made in a way that is known here.
export const isKnown = ({type, cryptosuite}) => type === 'DataIntegrityProof' ?
  typeof cryptosuite === 'string' && Object.hasOwn(SUITES, cryptosuite) : type === LEGACY;

// Whether the proof is this key's over the document.
export function signed(document, proof, key, documents) {
  const [kinds, hashes] = proof.type === LEGACY ? [['Ed25519'], rdfcHashes] : SUITES[proof.cryptosuite];
  key.mustBe(kinds, proof.type === LEGACY ? `A proof of the type ${LEGACY}` : `A proof of the suite ${proof.cryptosuite}`);
  if(proof.type === LEGACY && 'cryptosuite' in proof) {
    throw new BadProof(t("The proof is not a plain {type}.", {type: LEGACY}));
  }
  const signature = signatureOf(proof);
  const message = hashes(document, proof, key.kind === 'P-384' ? sha384 : sha256);
  const known = verified.get(proof) ?? {};
  if(known.document !== document || known.key !== key.multibase) {
    Object.assign(known, {document, key: key.multibase, answer: key.verifies(signature, message, documents)});
    verified.set(proof, known);
  }
  return known.answer;
}

function signatureOf({proofValue}) {
  if(typeof proofValue !== 'string' || !proofValue.startsWith('z')) {
    throw new BadProof(t("The signature is missing or not written in base58btc."), '/proofValue');
  }
  return caught(() => decode(proofValue), fault => {
    throw fault instanceof BadKey ? new BadProof(t("The signature is not written in base58btc."), '/proofValue') : fault;
  });
}

function rdfcHashes({whole, rest, earlier}, proof, hash) {
  const document = earlier.length ? hashOf(whole, {__proto__: null, ...rest, proof: earlier}, hash) : canonicalHash(whole, hash);
  // §3.2.5: the configuration takes the document's context, whatever the proof says itself.
  const config = without(proof, '@context', 'proofValue');
  if((rest['@context'] ?? null) !== null) {
    config['@context'] = rest['@context'];
  }
  const options = digest(canonicalize(toRdf(config, LOOKED_UP), PROOF_WORK, hash), hash);
  return Uint8Array.of(...options, ...document);
}

function jcsHashes({rest, earlier}, proof, hash) {
  const document = {__proto__: null, ...rest, ...earlier.length ? {proof: earlier} : {}};
  if('@context' in proof) {
    const [whole, first] = [document['@context'], proof['@context']].map(one => Array.isArray(one) ? one : [one ?? null]);
    if(first.length > whole.length || !first.every((one, index) => one === whole[index])) {
      throw new BadProof(t("The document's vocabularies do not begin with those under which it was signed."), '/@context');
    }
    document['@context'] = proof['@context'];
  }
  return Uint8Array.of(...[without(proof, 'proofValue'), document].flatMap(one => [...digest(inJson(one), hash)]));
}

// What a proof covers: the document without its proofs, and those of them that it builds on.
const parts = new WeakMap();
export function covered(whole, earlier) {
  if(earlier.length) {
    return {whole, rest: without(whole, 'proof'), earlier};
  }
  if(!parts.has(whole)) {
    parts.set(whole, {whole, rest: without(whole, 'proof'), earlier});
  }
  return parts.get(whole);
}

// The hash of the canonical RDF of a document without its proof, worked out once.
export function canonicalHash(document, hash = sha256) {
  const memory = kept.get(hash);
  if(!memory.has(document)) {
    memory.set(document, caught(() => hashOf(document, without(document, 'proof'), hash), fault => fault));
  }
  const answer = memory.get(document);
  if(answer instanceof Fault) {
    // A copy: what looks at a fault adds to its pointer.
    throw Object.assign(Object.create(Object.getPrototypeOf(answer)), answer, {message: answer.message});
  }
  return answer;
}

function hashOf(whole, document, hash) {
  const place = ownWords(whole);
  if(place !== null) {
    throw new Unavailable('context.own', t("It defines the meaning of some of its words itself, so nobody can tell whether they mean what they seem to say."),
      place);
  }
  return digest(canonicalize(toRdf(document, LOOKED_UP), undefined, hash), hash);
}

function without(document, ...names) {
  const rest = Object.assign(Object.create(null), document);
  names.forEach(name => delete rest[name]);
  return rest;
}
