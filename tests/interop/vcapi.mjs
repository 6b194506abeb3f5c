// A small test suite of the W3C's kind: reads the localConfig.cjs named as its argument, calls the endpoints it finds
// there by their tags, and writes as JSON what Digital Bazaar's library thinks of the answers, and they of its documents.
import {createRequire} from 'node:module';
import {DataIntegrityProof} from '@digitalbazaar/data-integrity';
import {driver} from '@digitalbazaar/did-method-key';
import * as EcdsaMultikey from '@digitalbazaar/ecdsa-multikey';
import * as sd from '@digitalbazaar/ecdsa-sd-2023-cryptosuite';
import * as Ed25519Multikey from '@digitalbazaar/ed25519-multikey';
import {cryptosuite as eddsa} from '@digitalbazaar/eddsa-rdfc-2022-cryptosuite';
import * as vc from '@digitalbazaar/vc';
import {checkStatus} from '@digitalbazaar/vc-bitstring-status-list';
import {documentLoader} from './engine.mjs';

const {implementations: [cairn]} = createRequire(import.meta.url)(process.argv[2]);
const didKey = driver();
didKey.use({multibaseMultikeyHeader: 'z6Mk', fromMultibase: Ed25519Multikey.from});
didKey.use({multibaseMultikeyHeader: 'zDna', fromMultibase: EcdsaMultikey.from});

const load = async url => {
  const answer = document => ({contextUrl: null, documentUrl: url, document});
  if(url.startsWith('did:key:')) {
    return answer(await didKey.get({url}));
  }
  return url.startsWith('https://127.0.0.1:') ? answer(await (await fetch(url)).json()) : documentLoader()(url);
};

async function post({endpoint, method, options}, body) {
  const headers = {'Content-Type': 'application/json'};
  const json = {...body, options: {...options, ...body.options}};
  const response = await fetch(endpoint, {method, headers, body: JSON.stringify(json)});
  return {status: response.status, data: await response.json()};
}

const tagged = (endpoints, tag) => endpoints.find(({tags}) => tags.includes(tag));
const credential = ({id: issuer}, changes) => ({
  '@context': ['https://www.w3.org/ns/credentials/v2', {own: 'https://example.org/#own'}],
  type: ['VerifiableCredential'],
  issuer,
  name: {'@value': 'Knots', '@language': 'en', '@direction': 'ltr'},
  credentialSubject: {id: 'did:example:subject', own: 'words'},
  ...changes
});
const verified = async (document, cryptosuite, more) => (await vc.verifyCredential(
  {credential: document, suite: new DataIntegrityProof({cryptosuite}), documentLoader: load, ...more})).verified;
const said = {};

const issuer = tagged(cairn.issuers, 'eddsa-rdfc-2022');
const issued = (await post(issuer, {credential: credential(issuer)})).data;
said.issued = await verified(issued, eddsa);

const hiding = tagged(cairn.issuers, 'ecdsa-sd-2023');
const whole = (await post(hiding, {credential: credential(hiding), options: {mandatoryPointers: ['/issuer']}})).data;
const selectivePointers = ['/credentialSubject/own'];
const shown = (await post(cairn.vcHolders[0], {verifiableCredential: whole, options: {selectivePointers}})).data;
said.derived = await verified(shown, sd.createVerifyCryptosuite());
const theirs = await vc.derive({
  verifiableCredential: whole, documentLoader: load,
  suite: new DataIntegrityProof({cryptosuite: sd.createDiscloseCryptosuite({selectivePointers})})
});
const verifier = tagged(cairn.verifiers, 'ecdsa-sd-2023');
said.derivedByThem = (await post(verifier, {verifiableCredential: theirs})).status;

const listing = tagged(cairn.issuers, 'BitstringStatusList');
const listed = (await post(listing, {credential: credential(listing, {id: 'urn:uuid:1'})})).data;
said.listed = await verified(listed, eddsa, {
  checkStatus: options => checkStatus({...options, verifyBitstringStatusListCredential: true})
});

const key = await Ed25519Multikey.generate();
const {publicKeyMultibase} = await key.export({publicKey: true});
const holder = `did:key:${publicKeyMultibase}`;
const signer = {...key.signer(), id: `${holder}#${publicKeyMultibase}`};
const suite = () => new DataIntegrityProof({signer, cryptosuite: eddsa});
const held = await vc.issue({credential: credential({id: holder}), suite: suite(), documentLoader: load});
const asked = {challenge: 'uJdt', domain: 'github.com/example/suite'};
const presented = await vc.signPresentation({
  presentation: vc.createPresentation({verifiableCredential: [held, issued], holder}),
  suite: suite(), documentLoader: load, ...asked
});
const presentations = tagged(cairn.vpVerifiers, 'vc2.0');
const present = async options => (await post(presentations, {verifiablePresentation: presented, options})).status;
said.presented = [await present(asked), await present({...asked, challenge: 'other'})];
console.log(JSON.stringify(said));
