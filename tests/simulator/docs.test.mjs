// What docs/simulator.md tells people to type works, against the command that it names. A language
// that is not on this machine is skipped by name.
import { test, before, after } from 'node:test';
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { createServer } from 'node:net';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { join } from 'node:path';

const root = fileURLToPath(new URL('../..', import.meta.url));
const freehold = process.env.FREEHOLD_BIN ?? join(root, 'build/dev/freehold');
const manual = readFileSync(join(root, 'docs/simulator.md'), 'utf8');
const pinned = '2026-10-28.endive';

let port;
let program;
let printed = '';
let folder;

async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const found = server.address().port;
  server.close();
  await once(server, 'close');
  return found;
}

before(async () => {
  port = await freePort();
  folder = mkdtempSync(join(root, 'build', 'simulator-docs-'));
  program = spawn(freehold, ['simulator', '--port', String(port), '--seed', '1',
    '--forward-to', `http://127.0.0.1:${port}/nowhere`], { stdio: ['ignore', 'pipe', 'inherit'] });
  for await (const line of createInterface({ input: program.stdout })) {
    printed += `${line}\n`;
    if (line.startsWith('Ctrl-C')) break;
  }
});

after(async () => {
  program.kill('SIGTERM');
  await once(program, 'exit');
  rmSync(folder, { recursive: true });
});

// The first block of a language that holds `word`, for our port.
function snippet(language, word) {
  const blocks = [...manual.matchAll(/```(\w+)\n([\s\S]*?)```/g)].filter(([, name, text]) => name === language && text.includes(word));
  assert.equal(blocks.length, 1, `one block of ${language} with ${word}`);
  return blocks[0][2].replaceAll('8082', String(port));
}

function run(command, args, options = {}) {
  const { status, stdout, stderr } = spawnSync(command, args, { encoding: 'utf8', cwd: folder, ...options });
  assert.equal(status, 0, stderr);
  return stdout;
}

async function newest(path) {
  const response = await fetch(`http://127.0.0.1:${port}${path}?limit=1`, { headers: { Authorization: 'Bearer sk_test_sim_docs' } });
  return (await response.json()).data[0];
}

test('the command prints where it is, a key that works, and the webhook secret', async () => {
  assert.match(printed, /It is not Stripe/);
  assert.match(printed, new RegExp(`http://127\\.0\\.0\\.1:${port} `));
  assert.match(printed, /whsec_simulator/);
  const [key] = /sk_test_sim_\w+/.exec(printed);
  const response = await fetch(`http://127.0.0.1:${port}/v1/balance`, { headers: { Authorization: `Bearer ${key}` } });
  assert.equal(response.status, 200);
  assert.equal(response.headers.get('stripe-version'), pinned);
});

test('TypeScript', async () => {
  writeFileSync(join(folder, 'snippet.mts'), snippet('ts', 'checkout.sessions.create'));
  const url = run(process.execPath, ['--no-warnings', '--experimental-strip-types', 'snippet.mts']).trim();
  assert.match(url, new RegExp(`^http://127\\.0\\.0\\.1:${port}/pay/cs_test_`));
  assert.equal((await fetch(url)).status, 200);
});

test('curl', async () => {
  run('bash', ['-euc', snippet('sh', 'curl -s -u')]);
  const refused = await fetch(`http://127.0.0.1:${port}/v1/customers`, { headers: { Authorization: 'Bearer sk_test_sim_docs' } }).catch((error) => error);
  assert.ok(refused instanceof Error, 'the fault that was asked for hangs up');
  const customer = await newest('/v1/customers');
  assert.equal(customer.email, 'ada@example.com');
  assert.equal((await newest(`/v1/customers/${customer.id}/payment_methods`)).card.last4, '4242');
});

const hasPython = spawnSync('python3', ['-c', 'import stripe']).status === 0;
test('Python', { skip: !hasPython && 'python3 has no stripe package here' }, async () => {
  writeFileSync(join(folder, 'snippet.py'), snippet('python', 'StripeClient'));
  assert.equal(run('python3', ['snippet.py']).trim(), (await newest('/v1/customers')).id);
});

test('the Python snippet is Python', { skip: spawnSync('python3', ['--version']).status !== 0 && 'there is no python3 here' }, () => {
  writeFileSync(join(folder, 'syntax.py'), snippet('python', 'StripeClient'));
  run('python3', ['-m', 'py_compile', 'syntax.py']);
});

const hasGo = spawnSync('go', ['list', 'github.com/stripe/stripe-go/v86']).status === 0;
test('Go', { skip: !hasGo && 'go has no stripe-go here' }, async () => {
  writeFileSync(join(folder, 'snippet.go'), snippet('go', 'stripe-go'));
  assert.equal(run('go', ['run', 'snippet.go']).trim(), (await newest('/v1/customers')).id);
});
