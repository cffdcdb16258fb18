// What the comparisons share: servers that are started and stopped, wrk, CPU time and memory of a
// process and all that it started. Only ratios taken in one run count, so rounds alternate between the
// servers and medians are compared.
import { execFileSync, spawn } from 'node:child_process';
import { chmodSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';

const ticksPerSecond = 100; // USER_HZ, of /proc/PID/stat

// A short path, so that a socket's name fits.
export const folder = mkdtempSync('/tmp/freehold-bench-');
chmodSync(folder, 0o755); // PostgreSQL may run as another user
const started = [];

export function freePort() {
  return new Promise((resolve) => {
    const probe = createServer().listen(0, '127.0.0.1', () => {
      const { port } = probe.address();
      probe.close(() => resolve(port));
    });
  });
}

export function start(name, command, args) {
  const log = openSync(`${folder}/${name}.log`, 'w');
  const child = spawn(command, args, { stdio: ['ignore', log, log] });
  child.on('exit', (code) => {
    if (!child.stopping) fail(`${name} ended with ${code}:\n${readFileSync(`${folder}/${name}.log`, 'utf8')}`);
  });
  started.push(child);
  return child;
}

export function fail(reason) {
  for (const child of started) {
    child.stopping = true;
    child.kill('SIGTERM');
  }
  console.error(reason);
  process.exit(1);
}

process.on('SIGINT', () => fail('stopped'));
process.on('uncaughtException', (error) => fail(error));

export async function stop() {
  const ended = started.map((child) => new Promise((resolve) => {
    child.stopping = true;
    child.once('exit', resolve);
    child.kill('SIGTERM');
  }));
  await Promise.all(ended);
  rmSync(folder, { recursive: true, force: true });
}

// The answer's text once there is one.
export async function answer(url, headers = {}) {
  for (let attempt = 0; attempt < 300; ++attempt) {
    const found = await fetch(url, { headers }).catch(() => undefined);
    if (found?.ok) return found.text();
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  return fail(`${url} does not answer`);
}

function family(pid) {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').filter(Boolean);
  return [pid, ...children.flatMap(family)];
}

// Databases that a program brings along are not its own work.
function own(pids) {
  return pids.filter((pid) => !/^(postgres|redis-server)$/.test(readFileSync(`/proc/${pid}/comm`, 'utf8').trim()));
}

function cpuSeconds(pid) {
  return own(family(pid)).reduce((sum, each) => {
    const [, user, system] = readFileSync(`/proc/${each}/stat`, 'utf8').match(/\) (?:\S+ ){11}(\d+) (\d+)/);
    return sum + (Number(user) + Number(system)) / ticksPerSecond;
  }, 0);
}

function residentMiB(pid) {
  return own(family(pid)).reduce((sum, each) =>
    sum + Number(readFileSync(`/proc/${each}/status`, 'utf8').match(/VmRSS:\s+(\d+)/)[1]) / 1024, 0);
}

function milliseconds(text) {
  const [, number, unit] = text.match(/([\d.]+)(us|ms|s)/);
  return Number(number) * { us: 0.001, ms: 1, s: 1000 }[unit];
}

function load({ child, url, headers = {} }, { seconds, connections = 64 }) {
  const before = cpuSeconds(child.pid);
  const words = Object.entries(headers).flatMap(([name, value]) => ['-H', `${name}: ${value}`]);
  const text = execFileSync('wrk', [`-t${Math.min(2, connections)}`, `-c${connections}`, `-d${seconds}s`, '--latency', ...words, url], { encoding: 'utf8' });
  if (/Non-2xx|Socket errors/.test(text)) fail(`${url}\n${text}`);
  return {
    rate: Number(text.match(/Requests\/sec:\s+([\d.]+)/)[1]),
    cpu: ((cpuSeconds(child.pid) - before) * 1e6) / Number(text.match(/(\d+) requests in/)[1]),
    p99: milliseconds(text.match(/ 99%\s+(\S+)/)[1]),
    memory: residentMiB(child.pid),
  };
}

export function median(values) {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
}

// Measures the servers in turns and prints a table; the first is ours. A peer's `goal` is the ratio of
// our rate to its.
export function compare(what, servers, { seconds, rounds, connections }) {
  for (const server of servers) server.runs = [];
  for (let round = 0; round < rounds; ++round) {
    for (const server of servers) server.runs.push(load(server, { seconds, connections }));
  }
  const column = (server, key) => median(server.runs.map((run) => run[key]));
  console.log(`\n${what.padEnd(26)}  req/s   CPU us/req   p99 ms    MiB   ours / its   goal`);
  const [ours] = servers;
  for (const server of servers) {
    const ratio = median(ours.runs.map((run, i) => run.rate / server.runs[i].rate));
    console.log(`${server.name.padEnd(24)} ${column(server, 'rate').toFixed(0).padStart(8)}`
      + `${column(server, 'cpu').toFixed(1).padStart(13)}${column(server, 'p99').toFixed(2).padStart(9)}`
      + `${column(server, 'memory').toFixed(1).padStart(7)}`
      + `${(server === ours ? '' : ratio.toFixed(2)).padStart(13)}${String(server.goal ?? '').padStart(7)}`);
  }
}
