// A tiny request through the full server (routing, request id, security headers, log to a file,
// metrics) beside nginx `return 200`, and beside Fastify in a cluster of two that does the same work or
// nothing but answer. All answer {"ok":true}.
//
//   node bench/http.mjs [SECONDS [ROUNDS]]
//
// Needs build/release/bench/http_bench (./dev bench builds it; FREEHOLD_BENCH_DIR names another folder),
// nginx and wrk. Only ratios taken in one run count: rounds alternate between the servers, and medians
// are compared.
import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const binaries = process.env.FREEHOLD_BENCH_DIR ?? join(here, '../build/release/bench');
const seconds = Number(process.argv[2] ?? 4);
const rounds = Number(process.argv[3] ?? 5);
const ticksPerSecond = 100; // USER_HZ, of /proc/PID/stat

const folder = mkdtempSync(join(tmpdir(), 'freehold-bench-'));
const started = [];

function freePort() {
  return new Promise((resolve) => {
    const probe = createServer().listen(0, '127.0.0.1', () => {
      const { port } = probe.address();
      probe.close(() => resolve(port));
    });
  });
}

function start(name, command, args) {
  const log = openSync(join(folder, `${name}.log`), 'w');
  const child = spawn(command, args, { stdio: ['ignore', 'ignore', log] });
  child.on('exit', (code) => { if (!child.stopping) fail(`${name} ended with ${code}`); });
  started.push(child);
  return child;
}

function fail(reason) {
  stop();
  console.error(reason);
  process.exit(1);
}

function stop() {
  for (const child of started) {
    child.stopping = true;
    child.kill('SIGTERM');
  }
  rmSync(folder, { recursive: true, force: true });
}

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

async function answering(url) {
  for (let attempt = 0; attempt < 100; ++attempt) {
    const answer = await fetch(url).catch(() => undefined);
    if (answer?.ok && (await answer.text()) === '{"ok":true}') return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  fail(`${url} does not answer`);
}

// The process and all that it started.
function family(pid) {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').filter(Boolean);
  return [pid, ...children.flatMap(family)];
}

function cpuSeconds(pid) {
  return family(pid).reduce((sum, each) => {
    const [, user, system] = readFileSync(`/proc/${each}/stat`, 'utf8').match(/\) (?:\S+ ){11}(\d+) (\d+)/);
    return sum + (Number(user) + Number(system)) / ticksPerSecond;
  }, 0);
}

function residentMiB(pid) {
  return family(pid).reduce((sum, each) =>
    sum + Number(readFileSync(`/proc/${each}/status`, 'utf8').match(/VmRSS:\s+(\d+)/)[1]) / 1024, 0);
}

function measure({ child, url }) {
  const before = cpuSeconds(child.pid);
  const text = execFileSync('wrk', ['-t2', '-c64', `-d${seconds}s`, '--latency', url], { encoding: 'utf8' });
  const requests = Number(text.match(/(\d+) requests in/)[1]);
  if (/Non-2xx|Socket errors/.test(text)) fail(text);
  return {
    rate: Number(text.match(/Requests\/sec:\s+([\d.]+)/)[1]),
    cpu: ((cpuSeconds(child.pid) - before) * 1e6) / requests,
    p99: text.match(/ 99%\s+(\S+)/)[1],
  };
}

function median(values) {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
}

const servers = [
  { name: 'freehold', begin: startFreehold, path: '/api/v1/ping' },
  { name: 'nginx return 200', begin: startNginx, path: '/', goal: 0.8 },
  { name: 'fastify', begin: startFastify, path: '/api/v1/ping', goal: 2 },
  { name: 'fastify, bare', begin: startBareFastify, path: '/api/v1/ping' },
];

process.on('SIGINT', () => fail('stopped'));
for (const server of servers) {
  const port = await freePort();
  server.child = server.begin(port);
  server.url = `http://127.0.0.1:${port}${server.path}`;
  server.runs = [];
  await answering(server.url);
}
for (let round = 0; round < rounds; ++round) {
  for (const server of servers) server.runs.push(measure(server));
}

console.log('server              req/s   CPU us/req      p99   MiB');
for (const { name, runs, child } of servers) {
  console.log(`${name.padEnd(17)} ${median(runs.map((run) => run.rate)).toFixed(0).padStart(7)}`
    + `${median(runs.map((run) => run.cpu)).toFixed(2).padStart(12)} ${runs.at(-1).p99.padStart(9)}`
    + `${residentMiB(child.pid).toFixed(1).padStart(6)}`);
}
const [ours, ...peers] = servers;
for (const peer of peers) {
  const ratios = ours.runs.map((run, i) => run.rate / peer.runs[i].rate);
  const cpu = median(peer.runs.map((run) => run.cpu)) / median(ours.runs.map((run) => run.cpu));
  const goal = peer.goal ? ` (goal ${peer.goal})` : '';
  console.log(`tiny request against ${peer.name}: ${median(ratios).toFixed(2)} of its rate${goal}, `
    + `${cpu.toFixed(2)} of its requests per CPU second`);
}
stop();
