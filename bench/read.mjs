// What a customer asks for, from the socket to the row and back, beside Fastify with pg and redis doing
// the same on the same servers:
//
//   a tenant's read       API key, role's permission, plan, rate limit in Redis, `fh.enter` and one row
//                         under row level security
//   a page of a person    session, membership, permission, rate limit, the plan's feature, eight queries
//                         of three roles, and the whole page around them
//   a gated, metered call the plan's feature and a unit of usage that is counted durably before the rows
//                         are read; one at a time, as a workspace exports
//
// Both write a line of log and count metrics for each request.
//
//   node bench/read.mjs [SECONDS [ROUNDS]]
//
// Needs build/release/freehold (./dev bench builds it) and wrk.
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { answer, compare, fail, folder, freePort, start, stop } from './measure.mjs';
import { newcomer } from './person.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const program = process.env.FREEHOLD_BIN ?? join(root, 'build/release/freehold');
const seconds = Number(process.argv[2] ?? 4);
const rounds = Number(process.argv[3] ?? 5);

// What is sold here, with rates and usage that no load reaches.
function generousPlans() {
  const file = join(folder, 'plans.toml');
  const text = readFileSync(join(root, 'plans.toml'), 'utf8')
    .replace(/^rates = .*$/gm, 'rates = { api = 100000000, page = 100000000 }')
    .replace(/^meters = .*$/gm, 'meters = { "documents.api_calls" = 1000000000 }');
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

// The peer's template is our page with places for all that a query or a session says.
function templateOf(page, email) {
  const token = page.match(/name="csrf_token" value="([^"]+)"/)[1];
  return page.replaceAll(token, '{{csrf}}').replaceAll(email, '{{email}}')
    .replace(/(name="idempotency_key" value=")[^".]+/g, '$1{{idempotency}}')
    .replaceAll('>Bench<', '>{{workspace}}<').replace('All 3 documents', 'All {{count}} documents')
    .replace(/>\d(\/\d<)/, '>{{steps}}$1');
}

// Without what differs in every answer.
function plain(text) {
  return text.replace(/(name="idempotency_key" value=")[^".]+/g, '$1').trim();
}

const port = await freePort();
const freehold = await startFreehold(port);
const product = `http://localhost:${port}`;
const { person, key } = await newcomer({ product, mailbox: `http://localhost:${port + 2}` });
const { database, redis } = serversOf(join(folder, 'var'));

const byKey = { authorization: `Bearer ${key}` };
const bySession = { cookie: person.cookieHeader };
const exportPage = '/t/bench/documents/export';
const template = join(folder, 'page.html');
writeFileSync(template, templateOf((await person.ask(exportPage)).text, 'bench@example.com'));

const peerPort = await freePort();
const peer = start('fastify', process.execPath,
  [join(root, 'bench/read_fastify.mjs'), String(peerPort), database, redis, template]);

async function both(what, path, headers, { goal, connections } = {}) {
  const servers = [
    { name: 'freehold', child: freehold, url: `http://127.0.0.1:${port}${path}`, headers },
    { name: 'fastify + pg + redis', child: peer, url: `http://127.0.0.1:${peerPort}${path}`, headers, goal },
  ];
  const [ours, its] = await Promise.all(servers.map(({ url }) => answer(url, headers)));
  if (plain(ours) !== plain(its)) fail(`the two do not answer the same to ${path}:\n${ours}\n${its}`);
  compare(what, servers, { seconds, rounds, connections });
}

await both("a tenant's read", '/api/v1/workspace', byKey, { goal: 6 });
await both('a page of a person', exportPage, bySession);
await both('a gated, metered call', '/api/v1/document_export', byKey, { connections: 1 });
await stop();
