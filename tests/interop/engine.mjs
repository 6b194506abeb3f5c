// The Digital Bazaar libraries behind a few functions, with no way to the network: contexts are the
// ones that Cairn bundles, did:key is worked out, anything else has to be handed in.
import {readFileSync} from 'node:fs';
import {DataIntegrityProof} from '@digitalbazaar/data-integrity';
import {driver} from '@digitalbazaar/did-method-key';
import * as Ed25519Multikey from '@digitalbazaar/ed25519-multikey';
import {cryptosuite} from '@digitalbazaar/eddsa-rdfc-2022-cryptosuite';
import * as vc from '@digitalbazaar/vc';
import * as digitalcredentials from '@digitalcredentials/vc';
import {checkStatus, createList} from '@digitalbazaar/vc-bitstring-status-list';
import jsonld from 'jsonld';
import * as rdfCanonize from 'rdf-canonize';

const MULTIKEY = 'https://w3id.org/security/multikey/v1';
const CONTEXTS = new URL('../../src/cairn/vc/contexts/', import.meta.url);

const didKey = driver();
didKey.use({multibaseMultikeyHeader: 'z6Mk', fromMultibase: Ed25519Multikey.from});

const json = file => JSON.parse(readFileSync(new URL(file, CONTEXTS), 'utf8'));
const contexts = new Map(
  json('MANIFEST.json').files.flatMap(({file, urls}) => urls.map(url => [url, json(file)])));

// Finds what a fragment names inside a document, as a DID resolver does.
function fragment(document, url) {
  const methods = [document.verificationMethod, document.assertionMethod].flat();
  const found = methods.find(method => method?.id === url);
  if(!found) {
    throw new Error(`${url} is not in the document that was handed in.`);
  }
  return {'@context': MULTIKEY, ...found};
}

export function documentLoader(documents = {}) {
  return async url => {
    const answer = (document, tag) => ({contextUrl: null, documentUrl: url, document, tag});
    if(contexts.has(url)) {
      return answer(contexts.get(url), 'static');
    }
    if(url in documents) {
      return answer(documents[url]);
    }
    if(url.startsWith('did:key:')) {
      return answer(await didKey.get({url}));
    }
    const [base] = url.split('#');
    if(base in documents) {
      return answer(fragment(documents[base], url));
    }
    throw new Error(`No document was handed in for ${url}.`);
  };
}

// A revoked credential has a good signature; to a reader it is no good.
async function standing(options) {
  const answer = await checkStatus(options);
  const set = answer.results?.find(({status}) => status);
  if(!set) {
    return answer;
  }
  const error = new Error(`The bit for ${set.credentialStatus.statusPurpose} is set.`);
  return {...answer, verified: false, error};
}

// Two libraries that take the same options.
export const libraries = {'@digitalbazaar/vc': vc, '@digitalcredentials/vc': digitalcredentials};

export async function verify({credential, documents, now, library = vc}) {
  const result = await library.verifyCredential({
    credential, now, documentLoader: documentLoader(documents), checkStatus: standing,
    suite: new DataIntegrityProof({cryptosuite})
  });
  if(result.verified) {
    return {verified: true};
  }
  const error = result.statusResult?.error ?? result.error;
  return {verified: false, error: [error, ...error?.errors ?? []].map(String).join(' ')};
}

export async function signer({controller, id, publicKeyMultibase, secretKeyMultibase}) {
  const key = await Ed25519Multikey.from(
    {controller, id, publicKeyMultibase, secretKeyMultibase, type: 'Multikey'});
  return key.signer();
}

export async function issue({credential, key, by, created, documents, library = vc}) {
  by ??= await signer(key);
  const suite = new DataIntegrityProof({signer: by, date: created, cryptosuite});
  return library.issue({credential, suite, now: created, documentLoader: documentLoader(documents)});
}

export async function present({presentation, key, challenge, domain, documents}) {
  const suite = new DataIntegrityProof({signer: await signer(key), cryptosuite});
  return vc.signPresentation({presentation, suite, challenge, domain, documentLoader: documentLoader(documents)});
}

export async function verifyPresentation({presentation, challenge, domain, documents, now}) {
  const {verified, error} = await vc.verify({
    presentation, challenge, domain, now, suite: new DataIntegrityProof({cryptosuite}),
    documentLoader: documentLoader(documents), checkStatus: standing
  });
  return {verified, error: verified ? undefined : [error, ...error?.errors ?? []].map(String).join(' ')};
}

export function quads({document, documents}) {
  return jsonld.toRDF(document, {
    base: null, safe: true, produceGeneralizedRdf: false, rdfDirection: 'i18n-datatype',
    documentLoader: documentLoader(documents)
  });
}

export async function canonize({document, nquads, documents, ...options}) {
  const dataset = nquads === undefined ? await quads({document, documents}) : nquads;
  return rdfCanonize.canonize(dataset, {
    algorithm: 'RDFC-1.0', format: 'application/n-quads',
    ...(nquads === undefined ? {} : {inputFormat: 'application/n-quads'}), ...options
  });
}

export async function statusList({length, ones}) {
  const list = await createList({length});
  ones.forEach(index => list.setStatus(index, true));
  return list.encode();
}
