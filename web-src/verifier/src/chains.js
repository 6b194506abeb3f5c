// Chains of proofs: a proof that was made over earlier ones (VC-DI §4.3, §4.5).
import {isObject} from './document.js';
import {BadProof} from './errors.js';
import {t} from './text.js';

const PLACE = '/previousProof';
export const entries = value => Array.isArray(value) ? value : (value ?? null) === null ? [] : [value];
const listed = value => Array.isArray(value) ? value : [value];
const standing = (names, proofs) => proofs.flatMap((one, index) => isObject(one) && names.includes(one.id) ? [index] : []);

// Where the proofs stand that this one builds on.
export function before(proof, proofs) {
  if(!('previousProof' in proof)) {
    return [];
  }
  const names = listed(proof.previousProof);
  if(!names.length || !names.every(name => typeof name === 'string' && name)) {
    throw new BadProof(t("The proof builds on others, but does not name them by their ids."), PLACE);
  }
  if(new Set(names).size < names.length) {
    throw new BadProof(t("The proof names one of those it builds on twice."), PLACE);
  }
  for(const name of names) {
    const {length} = standing([name], proofs);
    if(length !== 1) {
      throw new BadProof(length ? t("The proof builds on “{name}”, which names more than one of them.", {name}) :
        t("The proof builds on “{name}”, which is not among the proofs here.", {name}), PLACE);
    }
  }
  const found = standing(names, proofs);
  if(comesBack(proof, found, proofs)) {
    throw new BadProof(t("The proof builds on itself, by way of others."), PLACE);
  }
  return found;
}

function comesBack(proof, found, proofs) {
  const seen = new Set();
  const waiting = [...found];
  while(waiting.length) {
    const index = waiting.pop();
    if(proofs[index] === proof) {
      return true;
    }
    if(!seen.has(index)) {
      seen.add(index);
      const names = listed(proofs[index].previousProof).filter(name => typeof name === 'string');
      waiting.push(...standing(names, proofs));
    }
  }
  return false;
}
