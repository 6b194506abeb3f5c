// The JavaScript side of bench/run.py. The first line in is {samples, key, documents, created, library};
// each further line {work, turns, ...} is answered with the CPU time of this process for that many.
import {createInterface} from 'node:readline';
import {canonize, issue, libraries, signer, statusList, verify} from '../../tests/interop/engine.mjs';

let works;

// One after another, and from the start again.
function inTurn(items) {
  let next = 0;
  return () => items[next++ % items.length];
}

async function prepare({samples, key, documents, created, library: name}) {
  const library = libraries[name];
  const by = await signer(key);
  const make = credential => issue({credential, by, created, documents, library});
  const check = async credential => {
    const {verified, error} = await verify({credential, documents, now: created, library});
    if(!verified) {
      throw new Error(error);
    }
  };
  const of = {};
  for(const [size, badges] of Object.entries(samples)) {
    const listed = await Promise.all(badges.map(badge => make(structuredClone(badge))));
    const plain = await Promise.all(badges.map(
      ({credentialStatus, ...lasting}) => make(structuredClone(lasting))));
    of[size] = {badge: inTurn(badges), listed: inTurn(listed), plain: inTurn(plain)};
  }
  works = {
    issue: ({size}) => make(structuredClone(of[size].badge())),
    verify: ({size}) => check(of[size].plain()),
    'verify with status': ({size}) => check(of[size].listed()),
    canonicalise: ({size}) => canonize({document: of[size].badge(), documents}),
    'status list': ({length, ones}) => statusList({length, ones})
  };
  return {ready: true};
}

async function measure({work, turns, ...rest}) {
  const before = process.cpuUsage();
  for(let turn = 0; turn < turns; turn++) {
    await works[work](rest);
  }
  const {user, system} = process.cpuUsage(before);
  return {microseconds: user + system};
}

for await (const line of createInterface({input: process.stdin})) {
  const question = JSON.parse(line);
  const answer = works ? await measure(question) : await prepare(question);
  process.stdout.write(JSON.stringify(answer) + '\n');
}
