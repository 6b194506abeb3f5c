// Has the issuer taken it back? Status entries, followed to lists that are themselves verified
// (Bitstring Status List v1.0; the codes are its own, §3.5).
import {datamodelProblems, issuerId, validity} from './datamodel.js';
import {isObject, listed as asList, many} from './document.js';
import {BadKey, caught, Fault, Unavailable} from './errors.js';
import {decode} from './multibase.js';
import {checkProofs} from './proofs.js';
import {BadDate} from './timestamps.js';
import {t} from './text.js';

export const MAX_LIST_BYTES = 32 * 1024 * 1024;
const MAX_UNPACKED = 16 * 1024 * 1024;
const MINIMUM_LENGTH = 131_072;

const RETRIEVAL = 'STATUS_RETRIEVAL_ERROR';
const untrusted = (message, pointer) => new Fault('STATUS_VERIFICATION_ERROR', message, pointer);
const malformed = message => new Fault('MALFORMED_VALUE_ERROR', message);
const again = fault => malformed(t("The encoded list {fault}. Fetch it again; if that does not help, its issuer has to publish it again.", {fault}));
const mend = (member, fault) => malformed(t("{member} {fault}. Ask the issuer to mend it.", {member, fault}));

// Returns if the list says that the credential stands, or throws what keeps it from standing.
export function mustStand(entry, credential, {signatory, documents, at}) {
  const types = isObject(entry) ? entry.type : null;
  if(asList(types).includes('1EdTechRevocationList')) {
    mustNotBeNamed(entry, credential, documents);
    return;
  }
  const place = parseEntry(entry);
  const list = load(place.url, documents);
  mustBeTrusted(list, credential, {signatory, documents, at});
  const bits = readList(list, place.purpose, documents);
  if(place.index >= bits.length * 8) {
    throw new Fault('RANGE_ERROR', t("Place {index} is outside the status list, which has {length} places. Check the index, or the address of the list.",
      {index: place.index, length: bits.length * 8}));
  }
  if(!(bits[Math.floor(place.index / 8)] & (0x80 >> place.index % 8))) {
    // An all-clear from another list of the same issuer is none.
    if(('id' in list ? list.id : place.url) !== place.url) {
      throw new Unavailable(RETRIEVAL, t("What stands at the address of the status list calls itself another list, so it does not say whether the credential still stands."));
    }
    return;
  }
  if(place.purpose === 'suspension') {
    throw new Fault('status.suspended', t("The issuer has suspended this credential."));
  }
  if(place.purpose === 'revocation') {
    throw new Fault('status.revoked', t("The issuer has revoked this credential."));
  }
  throw new Unavailable('status.other_purpose', t("The issuer has marked this credential on a list about “{purpose}”. What follows from that is for the issuer to say.",
    {purpose: place.purpose.slice(0, 40)}));
}

// The addresses of the bitstring lists that a credential names.
export function listAddresses(document) {
  return asList(document.credentialStatus)
    .map(entry => isObject(entry) ? entry.statusListCredential ?? null : null).filter(url => typeof url === 'string');
}

function load(url, documents) {
  return caught(() => documents.read(url, MAX_LIST_BYTES), fault => {
    if(fault instanceof Unavailable) {
      throw new Unavailable(RETRIEVAL, t("The issuer's status list could not be had. {reason}", {reason: fault.message}));
    }
    throw malformed(t("The issuer's status list cannot be read. {reason}", {reason: fault.message}));
  });
}

// Checks the list as a credential of its own, from the same issuer (§3.2).
function mustBeTrusted(list, credential, {signatory, documents, at}) {
  for(const [place, fault] of datamodelProblems(list)) {
    throw untrusted(t("The status list does not conform: {problem}", {problem: `${place || t("The document")} ${fault}`}));
  }
  const issuer = issuerId(list);
  if(issuer !== issuerId(credential)) {
    throw untrusted(t("The status list was made by somebody else than the issuer."));
  }
  const results = caught(() => checkProofs(list, {issuer, documents, at}), fault => {
    throw untrusted(t("The status list is not signed. {reason}", {reason: fault.message}));
  });
  const failed = results.find(result => result.state === 'failed');
  if(failed) {
    throw untrusted(t("The signature of the status list does not hold. {reason}", {reason: failed.error.message}));
  }
  const signers = results.filter(result => result.signatory).map(result => result.signatory);
  if(!signers.length) {
    throw new Unavailable(RETRIEVAL, t("The signature of the status list could not be checked."));
  }
  if(!signers.some(signer => ['published', 'self'].includes(signer.voucher) || signer.key.equals(signatory.key))) {
    throw untrusted(t("The status list was signed by somebody else than the issuer."));
  }
  const [since, until] = datesOf(list);
  if((since !== null && since > at) || (until !== null && until < at)) {
    throw new Unavailable('status.stale', t("The status list at hand is past its date, so nobody can tell whether the credential still stands."));
  }
}

function datesOf(list) {
  try {
    return validity(list);
  } catch(error) {
    if(!(error instanceof BadDate)) {
      throw error;
    }
    throw untrusted(t("The dates of the status list cannot be read."));
  }
}

