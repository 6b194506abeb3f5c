// What somebody dropped or pasted: a credential, a picture with one, a page saved from Cairn, or something else.
import {decode, isObject, listed, parse, shown} from './document.js';
import {caught, Fault, Unavailable} from './errors.js';
import {formOf} from './forms.js';
import {t} from './text.js';

export const MAX_FILE = 16 * 1024 * 1024;
const ENVELOPED = 'EnvelopedVerifiableCredential';
const OPEN_BADGES_2_CLASSES = ['Assertion', 'BadgeClass', 'Endorsement', 'Issuer', 'Profile'];
const OPEN_BADGES_2 = ['https://purl.imsglobal.org/spec/ob/v2p0/context.json', 'https://w3id.org/openbadges/v2', 'https://w3id.org/openbadges/v1'];
// Written so that it can stand in a script that stands in a page.
const SAVED = /<(?:script) id="verifier-data" type="application\/json">([^<]*)<\/(?:script)>/;

const other = kind => new Fault('document.unreadable',
  t("This is {kind}. Ask for the credential itself: a .json file, or a badge as PNG or SVG.", {kind}));

// {content, form}: bytes or text, and how it is secured, from its outside only.
export async function credentialIn(raw) {
  if(raw.length > MAX_FILE) {
    throw new Fault('image.too_large', t("The file is larger than {most} MiB, which is the most that is read.", {most: MAX_FILE / 1024 ** 2}));
  }
  const bytes = typeof raw === 'string' ? new TextEncoder().encode(raw.replace(/^\ufeff/, '')) : raw;
  const head = String.fromCharCode(...bytes.subarray(0, 64));
  const bare = head.replace(/^\xef\xbb\xbf/, '').trimStart().toLowerCase();
  if(head.startsWith('%PDF')) {
    throw other(t("a PDF"));
  }
  if(/^\xff\xd8\xff|^GIF8|^RIFF....WEBP/s.test(head)) {
    throw other(t("a picture of a kind that can carry no credential"));
  }
  if(head.startsWith('PK\x03\x04')) {
    throw other(t("a workbook or another zipped file"));
  }
  if(!bare) {
    throw other(t("an empty file"));
  }
  if(/^(<!doctype html|<html)/.test(bare)) {
    return savedPage(bytes);
  }
  if(head.startsWith('\x89PNG') || bare.startsWith('<') || /^(\xff\xfe|\xfe\xff)/.test(head)) {
    return fromPicture(bytes);
  }
  if(!bare.startsWith('{') && isEnvelope(bytes)) {
    return {content: bytes, form: 'jws'};
  }
  return {content: bytes, form: aboutForm(bytes)};
}

// The reader of pictures comes when there is one to read.
async function fromPicture(bytes) {
  let pictures;
  try {
    pictures = await import('./pictures.js');
  } catch {
    throw new Unavailable('document.unavailable', t("What stands at {url} could not be had.", {url: 'pictures.js'}));
  }
  const found = pictures.unbake(bytes);
  if(found.says) {
    throw new Fault(found.code, t(found.says));
  }
  return found;
}

// A token, with what it discloses, or a COSE message: what the server opens, and nobody here.
function isEnvelope(bytes) {
  return bytes[0] === 0xd2 || formOf(new TextDecoder().decode(bytes).split('~')[0]) === 'jws';
}

// A page saved from Cairn holds the credential as it was signed; what else it holds is not believed.
function savedPage(bytes) {
  const match = SAVED.exec(new TextDecoder().decode(bytes));
  const content = match ? JSON.parse(match[1]).credential : null;
  if(typeof content !== 'string') {
    throw other(t("a web page"));
  }
  return {content, form: 'json'};
}

function aboutForm(bytes) {
  if(envelopeIn(bytes)) {
    return 'jws';
  }
  const text = bytes.length <= 64 * 1024 ? caught(() => decode(bytes), () => '') : '';
  if(!text || text.includes('"credentialSubject"')) {
    return 'json';
  }
  const document = caught(() => parse(text), () => ({}));
  if('protection' in document && 'publicKeyMultibase' in document) {
    throw new Fault('document.unreadable', t("This is a file with a signing key. Give it to nobody."));
  }
  if('verificationMethod' in document && shown(document.id).startsWith('did:')) {
    throw other(t("a DID document, which publishes a key"));
  }
  const context = document['@context'];
  const inline = isObject(context) && listed(document.type).some(type => OPEN_BADGES_2_CLASSES.includes(type));
  return inline || listed(context).some(one => OPEN_BADGES_2.includes(one)) ? 'ob2' : 'json';
}

// A document that is nothing but an envelope (VCDM 2.0 §4.13).
function envelopeIn(bytes) {
  const text = caught(() => decode(bytes), () => '');
  if(!text.includes(ENVELOPED)) {
    return false;
  }
  return [].concat(caught(() => parse(text), () => ({})).type ?? []).includes(ENVELOPED);
}

// What a credential says of itself, for a page to show.
export function factsOf(document) {
  if(!document) {
    return {};
  }
  const subject = first(document.credentialSubject);
  const achievement = isObject(subject) ? first(subject.achievement) : null;
  const named = isObject(subject) ? [].concat(subject.identifier ?? []).find(item =>
    isObject(item) && item.identityType === 'name' && item.hashed !== true) : null;
  return {
    holder: text(subject?.name) ?? text(named?.identityHash),
    title: text(achievement?.name) ?? text(document.name),
    issuer: text(isObject(document.issuer) ? document.issuer.name : document.issuer),
    issued: text(document.validFrom ?? document.issuanceDate),
    expires: text(document.validUntil ?? document.expirationDate)
  };
}

const first = value => Array.isArray(value) ? value[0] : value;

function text(value) {
  const given = isObject(value) ? value['@value'] : first(value);
  return typeof given === 'string' && given.trim() ? given : null;
}
