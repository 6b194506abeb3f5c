// The Digital Bazaar side of bench/run.py. The first line in is {sample, key, documents, created};
// each further line {work, turns, ...} is answered with the CPU time of this process for that many.
import {createInterface} from 'node:readline';
import {canonize, issue, signer, statusList, verify} from '../../tests/interop/engine.mjs';

let works;

async function prepare({sample, key, documents, created}) {
  const by = await signer(key);
  const make = credential => issue({credential, by, created, documents});
  const {credentialStatus, ...lasting} = sample;
  const [listed, plain] = [await make(structuredClone(sample)), await make(structuredClone(lasting))];
  const check = async credential => {
    const {verified, error} = await verify({credential, documents, now: created});
    if(!verified) {
      throw new Error(error);
    }
  };
  works = {
    issue: () => make(structuredClone(sample)),
    verify: () => check(plain),
    'verify with status': () => check(listed),
    canonicalise: () => canonize({document: sample, documents}),
    'status list': ({length, ones}) => statusList({length, ones})
  };
  return {ready: Boolean(credentialStatus)};
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
