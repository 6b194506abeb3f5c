// What the verifier says: English sentences with places, which a page may translate.
let words = {};
let language = 'en';

// Sets the translations and the language of dates for what is said from now on.
export function speak(translations, lang) {
  words = translations ?? {};
  language = lang || 'en';
}

// Says a sentence; build.mjs finds them all by this call and lists them.
export function t(sentence, values) {
  const said = Object.hasOwn(words, sentence) ? String(words[sentence]) : sentence;
  return values ? said.replace(/\{(\w+)\}/g, (place, name) => name in values ? values[name] : place) : said;
}

// Writes a date as people do: 3 November 2026.
export function day(moment, zone = 'UTC') {
  return written(moment, {day: 'numeric', month: 'long', year: 'numeric', timeZone: zone});
}

// Writes the time of day: 09:41.
export function clock(moment) {
  return written(moment, {hour: '2-digit', minute: '2-digit', hourCycle: 'h23'});
}

function written(moment, options) {
  const locale = /^en($|-)/i.test(language) ? 'en-AU' : language;
  try {
    return new Intl.DateTimeFormat(locale, options).format(moment);
  } catch {
    return new Intl.DateTimeFormat('en-AU', options).format(moment);
  }
}

export function short(text) {
  const letters = Array.from(text);
  return letters.length <= 80 ? text : letters.slice(0, 60).join('') + '…' + letters.slice(-12).join('');
}
