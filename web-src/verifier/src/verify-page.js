// The verify page: a file or a text is checked here and sent nowhere; only the address of a document that an issuer
// publishes is asked for, through this site.
import {inspect} from './index.js';
// Here at once, so that a file can be read when the connection is gone.
import './pictures.js';
import './vocabularies.js';
import {data, language, list, show, showFacts} from './page.js';

const given = data();
const form = document.querySelector('[data-verify-form]');
const result = document.querySelector('[data-result]');
const root = result?.matches('[data-verifier]') ? result : result?.querySelector('[data-verifier]');
let turn = 0;

// What an issuer publishes at an address, as this site fetched it.
async function load(url) {
  if(!url.startsWith('https://')) {
    throw new Error(url);
  }
  const endpoint = new URL(form.dataset.documents ?? '/verify/document', location.href);
  endpoint.searchParams.set('url', url);
  const answer = await fetch(endpoint, {credentials: 'same-origin'});
  if(!answer.ok) {
    throw new Error(url);
  }
  return answer.text();
}

async function check(source) {
  const mine = ++turn;
  const busy = [...document.querySelectorAll('[data-busy]')];
  const slow = setTimeout(() => busy.forEach(element => element.hidden = false), 200);
  try {
    const content = await source();
    const report = await inspect(content, {documents: given.documents, load, words: given.words, lang: language()});
    if(mine === turn) {
      answer(report);
    }
  } finally {
    clearTimeout(slow);
    if(mine === turn) {
      busy.forEach(element => element.hidden = true);
    }
  }
}

function answer(report) {
  // Nothing is sent that somebody does not send.
  for(const button of document.querySelectorAll('[data-by-server]')) {
    button.hidden = !report.checks.some(({code}) => code?.endsWith('.server'));
  }
  show(report, root, given);
  showFacts(report.facts, result);
  for(const place of result.querySelectorAll('[data-asked]')) {
    list(place, 'asked', report.asked, 'address');
  }
  for(const place of result.querySelectorAll('[data-asked-none]')) {
    place.hidden = report.asked.length > 0;
  }
  result.hidden = false;
  result.focus();
}

const bytes = file => async () => new Uint8Array(await file.arrayBuffer());

// A credential of this site, by its link: the page asks for it as JSON.
const own = link => async () => {
  const found = await fetch(link, {headers: {Accept: 'application/vc'}, credentials: 'same-origin'});
  if(!found.ok) {
    form.submit(); // the server says why
  }
  return new Uint8Array(await found.arrayBuffer());
};

function isOwn(link) {
  try {
    return new URL(link, location.href).origin === location.origin;
  } catch {
    return false;
  }
}

// What to check, or null where the server has to answer.
function source() {
  const field = name => form.elements.namedItem(name);
  const file = field('file')?.files?.[0];
  const text = field('text')?.value.trim();
  const link = /^https?:\/\/\S+$/.test(text ?? '') ? text : field('link')?.value.trim();
  if(file) {
    return bytes(file);
  }
  if(text && text !== link) {
    return async () => text;
  }
  return link && isOwn(link) ? own(link) : null;
}

if(form && result && root) {
  form.addEventListener('submit', event => {
    const found = event.submitter?.matches('[data-by-server]') ? null : source();
    if(found) {
      event.preventDefault();
      check(found);
    }
  });
  form.elements.namedItem('file')?.addEventListener('change', event => {
    const file = event.target.files?.[0];
    if(file) {
      check(bytes(file));
    }
  });
  for(const place of document.querySelectorAll('[data-drop]')) {
    place.addEventListener('dragover', event => {
      event.preventDefault();
      place.dataset.over = '';
    });
    place.addEventListener('dragleave', () => delete place.dataset.over);
    place.addEventListener('drop', event => {
      event.preventDefault();
      delete place.dataset.over;
      const file = event.dataTransfer.files[0];
      const text = event.dataTransfer.getData('text/plain');
      if(file || text) {
        check(file ? bytes(file) : async () => text);
      }
    });
  }
}
