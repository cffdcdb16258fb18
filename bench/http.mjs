// A tiny request through the full server (routing, request id, security headers, log to a file,
// metrics) beside nginx `return 200`, and beside Fastify in a cluster of two that does the same work or
// nothing but answer. All answer {"ok":true}.
//
//   node bench/http.mjs [SECONDS [ROUNDS]]
//
// Needs build/release/bench/http_bench (./dev bench builds it; FREEHOLD_BENCH_DIR names another folder),
// nginx and wrk.
import { writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { answer, compare, fail, folder, freePort, start, stop } from './measure.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const binaries = process.env.FREEHOLD_BENCH_DIR ?? join(here, '../build/release/bench');
const seconds = Number(process.argv[2] ?? 4);
const rounds = Number(process.argv[3] ?? 5);

function startFreehold(port) {
  return start('freehold', join(binaries, 'http_bench'), [`127.0.0.1:${port}`, '2']);
}

function startNginx(port) {
  const file = join(folder, 'nginx.conf');
  writeFileSync(file, `
    daemon off; worker_processes 2; pid ${folder}/nginx.pid; error_log stderr;
    ${process.getuid() === 0 ? 'user root;' : ''}
    events { worker_connections 4096; }
    http {
      access_log off; keepalive_requests 1000000000;
      client_body_temp_path ${folder}/body; proxy_temp_path ${folder}/proxy;
      fastcgi_temp_path ${folder}/fastcgi; uwsgi_temp_path ${folder}/uwsgi; scgi_temp_path ${folder}/scgi;
      server {
        listen 127.0.0.1:${port} reuseport;
        location / { default_type application/json; return 200 '{"ok":true}'; }
      }
    }`);
  return start('nginx', '/usr/sbin/nginx', ['-c', file, '-e', 'stderr']);
}

function startFastify(port) {
  return start('fastify', process.execPath, [join(here, 'http_fastify.mjs'), String(port), join(folder, 'pino.log')]);
}

function startBareFastify(port) {
  return start('bare_fastify', process.execPath, [join(here, 'http_fastify.mjs'), String(port)]);
}

const servers = [
  { name: 'freehold', begin: startFreehold, path: '/api/v1/ping' },
  { name: 'nginx return 200', begin: startNginx, path: '/', goal: 0.8 },
  { name: 'fastify, the same work', begin: startFastify, path: '/api/v1/ping', goal: 2 },
  { name: 'fastify, bare', begin: startBareFastify, path: '/api/v1/ping' },
];

for (const server of servers) {
  const port = await freePort();
  server.child = server.begin(port);
  server.url = `http://127.0.0.1:${port}${server.path}`;
  const text = await answer(server.url);
  if (text !== '{"ok":true}') fail(`${server.name} answers ${text}`);
}
compare('tiny request', servers, { seconds, rounds });
await stop();
