// The vocabularies that Cairn knows, as bundled for the server: none is fetched. build.mjs fills them in.
import {FILES, ADDRESSES} from 'virtual:contexts';
import {parse} from './document.js';
import {Unavailable} from './errors.js';
import {t} from './text.js';

const read = new Map();

// What stands under @context at an address; the same object each time.
export function loadContext(url) {
  if(!Object.hasOwn(ADDRESSES, url)) {
    throw new Unavailable('context.unknown', t("The vocabulary {url} is not one that Cairn knows.", {url}));
  }
  const file = ADDRESSES[url];
  if(!read.has(file)) {
    read.set(file, parse(FILES[file])['@context']);
  }
  return read.get(file);
}
