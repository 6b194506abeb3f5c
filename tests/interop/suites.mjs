// Every suite that signs a whole document, by both JavaScript libraries: each line in is a JSON
// object {do, library, ...}, each line out its answer.
//   issue    {library, cryptosuite, credential, key, created}   -> {credential}
//   verify   {library, cryptosuite, credential, now}            -> {verified, error?}
import {createInterface} from 'node:readline';
import {DataIntegrityProof} from '@digitalbazaar/data-integrity';
import {driver} from '@digitalbazaar/did-method-key';
import * as ecdsaJcs from '@digitalbazaar/ecdsa-jcs-2019-cryptosuite';
import * as EcdsaMultikey from '@digitalbazaar/ecdsa-multikey';
import {cryptosuite as ecdsaRdfc} from '@digitalbazaar/ecdsa-rdfc-2019-cryptosuite';
import * as Ed25519Multikey from '@digitalbazaar/ed25519-multikey';
import * as eddsaJcs from '@digitalbazaar/eddsa-jcs-2022-cryptosuite';
import {cryptosuite as eddsaRdfc} from '@digitalbazaar/eddsa-rdfc-2022-cryptosuite';
import * as digitalbazaar from '@digitalbazaar/vc';
import * as digitalcredentials from '@digitalcredentials/vc';
import {documentLoader} from './engine.mjs';

const libraries = {digitalbazaar, digitalcredentials};
const both = cryptosuite => ({sign: cryptosuite, check: cryptosuite});
const apart = suite => ({sign: suite.createSignCryptosuite(), check: suite.createVerifyCryptosuite()});
const suites = {
  'eddsa-rdfc-2022': {...both(eddsaRdfc), keys: Ed25519Multikey},
  'eddsa-jcs-2022': {...apart(eddsaJcs), keys: Ed25519Multikey},
  'ecdsa-rdfc-2019': {...both(ecdsaRdfc), keys: EcdsaMultikey},
  'ecdsa-jcs-2019': {...apart(ecdsaJcs), keys: EcdsaMultikey}
};

const didKey = driver();
didKey.use({multibaseMultikeyHeader: 'z6Mk', fromMultibase: Ed25519Multikey.from});
didKey.use({multibaseMultikeyHeader: 'zDna', fromMultibase: EcdsaMultikey.from});
didKey.use({multibaseMultikeyHeader: 'z82L', fromMultibase: EcdsaMultikey.from});

async function load(url) {
  if(!url.startsWith('did:key:')) {
    return documentLoader()(url);
  }
  return {contextUrl: null, documentUrl: url, document: await didKey.get({url})};
}

const answers = {
  async issue({library, cryptosuite, credential, key, created}) {
    const {sign, keys} = suites[cryptosuite];
    const {signer} = await keys.from({...key, type: 'Multikey'});
    const suite = new DataIntegrityProof({signer: signer(), date: created, cryptosuite: sign});
    return {
      credential: await libraries[library].issue({credential, suite, now: created, documentLoader: load})
    };
  },
  async verify({library, cryptosuite, credential, now}) {
    const suite = new DataIntegrityProof({cryptosuite: suites[cryptosuite].check});
    const {verified, error} = await libraries[library].verifyCredential(
      {credential, now, suite, documentLoader: load});
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
