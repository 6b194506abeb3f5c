// One process for many questions, for the tests: each line in is {given, base64?, documents, at}, each line out the
// report of the committed bundle.
import {createInterface} from 'node:readline';

const {inspect} = await import(process.argv[2]);

for await (const line of createInterface({input: process.stdin})) {
  const {given, base64, documents, at} = JSON.parse(line);
  const started = performance.now();
  let answer;
  try {
    const content = base64 ? new Uint8Array(Buffer.from(given, 'base64')) : given;
    answer = await inspect(content, {documents, at});
  } catch(error) {
    answer = {error: error?.stack ?? String(error)};
  }
  process.stdout.write(JSON.stringify({...answer, took: performance.now() - started}) + '\n');
}
