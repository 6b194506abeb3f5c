// One process for many questions, for the tests: each line in is {given, base64?, documents, at, words?, lang?} or
// {quads}, each line out the report of the committed bundle, or {nquads}.
import {createInterface} from 'node:readline';

const {canonicalize, inspect} = await import(process.argv[2]);

for await (const line of createInterface({input: process.stdin})) {
  const {given, base64, quads, ...options} = JSON.parse(line);
  const started = performance.now();
  let answer;
  try {
    const content = base64 ? new Uint8Array(Buffer.from(given, 'base64')) : given;
    answer = quads ? {nquads: canonicalize(quads)} : await inspect(content, options);
  } catch(error) {
    answer = {error: error?.stack ?? String(error), code: error?.code};
  }
  process.stdout.write(JSON.stringify({...answer, took: performance.now() - started}) + '\n');
}
