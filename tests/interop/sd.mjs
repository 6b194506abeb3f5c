// ecdsa-sd-2023 by Digital Bazaar: each line in is a JSON object {do, ...}, each line out its answer.
//   issue    {credential, key, created, pointers}   -> {credential}
//   derive   {credential, pointers}                 -> {credential}
//   verify   {credential, now}                      -> {verified, error?}
import {createInterface} from 'node:readline';
import {DataIntegrityProof} from '@digitalbazaar/data-integrity';
import {driver} from '@digitalbazaar/did-method-key';
import * as EcdsaMultikey from '@digitalbazaar/ecdsa-multikey';
import * as sd from '@digitalbazaar/ecdsa-sd-2023-cryptosuite';
import * as vc from '@digitalbazaar/vc';
import {documentLoader} from './engine.mjs';

const didKey = driver();
didKey.use({multibaseMultikeyHeader: 'zDna', fromMultibase: EcdsaMultikey.from});

async function load(url) {
  if(!url.startsWith('did:key:')) {
    return documentLoader()(url);
  }
  return {contextUrl: null, documentUrl: url, document: await didKey.get({url})};
}

const answers = {
  async issue({credential, key, created, pointers}) {
    const {signer} = await EcdsaMultikey.from({...key, type: 'Multikey'});
    const suite = new DataIntegrityProof({
      signer: signer(), date: created, cryptosuite: sd.createSignCryptosuite({mandatoryPointers: pointers})
    });
    return {credential: await vc.issue({credential, suite, now: created, documentLoader: load})};
  },
  async derive({credential, pointers}) {
    const suite = new DataIntegrityProof({
      cryptosuite: sd.createDiscloseCryptosuite({selectivePointers: pointers})
    });
    return {
      credential: await vc.derive({verifiableCredential: credential, suite, documentLoader: load})
    };
  },
  async verify({credential, now}) {
    const suite = new DataIntegrityProof({cryptosuite: sd.createVerifyCryptosuite()});
    const {verified, error} = await vc.verifyCredential({credential, now, suite, documentLoader: load});
    return {verified, error: [error, ...error?.errors ?? []].filter(Boolean).map(String).join(' ')};
  }
};

for await (const line of createInterface({input: process.stdin})) {
  const {do: verb, ...question} = JSON.parse(line);
  let answer;
  try {
    answer = await answers[verb](question);
  } catch(error) {
    answer = {error: [error, ...error.errors ?? [], error.details?.event?.message]
      .filter(Boolean).map(String).join(' ')};
  }
  process.stdout.write(JSON.stringify(answer) + '\n');
}
