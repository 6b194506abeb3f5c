// What the verifier says: English sentences with places, which a page may translate.
let words = {};
let language = 'en';

const MONTHS = ['January', 'February', 'March', 'April', 'May', 'June', 'July', 'August', 'September', 'October',
  'November', 'December'];

// Sets the translations and the language of dates for what is said from now on.
export function speak(translations, lang) {
  words = translations ?? {};
  language = lang || 'en';
}

// Says a sentence; build.mjs finds them all by this call and lists them.
export function t(sentence, values) {
  const said = Object.hasOwn(words, sentence) ? String(words[sentence]) : sentence;
  return values ? fill(said, values) : said;
}

const fill = (said, values) =>
  said.replace(/\{(\w+)\}/g, (place, name) => Object.hasOwn(values, name) ? values[name] : place);

// A verdict's sentence, whole and without the word before its colon, which a page may show by itself.
export function verdictSentence(said, values = {}) {
  const cut = said.indexOf(': ');
  const rest = cut < 0 ? said : said.slice(cut + 2);
  return {sentence: fill(said, values), rest: fill(rest.charAt(0).toUpperCase() + rest.slice(1), values)};
}

// Writes a date as people do, in UTC or where the reader is: 3 November 2026.
export function day(moment, {local = false} = {}) {
  const shift = local ? moment.getTimezoneOffset() * 60_000 : 0;
  const date = new Date(moment.getTime() - shift);
  return otherwise({day: 'numeric', month: 'long', year: 'numeric', timeZone: 'UTC'}, date) ??
    `${date.getUTCDate()} ${MONTHS[date.getUTCMonth()]} ${date.getUTCFullYear()}`;
}

// Writes the time of day where the reader is: 09:41.
export const clock = moment =>
  [moment.getHours(), moment.getMinutes()].map(number => String(number).padStart(2, '0')).join(':');

// English is written without help: a browser takes a moment to load its tables of languages.
function otherwise(options, date) {
  if(/^en($|-)/i.test(language)) {
    return null;
  }
  try {
    return new Intl.DateTimeFormat(language, options).format(date);
  } catch {
    return null;
  }
}

export function short(text) {
  const letters = Array.from(text);
  return letters.length <= 80 ? text : letters.slice(0, 60).join('') + '…' + letters.slice(-12).join('');
}
