// W3C Verifiable Credentials Data Model 2.0 (and 1.1): what every credential must be.
import {isObject, listed, pointer} from './document.js';
import {BadDate, readTimestamp} from './timestamps.js';
import {t} from './text.js';

export const V2 = 'https://www.w3.org/ns/credentials/v2';
export const V1 = 'https://www.w3.org/2018/credentials/v1';

const CRED = 'https://www.w3.org/2018/credentials#';
const SEC = 'https://w3id.org/security#';
// What is looked up by name at the top of a credential or a proof, by what the name means.
export const LOOKED_UP = new Map([
  ...['credentialSchema', 'credentialStatus', 'credentialSubject', 'expirationDate', 'issuanceDate', 'issuer',
    'relatedResource', 'validFrom', 'validUntil'].map(name => [CRED + name, name]),
  [SEC + 'expiration', 'expires'],
  [SEC + 'previousProof', 'previousProof']
]);

const URL_LIKE = /^[A-Za-z][A-Za-z0-9+.-]*:[^\t-\r\x1c-\x20\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000<>"{}|\\^`]+$/;
const LANGUAGE = /^[A-Za-z]{1,8}(-[A-Za-z0-9]{1,8})*$/;
const TYPED = ['credentialStatus', 'credentialSchema', 'evidence', 'refreshService', 'termsOfUse'];

export function dataModel(document) {
  const context = document['@context'];
  const first = Array.isArray(context) && context.length ? context[0] : context;
  return first === V2 ? '2.0' : first === V1 ? '1.1' : null;
}

export const isUrl = value => typeof value === 'string' && URL_LIKE.test(value);

export function issuerId(document) {
  const issuer = document.issuer;
  const value = isObject(issuer) ? issuer.id : issuer;
  return typeof value === 'string' ? value : '';
}

// From when until when a credential holds, as far as it says; throws BadDate.
export function validity(document) {
  const moments = names => names.filter(name => name in document)
    .map(name => readTimestamp(document[name], false));
  const starts = moments(['validFrom', 'issuanceDate']);
  const ends = moments(['validUntil', 'expirationDate']);
  return [
    starts.length ? starts.reduce((a, b) => a > b ? a : b) : null,
    ends.length ? ends.reduce((a, b) => a < b ? a : b) : null
  ];
}

// One value or many, each with its pointer.
export function* each(value, place) {
  if(Array.isArray(value)) {
    for(const [index, item] of value.entries()) {
      yield [item, place + pointer(index)];
    }
  } else if(value !== undefined && value !== null) {
    yield [value, place];
  }
}

// What breaks a MUST of the data model: [pointer, what is wrong].
export function* datamodelProblems(document) {
  const old = dataModel(document) === '1.1';
  yield* contextProblems(document, old ? V1 : V2);
  yield* typeProblems(document);
  yield* urlAt(document, 'id', '');
  for(const name of ['credentialSubject', ...TYPED]) {
    for(const [item, place] of each(document[name], pointer(name))) {
      if(isObject(item)) {
        yield* urlAt(item, 'id', place);
      }
    }
  }
  yield* issuerProblems(document);
  yield* subjectProblems(document);
  if(old && !('issuanceDate' in document)) {
    yield ['/issuanceDate', t("is missing.")];
  }
  yield* old ? dates(document, 'issuanceDate', 'expirationDate', false)
    : dates(document, 'validFrom', 'validUntil', true);
  yield* typedProblems(document);
  for(const [item, place] of each(document.credentialSchema, '/credentialSchema')) {
    if(isObject(item) && !('id' in item)) {
      yield [place + '/id', t("is missing.")];
    }
  }
  if(!old) {
    yield* languageProblems(document);
    yield* relatedProblems(document);
  }
}

function* contextProblems(document, base) {
  const context = document['@context'] ?? null;
  if(context === null) {
    yield ['/@context', t("is missing.")];
  } else if(!Array.isArray(context)) {
    yield ['/@context', t("must be a list that starts with {base}.", {base})];
  } else if(context[0] !== base) {
    yield ['/@context/0', t("must be {base}.", {base})];
  } else {
    for(const [index, item] of context.entries()) {
      if(!isObject(item) && !isUrl(item)) {
        yield ['/@context/' + index, t("must be a URL or an object.")];
      }
    }
  }
}

function* typeProblems(document) {
  const types = document.type ?? null;
  if(types === null) {
    yield ['/type', t("is missing.")];
  } else if(!listed(types).includes('VerifiableCredential')) {
    yield ['/type', t("must contain VerifiableCredential.")];
  }
  for(const [item, place] of each(types, '/type')) {
    if(typeof item !== 'string') {
      yield [place, t("must be text.")];
    }
  }
}

function* urlAt(value, name, place) {
  if(name in value && !isUrl(value[name])) {
    yield [place + pointer(name), t("must be a URL with a scheme, such as https: or did:.")];
  }
}

function* issuerProblems(document) {
  const issuer = document.issuer ?? null;
  if(issuer === null) {
    yield ['/issuer', t("is missing.")];
  } else if(isObject(issuer)) {
    if(!('id' in issuer)) {
      yield ['/issuer/id', t("is missing.")];
    }
    yield* urlAt(issuer, 'id', '/issuer');
  } else if(!isUrl(issuer)) {
    yield ['/issuer', t("must be a URL, or an object whose id is a URL.")];
  }
}

function* subjectProblems(document) {
  const subjects = document.credentialSubject ?? null;
  if(subjects === null || (Array.isArray(subjects) && !subjects.length)) {
    yield ['/credentialSubject', t("is missing.")];
  }
  for(const [subject, place] of each(subjects, '/credentialSubject')) {
    if(!isObject(subject)) {
      yield [place, t("must be an object.")];
    } else if(!Object.keys(subject).length) {
      yield [place, t("is empty: it must say something about the subject.")];
    }
  }
}

function* dates(document, first, last, offsetRequired) {
  const moments = [];
  for(const name of [first, last]) {
    if(name in document) {
      try {
        moments.push(readTimestamp(document[name], offsetRequired));
      } catch(error) {
        if(!(error instanceof BadDate)) {
          throw error;
        }
        yield [pointer(name), error.message + '.'];
      }
    }
  }
  if(moments.length === 2 && moments[1] < moments[0]) {
    yield [pointer(last), t("is before {first}.", {first})];
  }
}

function* typedProblems(document) {
  for(const name of TYPED) {
    for(const [item, place] of each(document[name], pointer(name))) {
      if(!isObject(item)) {
        yield [place, t("must be an object with a type.")];
      } else {
        const types = listed(item.type);
        if(!types.length || !types.every(type => typeof type === 'string' && type)) {
          yield [place + '/type', t("is missing.")];
        }
      }
    }
  }
}

function* languageProblems(document) {
  for(const [holder, start] of [[document, ''], [document.issuer, '/issuer']]) {
    if(isObject(holder)) {
      for(const name of ['name', 'description']) {
        for(const [item, place] of each(holder[name], start + pointer(name))) {
          yield* languageObject(item, place);
        }
      }
    }
  }
}

function* languageObject(value, place) {
  if(typeof value === 'string') {
    return;
  }
  if(!isObject(value) || typeof value['@value'] !== 'string') {
    yield [place, t("must be text, or an object with @value and @language.")];
    return;
  }
  for(const key of Object.keys(value).sort()) {
    if(!['@value', '@language', '@direction'].includes(key)) {
      yield [place + pointer(key), t("has no place beside @value.")];
    }
  }
  const language = '@language' in value ? value['@language'] : 'en';
  if(typeof language !== 'string' || !LANGUAGE.test(language)) {
    yield [place + '/@language', t("must be a language tag such as en or en-AU.")];
  }
  if('@direction' in value && !['ltr', 'rtl'].includes(value['@direction'])) {
    yield [place + '/@direction', t("must be ltr or rtl.")];
  }
}

function* relatedProblems(document) {
  const seen = new Set();
  for(const [item, place] of each(document.relatedResource, '/relatedResource')) {
    if(!isObject(item)) {
      yield [place, t("must be an object with an id and a digest.")];
      continue;
    }
    if(!isUrl(item.id)) {
      yield [place + '/id', t("must be a URL with a scheme, such as https:.")];
    } else if(seen.has(item.id)) {
      yield [place + '/id', t("stands twice among the related resources.")];
    }
    seen.add(item.id);
    const names = ['digestSRI', 'digestMultibase'].filter(name => name in item);
    if(!names.length) {
      yield [place, t("must have a digestSRI or a digestMultibase.")];
    }
    for(const name of names) {
      if(typeof item[name] !== 'string' || !item[name]) {
        yield [place + pointer(name), t("must be text.")];
      }
    }
  }
}
