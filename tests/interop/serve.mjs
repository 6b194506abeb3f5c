// One process for many questions: each line in is a JSON object {do, ...}, each line out its answer.
//   verify   {credential, documents?, now?}       -> {verified, error?}
//   issue    {credential, key, created}           -> {credential} or {error}
//   present  {presentation, key, challenge?, domain?, documents?} -> {presentation} or {error}
//   presented {presentation, challenge?, domain?, documents?, now?} -> {verified, error?}
//   list     {length, ones}                      -> {encodedList}
//   canonize {document | nquads, maxWorkFactor?}  -> {nquads} or {error}
import {createInterface} from 'node:readline';
import {canonize, issue, present, statusList, verify, verifyPresentation} from './engine.mjs';

const answers = {
  verify,
  issue: async question => ({credential: await issue(question)}),
  present: async question => ({presentation: await present(question)}),
  presented: verifyPresentation,
  list: async question => ({encodedList: await statusList(question)}),
  canonize: async question => ({nquads: await canonize(question)})
};

for await (const line of createInterface({input: process.stdin})) {
  const {do: verb = 'verify', ...question} = JSON.parse(line);
  let answer;
  try {
    answer = await answers[verb](question);
  } catch(error) {
    answer = {error: [error, error.details?.event?.code, error.details?.event?.message]
      .filter(Boolean).map(String).join(' ')};
  }
  process.stdout.write(JSON.stringify(answer) + '\n');
}
