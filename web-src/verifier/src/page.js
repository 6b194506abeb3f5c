// What both pages and the saved page do with a report: copy the page's templates, and write text into their places.
import {clock, day, speak} from './index.js';

// The block of data that the server wrote into the page.
export function data() {
  const block = document.getElementById('verifier-data');
  return block ? JSON.parse(block.textContent) : {};
}

const template = (kind, name) => document.querySelector(`template[data-${kind}-of="${CSS.escape(name)}"]`);
const copy = found => document.importNode(found.content, true);

export const language = () => document.documentElement.lang || 'en';

// Writes text into every place of that name.
export function write(root, place, text, moment) {
  for(const element of root.querySelectorAll(`[data-${place}]`)) {
    element.textContent = text;
    if(moment && element.localName === 'time') {
      element.dateTime = moment.toISOString();
    }
  }
}

function writeMoment(root, prefix, moment) {
  if(moment) {
    write(root, prefix + 'date', day(moment, {local: true}), moment);
    write(root, prefix + 'time', clock(moment), moment);
  }
}

// Puts a copy of a template into a place; false where the page has no such template.
function put(place, kind, name, fill) {
  const found = template(kind, name);
  if(!found) {
    return false;
  }
  const made = copy(found);
  fill?.(made);
  place.replaceChildren(made);
  return found;
}

// Shows a report in `root`, the element with data-verifier.
export function show(report, root, {names = {}, words} = {}) {
  speak(words, language());
  for(const place of root.querySelectorAll('[data-verdict]')) {
    const found = put(place, 'verdict', report.verdict);
    if(!found) {
      place.textContent = report.sentence;
    }
    place.dataset.tone = found ? found.dataset.tone ?? '' : '';
  }
  for(const place of root.querySelectorAll('[data-sentence]')) {
    place.textContent = place.dataset.sentence === 'rest' ? report.rest : report.sentence;
  }
  for(const list of root.querySelectorAll('[data-checks]')) {
    list.replaceChildren(...report.checks.map(check => item(check, names)));
  }
  for(const place of root.querySelectorAll('[data-status]')) {
    const {status} = report;
    if(!status) {
      place.replaceChildren();
      continue;
    }
    put(place, 'status', status.until === null ? 'undated' : status.fresh ? 'fresh' : 'old', made => {
      writeMoment(made, 'since-', status.since);
      writeMoment(made, 'until-', status.until);
    });
  }
  for(const place of root.querySelectorAll('[data-checked]')) {
    put(place, 'checked', 'browser', made => writeMoment(made, '', report.at));
  }
  root.dataset.verdictNow = report.verdict;
  root.dataset.by = 'browser';
}

function item(check, names) {
  const found = template('check', check.state);
  const name = names[check.name] ?? check.name;
  if(!found) {
    const line = document.createElement('li');
    line.textContent = `${name}: ${check.says}`;
    return line;
  }
  const made = copy(found);
  write(made, 'name', name);
  write(made, 'says', check.says);
  const line = made.firstElementChild;
  line.dataset.check = check.name;
  line.dataset.state = check.state;
  return made;
}

// Writes what a credential says of itself, and hides what it does not say.
export function showFacts(facts, root) {
  for(const place of root.querySelectorAll('[data-fact]')) {
    const name = place.dataset.fact;
    const value = facts[name] ?? '';
    const moment = value && ['issued', 'expires'].includes(name) ? new Date(value) : null;
    place.textContent = moment && !Number.isNaN(moment.getTime()) ? day(moment) : value;
    const row = place.closest('[data-fact-row]');
    if(row) {
      row.hidden = !value;
    }
  }
}

// Copies one template for each item into a list.
export function list(place, kind, items, name) {
  const found = document.querySelector(`template[data-${kind}-of]`);
  place.replaceChildren(...found ? items.map(text => {
    const made = copy(found);
    write(made, name, text);
    return made;
  }) : []);
}
