// What a check means, in a sentence for a person who has thirty seconds.
import {issuerId} from './datamodel.js';
import {isObject} from './document.js';
import {DISGUISED} from './quads.js';
import {short, t, verdictSentence} from './text.js';

export const passed = name => ({
  json: t("The file can be read."),
  data_model: t("It is put together as the W3C standard for credentials asks."),
  schema: t("It follows the Open Badges rules as far as they apply."),
  terms: t("Every statement in it is covered by the signature."),
  proof: t("Nothing in it has changed since it was signed. Statements are compared by meaning, so spacing and the order of fields do not count."),
  status: t("The issuer has not revoked it."),
  endorsements: t("The endorsement holds.")
})[name];

const sentences = () => ({
  genuine: t("Genuine and current: {issuer} made this statement and stands by it."),
  issuer_unconfirmed: t("Unaltered, issuer not confirmed: nothing has changed since it was signed, but it could not be confirmed that {issuer} signed it."),
  expired: t("Expired: {issuer} made this statement for a time that is over."),
  not_yet_valid: t("Not valid yet: {issuer} made this statement for a later time."),
  revoked: t("Revoked: {issuer} has withdrawn this statement."),
  suspended: t("Suspended: {issuer} has set this statement aside for now."),
  altered: t("Altered: do not rely on this. It is not what was signed."),
  unsigned_parts: t("Not covered by its signature: parts of this could have been written by anyone. Do not rely on it."),
  wrong_issuer: t("Not from {issuer}: somebody else signed this. Do not rely on it."),
  not_conformant: t("Not in order: parts of this document break the standard, as listed. Ask whoever issued it."),
  cannot_check: t("Cannot be checked now: something that is needed could not be had."),
  unreadable: t("Unreadable: this is not a credential that can be opened.")
});

// The same where nobody knows whether the issuer had anything to do with it.
const unconfirmed = () => ({
  expired: t("Expired: the time this was made for is over. It was not confirmed that {issuer} made it."),
  not_yet_valid: t("Not valid yet: this was made for a later time. It was not confirmed that {issuer} made it."),
  revoked: t("Revoked: whoever signed this has withdrawn it. It was not confirmed that {issuer} made it."),
  suspended: t("Suspended: whoever signed this has set it aside for now. It was not confirmed that {issuer} made it.")
});

// Says the verdict, naming the issuer as firmly as the evidence allows.
export function sentence(verdict, document, signatory) {
  let name = issuerName(document);
  if(signatory?.voucher === 'self') {
    // A did:key proves a key and nobody's name; the name is only what the document says.
    name = t("the holder of the key {key}", {key: short(signatory.controller)});
  } else if(signatory?.voucher === 'published') {
    name = atHome(name, issuerId(document));
  } else if(verdict in unconfirmed()) {
    return verdictSentence(unconfirmed()[verdict], {issuer: name});
  }
  return verdictSentence(sentences()[verdict], {issuer: name});
}

// Sets beside a name, which anyone can choose, the place on the web that answered for it.
function atHome(name, issuer) {
  const host = issuer.startsWith('https://') ? issuer.slice(8).split('/')[0]
    : issuer.replace(/^did:web:/, '').split(':')[0].replaceAll('%3A', ':');
  return name === short(issuer) ? name : `${name} (${short(host)})`;
}

// Weighs the checks: what must warn a reader most comes first.
export function conclude(checks) {
  const failed = new Map(checks.filter(check => check.state === 'failed').map(check => [check.name, check.code]));
  const unknown = new Set(checks.filter(check => check.state === 'unknown').map(check => check.name));
  const status = failed.get('status');
  if(failed.get('terms') === DISGUISED) {
    return 'not_conformant';
  }
  if(failed.has('terms') && failed.get('terms') !== 'terms.undefined') {
    return 'unsigned_parts';
  }
  if(failed.get('proof') === 'proof.altered') {
    return 'altered';
  }
  if(failed.has('issuer')) {
    return 'wrong_issuer';
  }
  if(failed.has('proof') || failed.has('terms')) {
    return 'not_conformant';
  }
  if(status === 'status.revoked' || status === 'status.suspended') {
    return status.slice(7);
  }
  if(failed.has('data_model') || failed.has('schema')) {
    return 'not_conformant';
  }
  if(failed.has('dates')) {
    return {'dates.expired': 'expired', 'dates.not_yet_valid': 'not_yet_valid'}[failed.get('dates')] ?? 'not_conformant';
  }
  if(failed.size) {
    return failed.has('status') ? 'cannot_check' : 'not_conformant';
  }
  if(unknown.has('issuer')) {
    return 'issuer_unconfirmed';
  }
  return unknown.size ? 'cannot_check' : 'genuine';
}

// Says who signed, and how that is known.
export function issuerCheck(signatory, document) {
  const name = issuerName(document);
  const party = short(signatory.controller);
  const [state, code, says] = {
    published: ['passed', null, t("The key that signed it is published by {issuer}.", {issuer: short(issuerId(document))})],
    self: ['passed', null, t("It was signed by {party}, the identifier it names as issuer. That identifier is a key and no more: the name “{name}” is the issuer's own word.", {party, name})],
    nobody: ['unknown', 'issuer.unconfirmed', t("Only the document itself says that its key belongs to {name}. Anyone could write that, so ask the issuer.", {name})],
    unreachable: ['unknown', 'issuer.unreachable', t("The keys of {name} could not be looked up, so only the document itself says who signed it.", {name})],
    contradicted: ['failed', 'issuer.contradicted', t("{name} publishes its keys, and the one that signed this is not among them.", {name})],
    'somebody else': ['failed', 'issuer.other', t("It was signed by {party}, which is not the issuer it names.", {party})]
  }[signatory.voucher];
  return {name: 'issuer', state, says, pointer: '/issuer', code};
}

export function issuerName(document) {
  const issuer = document.issuer ?? null;
  for(const given of isObject(issuer) ? [issuer.name, issuer.id] : [issuer]) {
    const name = isObject(given) ? given['@value'] : given;
    if(typeof name === 'string' && name.trim()) {
      return short(name.trim());
    }
  }
  return t("its issuer");
}
