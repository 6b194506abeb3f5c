// Decentralised identifiers: did:key is its own document, did:web names a place on the web.
import {shown} from './document.js';
import {BadKey, caught} from './errors.js';
import {PublicKey} from './keys.js';
import {t} from './text.js';

const MAX_BYTES = 256 * 1024;
const SYNTAX = /^did:([a-z0-9]+):((?:[A-Za-z0-9._:-]|%[0-9A-Fa-f]{2})+)$/;
const HOST = /^([A-Za-z0-9.-]+)(?:%3[Aa]([1-9][0-9]{0,4}))?$/;
const LABEL = /^(?!-)[A-Za-z0-9-]{1,63}(?<!-)$/;
const NUMBER = /^(?:[0-9]+|0[xX][0-9A-Fa-f]*)$/;
const FORBIDDEN = /[/\\%\x00-\x20\x7f]/;

export function resolve(did, documents) {
  const [name] = split(did);
  if(name !== 'key' && name !== 'web') {
    throw new BadKey(t("The DID method did:{method} is not supported. Supported: did:key, did:web.", {method: name}));
  }
  const document = name === 'key' ? keyDocument(did) : webDocument(did, documents);
  if(document.id !== did) {
    throw new BadKey(t("The document found for {did} is about {other}. Ask the issuer to publish a document whose id is the DID, letter for letter.",
      {did, other: typeof document.id === 'string' ? `'${document.id}'` : shown(document.id)}), '/id');
  }
  return document;
}

function split(did) {
  const match = did.length <= 2048 ? SYNTAX.exec(did) : null;
  if(!match || did.endsWith(':')) {
    throw new BadKey(t("“{did}” is not a DID. A DID is written did:method:identifier, such as did:web:example.edu, with no spaces and no part after #, ? or /.",
      {did: did.slice(0, 100)}));
  }
  return [match[1], match[2]];
}

export function didKey(did) {
  const [name, multibase] = split(did);
  if(name !== 'key' || multibase.includes(':')) {
    throw new BadKey(t("“{did}” is not written as did:key: and one Multikey, such as did:key:z6Mk....", {did}));
  }
  return PublicKey.fromMultibase(multibase);
}

function keyDocument(did) {
  const key = didKey(did).multibase;
  const id = `${did}#${key}`;
  return {
    __proto__: null, id: did,
    verificationMethod: [{__proto__: null, id, type: 'Multikey', controller: did, publicKeyMultibase: key}],
    authentication: [id], assertionMethod: [id]
  };
}

function webDocument(did, documents) {
  const url = urlFor(did);
  return caught(() => documents.read(url, MAX_BYTES), fault => {
    throw fault.code !== 'document.unreadable' ? fault :
      new BadKey(t("The DID document at {url} cannot be read. Ask the issuer to mend it. {reason}",
        {url, reason: fault.message}));
  });
}

// The https address of a did:web's document; no part of it can lead out of the place it names.
export function urlFor(did) {
  const [host, ...segments] = split(did)[1].split(':');
  const path = segments.map(segment => oneSegment(did, segment)).join('/') || '.well-known';
  return `https://${authority(did, host)}/${path}/did.json`;
}

function authority(did, text) {
  const match = HOST.exec(text);
  const host = match?.[1].toLowerCase() ?? '';
  const labels = host.split('.');
  if(!match || host.length > 253 || !labels.every(label => LABEL.test(label)) ||
    NUMBER.test(labels.at(-1)) || Number(match[2] ?? 1) > 65535) {
    throw nowhere(did);
  }
  return match[2] ? `${host}:${match[2]}` : host;
}

function oneSegment(did, segment) {
  let plain = '';
  try {
    plain = decodeURIComponent(segment);
  } catch {
    // Not UTF-8: refused below.
  }
  if(plain === '' || plain === '.' || plain === '..' || FORBIDDEN.test(plain)) {
    throw nowhere(did);
  }
  return segment;
}

function nowhere(did) {
  return new BadKey(t("{did} does not name a place on the web.", {did}));
}
