// What Open Badges 3.0 asks of a document: its JSON Schema, compiled by build.mjs, and its prose.
import {CLASSES, NODES, ROOTS} from 'virtual:schemas';
import {dataModel, each} from './datamodel.js';
import {isObject, listed, pointer} from './document.js';
import {t} from './text.js';

const KINDS = {
  array: "a list", boolean: "true or false", integer: "a whole number", null: "null", number: "a number",
  object: "an object", string: "text"
};
const patterns = new Map();

function badgeType(document) {
  const types = listed(document.type);
  return types.includes('AchievementCredential') || types.includes('OpenBadgeCredential') ? 'AchievementCredential'
    : types.includes('EndorsementCredential') ? 'EndorsementCredential' : null;
}

// The first thing that breaks the rules of Open Badges: [pointer, what is wrong], or null.
export function firstProblem(document) {
  const kind = badgeType(document);
  if(kind === null) {
    return null;
  }
  const root = ROOTS[`${kind} ${dataModel(document) ?? '2.0'}`];
  if(root !== undefined) {
    const [error] = errors(root, document, []);
    if(error) {
      const [leaf] = leaves(error);
      return [pointer(...leaf.path, ...leaf.more ?? []), explain(leaf)];
    }
  }
  for(const problem of prose(document, kind)) {
    return problem;
  }
  return null;
}

function* prose(document, kind) {
  yield* classes(document, kind, '');
  if(kind !== 'AchievementCredential') {
    return;
  }
  for(const [subject, place] of each(document.credentialSubject, '/credentialSubject')) {
    if(!isObject(subject)) {
      continue;
    }
    if(empty(subject.id) && empty(subject.identifier)) {
      yield [place, t("must have an id or an identifier, to say whose it is.")];
    }
    for(const [achievement, where] of each(subject.achievement, place + '/achievement')) {
      const criteria = isObject(achievement) ? achievement.criteria : null;
      if(isObject(criteria) && !('id' in criteria) && !('narrative' in criteria)) {
        yield [where + '/criteria', t("must have a narrative, an id, or both.")];
      }
    }
  }
}

const empty = value => !value || (typeof value === 'object' && !Object.keys(value).length);

function* classes(value, kind, place) {
  for(const [name, wanted] of Object.entries(CLASSES[kind] ?? {})) {
    for(const [item, where] of each(value[name], place + pointer(name))) {
      if(isObject(item)) {
        if(!listed(item.type).includes(wanted)) {
          yield [where + '/type', t("must contain {class}.", {class: wanted})];
        }
        yield* classes(item, wanted, where);
      }
    }
  }
}

function kindOf(value) {
  return value === null ? 'null' : Array.isArray(value) ? 'array' : typeof value;
}

function isOf(value, type) {
  const kind = kindOf(value);
  return type === kind || (type === 'integer' && kind === 'number' && Number.isInteger(value));
}

const fits = (node, value) => errors(node, value, []).length === 0;

// Everything in `value` that breaks a compiled schema: {kind, path, …}. Draft 2019-09, as far as it is used.
function errors(index, value, path) {
  const node = NODES[index];
  const found = [];
  const add = (kind, more) => found.push({kind, path, ...more});
  if(node.$ref !== undefined) {
    found.push(...errors(node.$ref, value, path));
  }
  if(node.type && !listed(node.type).some(type => isOf(value, type))) {
    add('type', {types: listed(node.type)});
  }
  for(const part of node.allOf ?? []) {
    found.push(...errors(part, value, path));
  }
  for(const word of ['oneOf', 'anyOf']) {
    if(node[word]) {
      const branches = node[word].map(part => errors(part, value, path));
      const good = branches.filter(branch => !branch.length).length;
      if(!good) {
        add('branches', {branches});
      } else if(good > 1 && word === 'oneOf') {
        add('two');
      }
    }
  }
  if(node.enum && !node.enum.includes(value)) {
    add('enum', {options: node.enum});
  }
  if(typeof value === 'string' && node.pattern !== undefined) {
    if(!patterns.has(node.pattern)) {
      patterns.set(node.pattern, new RegExp(node.pattern, 'u'));
    }
    if(!patterns.get(node.pattern).test(value)) {
      add('pattern', {pattern: node.pattern});
    }
  }
  if(Array.isArray(value)) {
    if(value.length < node.minItems) {
      add('min', {limit: node.minItems});
    }
    if(node.contains !== undefined && !value.some(item => fits(node.contains, item))) {
      add('contains', {options: NODES[node.contains].enum ?? []});
    }
    value.forEach((item, at) => {
      const part = node.first?.[at] ?? node.items;
      found.push(...part === undefined ? [] : errors(part, item, [...path, at]));
    });
  }
  return isObject(value) ? found.concat(members(node, value, path)) : found;
}

function members(node, value, path) {
  const found = [];
  for(const name of node.required ?? []) {
    if(!(name in value)) {
      found.push({kind: 'required', path, more: [name]});
    }
  }
  for(const [name, part] of Object.entries(node.properties ?? {})) {
    if(name in value) {
      found.push(...errors(part, value[name], [...path, name]));
    }
  }
  for(const name of Object.keys(value)) {
    if(node.propertyNames !== undefined && !fits(node.propertyNames, name)) {
      found.push({kind: 'names', path});
    }
    if(node.additionalProperties !== undefined && !Object.hasOwn(node.properties ?? {}, name)) {
      if(node.additionalProperties === false) {
        found.push({kind: 'additional', path, more: [name]});
      } else if(typeof node.additionalProperties === 'number') {
        found.push(...errors(node.additionalProperties, value[name], [...path, name]));
      }
    }
  }
  return found;
}

// Descends through alternatives to the errors that tell most.
function leaves(error) {
  if(error.kind !== 'branches') {
    return [error];
  }
  const at = String(error.path);
  const branches = error.branches.map(branch => branch.flatMap(leaves));
  const wrongKind = branch => branch.some(leaf => ['names', 'type'].includes(leaf.kind) && String(leaf.path) === at);
  const fitting = branches.filter(branch => !wrongKind(branch));
  if(fitting.length) {
    return fitting.reduce((least, branch) => branch.length < least.length ? branch : least);
  }
  return [branches.flat().find(leaf => leaf.kind === 'type' && String(leaf.path) === at) ?? error];
}

function explain(error) {
  switch(error.kind) {
    case 'required':
      return t("is missing.");
    case 'additional':
      return t("has no place here.");
    case 'type':
      return t("must be {kind}.", {kind: error.types.map(type => KINDS[type]).join(' or ')});
    case 'contains':
      return t("must contain {options}.", {options: error.options.join(' or ')});
    case 'enum':
      return error.options.length === 1 ? t("must be {option}.", {option: error.options[0]})
        : t("must be one of {options}.", {options: error.options.join(', ')});
    case 'pattern':
      return error.pattern.includes('imsglobal')
        ? t("must be the address of an Open Badges 3.0 context, such as https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json.")
        : error.pattern.startsWith('^[a-z]{2,4}') ? t("must be a language tag such as en or en-AU.")
          : t("must be written as {pattern} asks.", {pattern: error.pattern});
    case 'min':
      return t("must have at least {limit} entries.", {limit: error.limit});
    case 'two':
      return t("can be read in two ways, so nobody can tell which is meant.");
    default:
      return t("does not fit the Open Badges schema.");
  }
}
