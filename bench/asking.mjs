// Forward authentication beside our own tiny request: what a proxy pays for every request that it lets
// through. Both kinds of credential; each answer carries a signed assertion.
//
//   node bench/asking.mjs [SECONDS [ROUNDS]]
//
// Needs build/release/freehold and build/release/bench/http_bench (./dev bench builds them) and wrk.
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { answer, compare, fail, folder, freePort, start, stop } from './measure.mjs';
import { newcomer } from './person.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const program = process.env.FREEHOLD_BIN ?? join(root, 'build/release/freehold');
const tinyServer = join(process.env.FREEHOLD_BENCH_DIR ?? join(root, 'build/release/bench'), 'http_bench');
const seconds = Number(process.argv[2] ?? 4);
const rounds = Number(process.argv[3] ?? 5);

const port = await freePort();
const freehold = start('freehold', program,
  ['up', '--no-demo', '--var', join(folder, 'var'), '--port', String(port)]);
await answer(`http://127.0.0.1:${port + 1}/readyz`);
const tinyPort = await freePort();
const tiny = start('tiny', tinyServer, [`127.0.0.1:${tinyPort}`, '2']);
await answer(`http://127.0.0.1:${tinyPort}/api/v1/ping`);

const { person, key } = await newcomer({ product: `http://localhost:${port}`, mailbox: `http://localhost:${port + 2}` });
const url = `http://127.0.0.1:${port}/api/v1/auth/verify?tenant=bench`;
const peer = { name: 'our tiny request', child: tiny, url: `http://127.0.0.1:${tinyPort}/api/v1/ping`, goal: 0.6 };

async function measure(what, headers) {
  const told = JSON.parse(await answer(url, headers));
  if (told.object !== 'assertion' || told.tenant_slug === undefined && told.key_id === undefined)
    fail(`who is asking was not told: ${JSON.stringify(told)}`);
  compare(what, [{ name: 'verify', child: freehold, url, headers }, peer], { seconds, rounds });
}

await measure('forward authentication, session', { cookie: person.cookieHeader });
await measure('forward authentication, API key', { authorization: `Bearer ${key}` });
await stop();
