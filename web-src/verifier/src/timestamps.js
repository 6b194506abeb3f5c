// XML Schema timestamps as moments: microseconds since 1970, as a BigInt.
import {t} from './text.js';

const DATE_TIME = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:\.(\d+))?(Z|[+-]\d\d:\d\d)?$/;
const FIRST = utc(1, 1, 1);
const LAST = utc(10000, 1, 1);

// A date and time that cannot be read; the message goes on from the place where it stands.
export class BadDate extends Error {}

function utc(year, month, day) {
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  return date.getTime();
}

export function readTimestamp(text, offsetRequired = true) {
  const match = typeof text === 'string' ? DATE_TIME.exec(text) : null;
  if(!match) {
    throw new BadDate(t("must be a date and time such as 2026-02-28T09:30:00Z"));
  }
  const [year, month, day, hour, minute, second] = match.slice(1, 7).map(Number);
  const micro = Number((match[7] ?? '').slice(0, 6).padEnd(6, '0'));
  const offset = match[8] ?? 'Z';
  if(!match[8] && offsetRequired) {
    throw new BadDate(t("needs an offset: end it with Z for UTC, or with one like +10:00"));
  }
  const midnight = hour === 24 && minute === 0 && second === 0 && micro === 0;
  const start = utc(year, month, day);
  let away = 0;
  if(offset !== 'Z') {
    away = Number(offset.slice(1, 3)) * 60 + Number(offset.slice(4));
  }
  const back = new Date(start);
  const exists = year > 0 && back.getUTCMonth() === month - 1 && back.getUTCDate() === day &&
    (hour < 24 || midnight) && minute < 60 && second < 60 && away <= 840 &&
    (offset === 'Z' || Number(offset.slice(4)) < 60);
  const time = start + ((hour * 60 + minute) * 60 + second) * 1000 -
    (offset[0] === '-' ? -away : away) * 60000;
  if(!exists || time < FIRST || time >= LAST) {
    throw new BadDate(t("is not a date and time that exists"));
  }
  return BigInt(time) * 1000n + BigInt(micro);
}

export const fromDate = date => BigInt(date.getTime()) * 1000n;
export const toDate = moment => new Date(Number(moment / 1000n));