// Reads a 1EdTechRevocationList: JSON that names the credentials taken back.
function mustNotBeNamed(entry, credential, documents) {
  if(typeof entry.id !== 'string') {
    throw malformed(t("The revocation list has no address."));
  }
  const list = load(entry.id, documents);
  if('issuer' in list && issuerId(list) !== issuerId(credential)) {
    throw untrusted(t("The revocation list was made by somebody else than the issuer."));
  }
  const names = ['revokedCredential', 'revokedCredentials'].filter(name => name in list);
  if(!names.length) {
    throw malformed(t("What stands at the address of the revocation list is no such list."));
  }
  for(const given of names.flatMap(name => many(list[name]))) {
    const item = typeof given === 'string' ? {id: given} : given;
    if(!isObject(item) || typeof item.id !== 'string') {
      throw malformed(t("The revocation list names a credential that has no id."));
    }
    if(item.id === credential.id && item.revoked !== false) {
      const reason = [...typeof item.revocationReason === 'string' ? item.revocationReason : ''].slice(0, 200).join('');
      throw new Fault('status.revoked', reason
        ? t("The issuer has revoked this credential. It says: “{reason}”.", {reason}) : t("The issuer has revoked this credential."));
    }
  }
}

function parseEntry(value) {
  if(!isObject(value)) {
    throw malformed(t("The credential status is not an object. Ask the issuer to mend it."));
  }
  if(!asList(value.type).includes('BitstringStatusListEntry')) {
    throw mend('type', t("does not contain BitstringStatusListEntry"));
  }
  const purpose = value.statusPurpose;
  if(typeof purpose !== 'string' || !purpose) {
    throw mend('statusPurpose', t("is not a word such as revocation"));
  }
  const url = value.statusListCredential;
  if(typeof url !== 'string' || !/^[A-Za-z][A-Za-z0-9+.-]*:[^\s\x85\x1c-\x1f]+$/.test(url)) {
    throw mend('statusListCredential', t("is not the address of a list"));
  }
  if('id' in value && (value.id === url || typeof value.id !== 'string')) {
    throw mend('id', t("must be an address of the entry's own, not that of the list"));
  }
  const size = 'statusSize' in value ? value.statusSize : 1;
  if(![1, 2, 3, 4, 5, 6, 7, 8].includes(size)) {
    throw mend('statusSize', t("is not a whole number from 1 to 8"));
  }
  if('statusMessage' in value || 'statusReference' in value) {
    throw new Unavailable('status.server', t("The status says more than yes or no, which is not read in the browser. Let the server check it."));
  }
  const written = value.statusListIndex;
  const index = typeof written === 'string' && /^[0-9]{1,16}$/.test(written) ? Number(written) : written;
  if(!Number.isInteger(index) || index < 0 || index > 2 ** 53) {
    throw mend('statusListIndex', t("is not a whole number in quotes, such as \"94567\""));
  }
  if(size > 1) {
    throw mend('statusMessage', t("does not say what each of the {count} values means, from 0x0 on", {count: 1 << size}));
  }
  return {url, purpose, index};
}

function readList(document, purpose, documents) {
  if(!asList(document.type).includes('BitstringStatusListCredential')) {
    throw mend('type', t("does not contain BitstringStatusListCredential, so this is no status list"));
  }
  let subject = document.credentialSubject;
  if(Array.isArray(subject) && subject.length === 1) {
    [subject] = subject;
  }
  if(!isObject(subject) || !asList(subject.type).includes('BitstringStatusList')) {
    throw mend('credentialSubject', t("is not one object of type BitstringStatusList"));
  }
  if(!asList(subject.statusPurpose).includes(purpose)) {
    throw untrusted(t("The status list is not about {purpose}, which the credential asks for. Its issuer has to point to the right list.", {purpose}));
  }
  const encoded = subject.encodedList;
  if(typeof encoded !== 'string') {
    throw mend('encodedList', t("is not a text"));
  }
  if(!encoded.startsWith('u')) {
    throw malformed(t("The encoded list does not begin with u, the mark of base64url, as Bitstring Status List demands. Its issuer has to publish it again."));
  }
  const packed = caught(() => decode(encoded), fault => {
    throw fault instanceof BadKey ? again(t("is not base64url without padding")) : fault;
  });
  const {bytes, fault} = documents.later('gzip ' + encoded, () => unpack(packed));
  if(fault) {
    throw again(fault === 'much' ? t("unpacks to more than {most} bytes and was not read", {most: MAX_UNPACKED})
      : t("is not gzip, or is damaged"));
  }
  if(bytes.length * 8 < MINIMUM_LENGTH) {
    throw new Fault('STATUS_LIST_LENGTH_ERROR', t("The status list has {length} places, and at least {least} are needed so that nobody can be told from the others. Its issuer has to publish a longer list.",
      {length: bytes.length * 8, least: MINIMUM_LENGTH}));
  }
  return bytes;
}

// Unpacks gzip, at most 16 MiB; a second member makes the length differ from what the last one says.
async function unpack(packed) {
  const chunks = [];
  let length = 0;
  try {
    const reader = new Blob([packed]).stream().pipeThrough(new DecompressionStream('gzip')).getReader();
    for(;;) {
      const {done, value} = await reader.read();
      if(done) {
        break;
      }
      length += value.length;
      if(length > MAX_UNPACKED) {
        reader.cancel().catch(() => {});
        return {fault: 'much'};
      }
      chunks.push(value);
    }
  } catch {
    return {fault: 'damaged'};
  }
  const said = new DataView(packed.buffer, packed.byteOffset).getUint32(packed.length - 4, true);
  if(said !== length) {
    return {fault: 'damaged'};
  }
  const bytes = new Uint8Array(length);
  let at = 0;
  for(const chunk of chunks) {
    bytes.set(chunk, at);
    at += chunk.length;
  }
  return {bytes};
}
