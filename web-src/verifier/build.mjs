// Builds the scripts that the server gives to browsers, from the vocabularies and schemas of the library.
//   node build.mjs           writes them, with MANIFEST.json beside them
//   node build.mjs --check   builds, writes nothing, and fails if the committed ones differ
import {createHash} from 'node:crypto';
import {mkdirSync, readdirSync, readFileSync, writeFileSync} from 'node:fs';
import {gzipSync} from 'node:zlib';
import {build} from 'esbuild';
import {compileSchemas} from './schemas.mjs';

const HERE = new URL('./', import.meta.url);
const LIBRARY = new URL('../../src/cairn/vc/', HERE);
const OUT = new URL('../../src/cairn/web/static/cairn/verifier/', HERE);
const SCRIPTS = ['verifier', 'vocabularies', 'pictures', 'credential-page', 'verify-page', 'standalone'];
// What the verifier asks for once it needs it. A saved page holds everything.
const PARTS = ['vocabularies', 'pictures'];
const LIBRARIES = ['@noble/ed25519', '@noble/hashes'];
const LICENCE = '/*! Cairn, Apache-2.0. With parts of @noble/ed25519 and @noble/hashes, MIT: licences.txt. Vocabularies of W3C and 1EdTech: NOTICE. */';

const json = url => JSON.parse(readFileSync(url, 'utf8'));

// Vocabularies that stand in what Cairn issues and publishes come with the verifier, all others when one is asked for.
const NEAR = ['credentials-v2.jsonld', 'ob-v3p0-context-3.0.3.json'];

function contexts(near) {
  const folder = new URL('contexts/', LIBRARY);
  const files = {};
  const addresses = {};
  for(const {file, urls} of json(new URL('MANIFEST.json', folder)).files) {
    if(NEAR.includes(file) === near) {
      files[file] = JSON.stringify({'@context': json(new URL(file, folder))['@context']});
    }
    urls.forEach(url => addresses[url] = file);
  }
  return `export const FILES = ${JSON.stringify(files)};` +
    (near ? `\nexport const ADDRESSES = ${JSON.stringify(addresses)};` : '');
}

const MADE = {
  'virtual:near': () => contexts(true), 'virtual:far': () => contexts(false), 'virtual:schemas': () => compileSchemas(LIBRARY)
};

// What is made from the library; and `apart`: what a script imports instead of holding it.
const parts = apart => ({
  name: 'parts',
  setup(builder) {
    builder.onResolve({filter: /^virtual:/}, ({path}) => ({path, namespace: 'virtual'}));
    builder.onLoad({filter: /.*/, namespace: 'virtual'}, ({path}) => ({
      contents: MADE[path](), loader: 'js'
    }));
    builder.onResolve({filter: /^\.\//}, ({path}) => {
      const name = path.slice(2, -3).replace('index', 'verifier');
      return apart.includes(name) ? {path: `./${name}.js`, external: true} : undefined;
    });
  }
});

async function script(name) {
  const {outputFiles} = await build({
    absWorkingDir: new URL('.', HERE).pathname,
    entryPoints: [`src/${name === 'verifier' ? 'index' : name}.js`],
    bundle: true, write: false, minify: true, charset: 'utf8', target: 'es2022', legalComments: 'none',
    format: name === 'standalone' ? 'iife' : 'esm', platform: 'browser', banner: {js: LICENCE},
    plugins: [parts(name.endsWith('-page') ? ['verifier', ...PARTS] : name === 'verifier' ? PARTS : [])], logLevel: 'warning'
  });
  const {contents, text} = outputFiles[0];
  if(/<\/?script|<!--/i.test(text)) {
    throw new Error(`${name}: what ends a script must not stand in one that is put into a page.`);
  }
  return contents;
}

// Every sentence the verifier can say, for translators.
function sentences() {
  const found = new Set();
  for(const file of readdirSync(new URL('src/', HERE)).sort()) {
    const text = readFileSync(new URL(`src/${file}`, HERE), 'utf8');
    for(const [, sentence] of text.matchAll(/\bt\(("(?:[^"\\]|\\.)*")/g)) {
      found.add(JSON.parse(sentence));
    }
  }
  return Buffer.from(JSON.stringify([...found], null, 1) + '\n');
}

const built = new Map();
for(const name of SCRIPTS) {
  built.set(`${name}.js`, Buffer.from(await script(name)));
}
built.set('sentences.json', sentences());
built.set('licences.txt', Buffer.from(LIBRARIES.map(name =>
  `${name} ${json(new URL(`node_modules/${name}/package.json`, HERE)).version}\n\n` +
  readFileSync(new URL(`node_modules/${name}/LICENSE`, HERE), 'utf8').trim() + '\n').join('\n\n')));
const files = [...built].map(([file, bytes]) => ({
  file, sha256: createHash('sha256').update(bytes).digest('hex')
}));
built.set('MANIFEST.json', Buffer.from(JSON.stringify({files}, null, 2) + '\n'));

mkdirSync(OUT, {recursive: true});
let differ = 0;
for(const [file, bytes] of built) {
  const target = new URL(file, OUT);
  if(process.argv.includes('--check')) {
    let there = null;
    try {
      there = readFileSync(target);
    } catch {
      // Missing: it differs.
    }
    const same = there !== null && bytes.equals(there);
    differ += same ? 0 : 1;
    console.log(`${file.padEnd(20)} ${same ? 'same bytes' : 'DIFFERENT'}`);
  } else {
    writeFileSync(target, bytes);
    console.log(`${file.padEnd(20)} ${bytes.length} bytes, ${gzipSync(bytes, {level: 9}).length} gzipped`);
  }
}
process.exit(differ ? 1 : 0);
