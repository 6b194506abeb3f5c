// JSON Web Signatures by the package jose: each line in is a JSON object {do, ...}, each line out its answer.
//   key      {alg}                   -> {secret, jwk}
//   sign     {header, claims, key}   -> {token}
//   verify   {token, key, algorithms} -> {header, claims} or {error}
import {createInterface} from 'node:readline';
import {calculateJwkThumbprint, CompactSign, compactVerify, exportJWK, generateKeyPair, importJWK} from 'jose';

const answers = {
  async key({alg}) {
    const {publicKey, privateKey} = await generateKeyPair(alg, {extractable: true, modulusLength: 2048});
    const jwk = await exportJWK(publicKey);
    return {secret: await exportJWK(privateKey), jwk, thumbprint: await calculateJwkThumbprint(jwk)};
  },
  async sign({header, claims, key}) {
    const payload = new TextEncoder().encode(JSON.stringify(claims));
    return {token: await new CompactSign(payload).setProtectedHeader(header).sign(await importJWK(key, header.alg))};
  },
  async verify({token, key, algorithms}) {
    const {protectedHeader, payload} = await compactVerify(token, await importJWK(key, algorithms[0]), {algorithms});
    return {header: protectedHeader, claims: JSON.parse(new TextDecoder().decode(payload))};
  }
};

for await (const line of createInterface({input: process.stdin})) {
  const {do: verb, ...question} = JSON.parse(line);
  const answer = await answers[verb](question).catch(error => ({error: error.code ?? String(error)}));
  process.stdout.write(JSON.stringify(answer) + '\n');
}
