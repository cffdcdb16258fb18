// The built program (FREEHOLD_BIN), started as a newcomer starts it but on free ports and on data of
// its own, which go away with it.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const startSeconds = 60;
const stopSeconds = 20;

// How the program is told where to live. The staff listener and the simulator take the next two ports.
function argumentsFor(folder, port) {
  return ['up', '--var', folder, '--port', String(port)];
}

// Resolves when the program is ready; rejects with all that it printed when it is not in time.
export async function startFreehold({ program = process.env.FREEHOLD_BIN, env = {} } = {}) {
  // The short path leaves room for a socket's name; its PostgreSQL may run as another user.
  const home = await mkdtemp('/tmp/freehold-e2e-');
  await chmod(home, 0o755);
  const port = await threeFreePorts();
  const child = spawn(program, argumentsFor(join(home, 'var'), port), {
    cwd: home,
    env: { PATH: process.env.PATH, HOME: process.env.HOME, LANG: 'C.UTF-8', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const freehold = describe(child, home, port);
  try {
    await until(() => isReady(freehold), freehold, `is not ready after ${startSeconds} s`);
  } catch (failure) {
    child.kill('SIGKILL');
    await rm(home, { recursive: true, force: true });
    throw failure;
  }
  return freehold;
}

function describe(child, home, port) {
  let printed = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (data) => { printed += data; });
  const exited = once(child, 'exit').then(([code, signal]) => code ?? signal, (failure) => failure.message);
  return {
    pid: child.pid,
    home,
    product: `http://127.0.0.1:${port}`,
    staff: `http://127.0.0.1:${port + 1}`,
    simulator: `http://127.0.0.1:${port + 2}`,
    exited,
    printed: () => printed,
    // As Ctrl-C does. Fails unless the program ends by itself, in time and with success.
    async stop() {
      child.kill('SIGINT');
      const result = await Promise.race([exited, sleep(stopSeconds * 1000, 'nothing', { ref: false })]);
      child.kill('SIGKILL');
      await exited;
      await rm(home, { recursive: true, force: true });
      if (result !== 0) throw new Error(`The program ended with ${result} when it was stopped:\n${printed}`);
    },
  };
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

async function isReady({ staff }) {
  return fetch(`${staff}/readyz`, { signal: AbortSignal.timeout(2000) }).then(({ ok }) => ok, () => false);
}

async function threeFreePorts() {
  for (;;) {
    const port = 20000 + Math.floor(Math.random() * 10000);
    const free = await Promise.all([port, port + 1, port + 2].map(isFree));
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
