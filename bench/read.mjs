// A tenant's read from the socket to the row and back: API key, role's permission, plan, rate limit in
// Redis, `fh.enter` and one row under row level security; beside Fastify with pg and redis doing the
// same on the same servers.
//
//   node bench/read.mjs [SECONDS [ROUNDS]]
//
// Needs build/release/freehold (./dev bench builds it) and wrk.
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { answer, compare, fail, folder, freePort, start, stop } from './measure.mjs';
import { signUpAndMakeKey } from './person.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const program = process.env.FREEHOLD_BIN ?? join(root, 'build/release/freehold');
const seconds = Number(process.argv[2] ?? 4);
const rounds = Number(process.argv[3] ?? 5);
const path = '/api/v1/workspace';

// What is sold here, with rate limits that no load reaches.
function generousPlans() {
  const file = join(folder, 'plans.toml');
  const text = readFileSync(join(root, 'plans.toml'), 'utf8').replace(/^rates = .*$/gm, 'rates = { api = 100000000 }');
  writeFileSync(file, text);
  return file;
}

async function startFreehold(port) {
  const home = join(folder, 'var');
  const child = start('freehold', program,
    ['up', '--no-demo', '--var', home, '--port', String(port), '--plans', generousPlans()]);
  await answer(`http://127.0.0.1:${port + 1}/readyz`);
  return child;
}

// `up` writes down where its servers are.
function serversOf(home) {
  const text = readFileSync(join(home, 'freehold.toml'), 'utf8');
  return { database: text.match(/host=(\S+) port/)[1], redis: text.match(/unix:\/\/([^"]+)/)[1] };
}

const port = await freePort();
const freehold = await startFreehold(port);
const product = `http://localhost:${port}`;
const key = await signUpAndMakeKey({ product, mailbox: `http://localhost:${port + 2}` });
const headers = { authorization: `Bearer ${key}` };
const { database, redis } = serversOf(join(folder, 'var'));

const peerPort = await freePort();
const peer = start('fastify', process.execPath,
  [join(root, 'bench/read_fastify.mjs'), String(peerPort), database, redis]);

const servers = [
  { name: 'freehold', child: freehold, url: `http://127.0.0.1:${port}${path}`, headers },
  { name: 'fastify + pg + redis', child: peer, url: `http://127.0.0.1:${peerPort}${path}`, headers, goal: 6 },
];
const [ours, its] = await Promise.all(servers.map(({ url }) => answer(url, headers).then(JSON.parse)));
if (JSON.stringify(ours) !== JSON.stringify(its))
  fail(`the two do not do the same:\n${JSON.stringify(ours)}\n${JSON.stringify(its)}`);
compare("a tenant's read", servers, { seconds, rounds });
await stop();
