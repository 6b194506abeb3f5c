// Compiles the official JSON Schemas into one table of nodes: texts for people are left out, and equal parts are kept
// once. A subschema is the number of its node.
import {readFileSync} from 'node:fs';

const FILES = {
  'AchievementCredential 2.0': 'ob_v3p0_achievementcredential_schema.json',
  'AchievementCredential 1.1': 'ob_v3p0_anyachievementcredential_schema.json',
  'EndorsementCredential 2.0': 'ob_v3p0_endorsementcredential_schema.json'
};
const ONE = ['$ref', 'items', 'contains', 'propertyNames', 'additionalProperties'];
const SEVERAL = ['oneOf', 'anyOf', 'allOf', 'first'];
const PLAIN = ['type', 'enum', 'pattern', 'minItems', 'required'];
// Said for people, or asked of nothing: formats are not checked, additionalItems counts beside a list of items only.
const PASSED_OVER = ['$schema', '$id', '$comment', '$defs', 'title', 'description', 'format', 'additionalItems'];

export function compileSchemas(library) {
  const read = name => JSON.parse(readFileSync(new URL(name, library), 'utf8'));
  const roots = {};
  const defs = new Map();
  for(const [kind, file] of Object.entries(FILES)) {
    const {anyOf: [first] = [], ...schema} = read(`schemas/${file}`);
    for(const [name, body] of Object.entries(schema.$defs)) {
      defs.set(`${file} ${name}`, plain(body, file));
    }
    defs.set(file, plain({...schema, ...first}, file));
    roots[kind] = file;
  }
  // Definitions of different files that say the same are one: refined until nothing is told apart any more.
  const names = [...defs.keys()];
  let kinds = new Map(names.map(name => [name, '']));
  for(let count = 0;;) {
    const bodies = new Map();
    const next = new Map(names.map(name => {
      const body = JSON.stringify(withRefs(defs.get(name), ref => kinds.get(ref)));
      bodies.has(body) || bodies.set(body, `#${bodies.size}`);
      return [name, bodies.get(body)];
    }));
    kinds = next;
    if(bodies.size === count) {
      break;
    }
    count = bodies.size;
  }
  const nodes = [];
  const known = new Map();
  const heads = new Map();
  const number = schema => {
    const node = {};
    for(const [word, value] of Object.entries(schema)) {
      node[word] = word === 'properties'
        ? Object.fromEntries(Object.entries(value).map(([name, part]) => [name, number(part)]))
        : word === '$ref' ? value : SEVERAL.includes(word) ? value.map(number)
          : ONE.includes(word) && typeof value === 'object' ? number(value) : value;
    }
    const key = JSON.stringify(node);
    if(!known.has(key)) {
      known.set(key, nodes.push(node) - 1);
    }
    return known.get(key);
  };
  for(const name of names) {
    heads.has(kinds.get(name)) || heads.set(kinds.get(name), number(withRefs(defs.get(name), ref => kinds.get(ref))));
  }
  nodes.forEach(node => '$ref' in node && (node.$ref = heads.get(node.$ref)));
  const rootNodes = Object.fromEntries(Object.entries(roots).map(([kind, file]) => [kind, heads.get(kinds.get(file))]));
  const addresses = read('schemas/MANIFEST.json').files.flatMap(({urls}) => urls);
  return [
    `export const NODES = JSON.parse(${JSON.stringify(JSON.stringify(nodes))});`,
    `export const ROOTS = ${JSON.stringify(rootNodes)};`,
    `export const ADDRESSES = ${JSON.stringify(addresses)};`,
    `export const CLASSES = ${JSON.stringify(classes(library))};`
  ].join('\n');
}

// A schema of the words that count, its references named by file.
function plain(schema, file) {
  if(typeof schema !== 'object') {
    return schema;
  }
  const out = {};
  for(const [word, value] of Object.entries(schema)) {
    if(word === 'properties') {
      out[word] = Object.fromEntries(Object.entries(value).map(([name, part]) => [name, plain(part, file)]));
    } else if(word === '$ref') {
      out[word] = `${file} ${value.replace('#/$defs/', '')}`;
    } else if(SEVERAL.includes(word)) {
      out[word] = value.map(part => plain(part, file));
    } else if(word === 'items' && Array.isArray(value)) {
      out.first = value.map(part => plain(part, file));
      out.items = plain(schema.additionalItems ?? {}, file);
    } else if(ONE.includes(word)) {
      out[word] = plain(value, file);
    } else if(PLAIN.includes(word)) {
      out[word] = value;
    } else if(!PASSED_OVER.includes(word)) {
      throw new Error(`${file}: the word ${word} is not read.`);
    }
  }
  return out;
}

function withRefs(value, name) {
  if(Array.isArray(value)) {
    return value.map(item => withRefs(item, name));
  }
  if(value === null || typeof value !== 'object') {
    return value;
  }
  return Object.fromEntries(Object.entries(value)
    .map(([key, item]) => [key, key === '$ref' && typeof item === 'string' ? name(item) : withRefs(item, name)]));
}

// Which class stands at which property: the table of cairn.vc.openbadges, read from it.
function classes(library) {
  const text = readFileSync(new URL('openbadges.py', library), 'utf8');
  const table = /_CLASSES[^=]*= (\{[^]*?\n\})/.exec(text)[1];
  return JSON.parse(table.replace(/,(\s*})/g, '$1'));
}
