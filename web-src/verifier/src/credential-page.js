// The page of a credential: checks in the reader's browser what the server has checked, and again as time goes on.
import {inspect} from './index.js';
import {data, language, show} from './page.js';

const RENEW = 5 * 60 * 1000;
const LONGEST = 2 ** 31 - 1;

const given = data();
const root = document.querySelector('[data-verifier]');
const documents = {...given.documents};
let had = Date.now();
let timer;

// Asks this site again for the documents of a credential that it publishes; what it does not answer stays as it is.
async function renew(urls) {
  await Promise.all(urls.filter(url => Object.hasOwn(given.fetch ?? {}, url)).map(async url => {
    try {
      const answer = await fetch(given.fetch[url], {cache: 'no-cache', credentials: 'omit'});
      if(answer.ok) {
        documents[url] = await answer.text();
        had = Date.now();
      }
    } catch {
      // No connection: the list in hand counts as long as it lasts.
    }
  }));
}

const look = () => inspect(given.credential, {documents, words: given.words, lang: language()});

async function check(again = false) {
  let report = await look();
  if(report.lists.length && (again || report.status?.fresh !== true)) {
    await renew(report.lists);
    report = await look();
  }
  show(report, root, given);
  clearTimeout(timer);
  const left = report.status?.fresh && report.status.until ? report.status.until - Date.now() : null;
  if(left !== null) {
    timer = setTimeout(() => check(true), Math.min(left + 1000, LONGEST));
  }
}

if(root && typeof given.credential === 'string') {
  document.addEventListener('visibilitychange', () => {
    if(document.visibilityState === 'visible' && Date.now() - had > RENEW) {
      check(true);
    }
  });
  window.addEventListener('online', () => check(true));
  check();
}
