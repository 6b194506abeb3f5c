// Proofs: is the document unaltered, and which key says so?
import {before, entries} from './chains.js';
import {findSignatory} from './controllers.js';
import {isObject, pointer} from './document.js';
import {BadProof, caught, Fault, Unavailable} from './errors.js';
import {canonicalHash, covered, isKnown, signed} from './suites.js';
import {BadDate, readTimestamp} from './timestamps.js';
import {t} from './text.js';

const MAX_PROOFS = 16;

export {canonicalHash};

// Checks every proof; one that is not known here is skipped, one that does not hold always counts.
export function checkProofs(document, {issuer, documents, at}) {
  const {proof} = document;
  const proofs = entries(proof);
  if(!proofs.length) {
    throw new BadProof(t("Nobody signed this document: it carries no proof."), '/proof', 'proof.missing');
  }
  if(proofs.length > MAX_PROOFS) {
    throw new BadProof(t("More than {most} proofs are not read.", {most: MAX_PROOFS}), '/proof');
  }
  return founded(proofs, proofs.map((entry, index) => {
    const place = Array.isArray(proof) ? pointer('proof', index) : '/proof';
    if(!isObject(entry) || !isKnown(entry)) {
      return isObject(entry) && isDisclosed(entry) ? leftToTheServer(place) : {pointer: place, state: 'skipped'};
    }
    return caught(() => {
      optionsHold(entry, at);
      const parts = covered(document, before(entry, proofs).map(place => proofs[place]));
      const signatory = findSignatory(entry.verificationMethod, {issuer, documents, at});
      if(!signed(parts, entry, signatory.key, documents)) {
        throw new Fault('proof.altered', t("The contents are not what was signed."), '/proofValue');
      }
      return {pointer: place, state: 'passed', signatory};
    }, error => ({pointer: place, state: error instanceof Unavailable ? 'unknown' : 'failed', error}));
  }));
}

const isDisclosed = ({type, cryptosuite}) => type === 'DataIntegrityProof' && cryptosuite === 'ecdsa-sd-2023';

function leftToTheServer(place) {
  return {pointer: place, state: 'unknown', error: new Unavailable('proof.server',
    t("It shows a part of what was signed (ecdsa-sd-2023), which is not checked in the browser. Let the server check it."))};
}

// Takes back what was found of a link whose earlier links were not all found to hold.
function founded(proofs, results) {
  let unsure = results.flatMap(({state}, index) => state === 'passed' ? [] : [index]);
  while(unsure.length) {
    const sunk = results.flatMap(({state}, index) =>
      state === 'passed' && before(proofs[index], proofs).some(one => unsure.includes(one)) ? [index] : []);
    for(const index of sunk) {
      results[index] = {pointer: results[index].pointer, state: 'unknown', error: new Unavailable('proof.unfounded',
        t("It builds on an earlier proof that could not be confirmed."), '/previousProof')};
    }
    unsure = sunk;
  }
  return results;
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
  if(!entries(proof.domain).every(one => typeof one === 'string')) {
    throw new BadProof(t("The proof's domain is not text."), '/domain');
  }
  if('challenge' in proof && typeof proof.challenge !== 'string') {
    throw new BadProof(t("The proof's challenge is not text."), '/challenge');
  }
}

function moment(value, member) {
  try {
    // VC-DI §2.1: written without an offset, against the rule, it is a time in UTC.
    return readTimestamp(value, false);
  } catch(error) {
    if(!(error instanceof BadDate)) {
      throw error;
    }
    throw new BadProof(t("The proof's {member} is not a date and time.", {member}), '/' + member);
  }
}
