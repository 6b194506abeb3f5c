// The vocabularies that Cairn knows, as bundled for the server: none is fetched from elsewhere. build.mjs fills them in.
import {ADDRESSES, FILES} from 'virtual:near';
import {parse} from './document.js';
import {Unavailable, Wait} from './errors.js';
import {t} from './text.js';

const files = {...FILES};
const read = new Map();
let missing = false;

// What stands under @context at an address; the same object each time. Waits for those that come when one is needed.
export function loadContext(url) {
  if(!Object.hasOwn(ADDRESSES, url)) {
    throw new Unavailable('context.unknown', t("The vocabulary {url} is not one that Cairn knows.", {url}));
  }
  const file = ADDRESSES[url];
  if(!Object.hasOwn(files, file)) {
    if(missing) {
      throw new Unavailable('document.unavailable', t("What stands at {url} could not be had.", {url}));
    }
    throw new Wait('vocabularies', bring);
  }
  if(!read.has(file)) {
    read.set(file, parse(files[file])['@context']);
  }
  return read.get(file);
}

// Whether a vocabulary is one of those that are known to the letter.
export const isBundled = url => typeof url === 'string' && Object.hasOwn(ADDRESSES, url);

async function bring() {
  try {
    Object.assign(files, (await import('./vocabularies.js')).FILES);
  } catch {
    missing = true;
  }
}

// Lets the next check try again what could not be had.
export function retry() {
  missing = false;
}
