// A page saved to keep: checks the credential inside it with what it holds, and asks nobody.
import {inspect} from './index.js';
import {data, language, show, showFacts} from './page.js';

const LONGEST = 2 ** 31 - 1;
const given = data();
const root = document.querySelector('[data-verifier]');

async function check() {
  const report = await inspect(given.credential, {documents: given.documents, words: given.words, lang: language()});
  show(report, root, given);
  showFacts(report.facts, document);
  const left = report.status?.fresh && report.status.until ? report.status.until - Date.now() : null;
  if(left !== null) {
    setTimeout(check, Math.min(left + 1000, LONGEST));
  }
}

for(const link of document.querySelectorAll('[data-download]')) {
  link.href = URL.createObjectURL(new Blob([given.credential], {type: 'application/vc'}));
  link.hidden = false;
}
check();
