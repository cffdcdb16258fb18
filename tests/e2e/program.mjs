// The built program (FREEHOLD_BIN), started as a newcomer starts it but on free ports and on data of
// its own, which go away with it.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const startSeconds = 120;
const stopSeconds = 20;

// How the program is told where to live. The staff listener and the simulator take the next two ports.
function argumentsFor(folder, port, more) {
  return ['up', '--var', folder, '--port', String(port), ...more];
}

// Runs it in `home`, which is kept, and returns at once.
export function launchFreehold({ home, port, program = process.env.FREEHOLD_BIN, env = {}, options = [] }) {
  return describe(launch({ home, program, env, words: argumentsFor(join(home, 'var'), port, options) }), home, port);
}

// Another node of the servers of the one that runs in `home`: `serve` or `worker`.
export function launchNode({ home, command, program = process.env.FREEHOLD_BIN }) {
  const words = ['--config', join(home, 'var', 'freehold.toml'), command];
  return describe(launch({ home, program, env: {}, words }), home, 0);
}

function launch({ home, program, env, words }) {
  return spawn(program, words, {
    cwd: home,
    env: { PATH: process.env.PATH, HOME: process.env.HOME, LANG: 'C.UTF-8', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

// Resolves when the program says that it is ready and answers; rejects with all that it printed when
// it ended before or is not in time.
export async function waitUntilReady(freehold) {
  const isReady = async () => /^Ready after/m.test(freehold.printed()) && answers(`${freehold.staff}/readyz`);
  await until(isReady, freehold, `is not ready after ${startSeconds} s`);
}

export async function startFreehold(options = {}) {
  const home = options.home ?? await makeHome();
  const freehold = launchFreehold({ ...options, home, port: options.port ?? await threeFreePorts() });
  try {
    await waitUntilReady(freehold);
  } catch (failure) {
    freehold.signal('SIGKILL');
    await rm(home, { recursive: true, force: true });
    throw failure;
  }
  return { ...freehold, stop: () => stopAndRemove(freehold) };
}

// A folder that a test removes. The short path leaves room for a socket's name; the program's
// PostgreSQL may run as another user.
export async function makeHome() {
  const home = await mkdtemp('/tmp/freehold-e2e-');
  await chmod(home, 0o755);
  return home;
}

// One that somebody else started and will stop.
export function joinFreehold(port) {
  return { port, ...addresses(port), stop: async () => {} };
}

function addresses(port) {
  return {
    product: `http://localhost:${port}`,
    staff: `http://localhost:${port + 1}`,
    simulator: `http://localhost:${port + 2}`,
  };
}

function describe(child, home, port) {
  let printed = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (data) => { printed += data; });
  // All output has been read when both streams are closed.
  const exited = once(child, 'close').then(([code, signal]) => code ?? signal, (failure) => failure.message);
  return {
    pid: child.pid,
    home,
    port,
    ...addresses(port),
    exited,
    printed: () => printed,
    signal: (name) => child.kill(name),
  };
}

// As Ctrl-C does. Fails unless the program ends by itself, in time and with success.
async function stopAndRemove(freehold) {
  freehold.signal('SIGINT');
  const result = await Promise.race([freehold.exited, sleep(stopSeconds * 1000, 'nothing', { ref: false })]);
  freehold.signal('SIGKILL');
  await freehold.exited;
  await rm(freehold.home, { recursive: true, force: true });
  if (result !== 0) throw new Error(`The program ended with ${result} when it was stopped:\n${freehold.printed()}`);
}

async function until(holds, freehold, complaint) {
  const deadline = Date.now() + startSeconds * 1000;
  let ended;
  freehold.exited.then((result) => { ended = result; });
  while (!(await holds())) {
    if (ended !== undefined) throw new Error(`The program ended with ${ended} at its start:\n${freehold.printed()}`);
    if (Date.now() > deadline) throw new Error(`The program ${complaint}:\n${freehold.printed()}`);
    await sleep(25);
  }
}

export function answers(url) {
  return fetch(url, { signal: AbortSignal.timeout(2000) }).then(({ ok }) => ok, () => false);
}

// The first of three in a row; those of another node, ten further, are free as well.
export async function threeFreePorts() {
  for (;;) {
    const port = 20000 + Math.floor(Math.random() * 10000);
    const wanted = [0, 1, 2, 10, 11, 12].map((offset) => port + offset);
    const free = await Promise.all(wanted.map(isFree));
    if (free.every(Boolean)) return port;
  }
}

function isFree(port) {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}
