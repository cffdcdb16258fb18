// The built-in gateway beside HAProxy, on the same hop to the same product: a tiny answer. HAProxy only
// passes on; the gateway also says who is asking, which a second line measures without.
//
//   node bench/gateway.mjs [SECONDS [ROUNDS]]
//
// Needs build/release/freehold and build/release/bench/http_bench (./dev bench builds them), wrk and haproxy.
import { writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { answer, compare, fail, folder, freePort, start, stop } from './measure.mjs';
import { newcomer } from './person.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const program = process.env.FREEHOLD_BIN ?? join(root, 'build/release/freehold');
const tinyServer = join(process.env.FREEHOLD_BENCH_DIR ?? join(root, 'build/release/bench'), 'http_bench');
const seconds = Number(process.argv[2] ?? 4);
const rounds = Number(process.argv[3] ?? 5);

const productPort = await freePort();
start('product', tinyServer, [`127.0.0.1:${productPort}`, '2']);
await answer(`http://127.0.0.1:${productPort}/`);

const haproxyPort = await freePort();
const haproxy = start('haproxy', '/usr/sbin/haproxy', ['-db', '-f', haproxyFile()]);
await answer(`http://127.0.0.1:${haproxyPort}/`);

const port = await freePort();
const freehold = start('freehold', program,
  ['up', '--no-demo', '--var', join(folder, 'var'), '--port', String(port), '--gateway', routesFile()]);
await answer(`http://127.0.0.1:${port + 1}/readyz`);
const { person } = await newcomer({ product: `http://localhost:${port}`, mailbox: `http://localhost:${port + 2}` });

const peer = { name: 'HAProxy', child: haproxy, url: `http://127.0.0.1:${haproxyPort}/`, goal: 0.7 };
const url = `http://127.0.0.1:${port}/app`;
const headers = { cookie: person.cookieHeader };
const text = await answer(`http://127.0.0.1:${productPort}/`);
if (await answer(`${url}/open`) !== text || await answer(url, headers) !== text) fail('the product was not reached');

const open = { name: 'gateway, anyone', child: freehold, url: `${url}/open` };
const known = { name: 'gateway, a session', child: freehold, url, headers };
compare('a hop to a product', [open, peer], { seconds, rounds });
compare('with who is asking', [known, peer], { seconds, rounds });
await stop();

// Connections to the product are shared, as the gateway shares its own.
function haproxyFile() {
  const file = join(folder, 'haproxy.cfg');
  writeFileSync(file, `
global
  nbthread 2
defaults
  mode http
  timeout connect 2s
  timeout client 60s
  timeout server 60s
  option forwardfor
  http-reuse always
frontend all
  bind 127.0.0.1:${haproxyPort}
  default_backend product
backend product
  server one 127.0.0.1:${productPort}
`);
  return file;
}

function routesFile() {
  const file = join(folder, 'gateway.toml');
  const route = (path, who) => `[[gateway.route]]\npath = "${path}"\nwho = "${who}"\nto = "http://127.0.0.1:${productPort}"\n`;
  writeFileSync(file, route('/app', 'member') + route('/app/open', 'anyone'));
  return file;
}
