// `freehold up` as a process: what it leaves behind when it is stopped or killed, what it finds again
// when it is started, and how it refuses.
import assert from 'node:assert/strict';
import { chmod, lstat, readdir, readlink, realpath, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { test } from 'node:test';
import { advance, clock, eventually, logInByTour } from './outside.mjs';
import { answers, launchFreehold, launchNode, makeHome, threeFreePorts, waitUntilReady } from './program.mjs';

// A folder and ports of its own for a test, in which it may start the program several times.
async function place(t) {
  const home = await makeHome();
  const started = [];
  t.after(async () => {
    for (const freehold of started) freehold.signal('SIGKILL');
    await nothingRunsIn(home);
    await removeWithData(home);
  });
  const port = await threeFreePorts();
  const launch = (options = {}) => {
    const freehold = launchFreehold({ home, port, ...options });
    started.push(freehold);
    return freehold;
  };
  const start = async (options) => {
    const freehold = launch(options);
    await waitUntilReady(freehold);
    return freehold;
  };
  // `freehold serve` or `worker` from the file that `freehold up` leaves.
  const startNode = (command) => started.push(launchNode({ home, command }));
  return { home, port, launch, start, startNode };
}

const withoutDemo = { options: ['--no-demo'] };

async function removeWithData(home) {
  const data = await realpath(join(home, 'var')).catch(() => home);
  await rm(data, { recursive: true, force: true });
  await rm(home, { recursive: true, force: true });
}

// Every process that works in the folder: the program by where it was started, PostgreSQL and Redis
// by their data.
async function processesIn(home) {
  const places = [home, await realpath(join(home, 'var')).catch(() => home)];
  const found = [];
  for (const pid of await readdir('/proc')) {
    if (!/^\d+$/.test(pid)) continue;
    const folder = await readlink(`/proc/${pid}/cwd`).catch(() => '');
    if (places.some((each) => folder === each || folder.startsWith(`${each}/`))) found.push(pid);
  }
  return found;
}

async function nothingRunsIn(home) {
  await eventually(`no process left in ${home}`, async () => (await processesIn(home)).length === 0);
}

// What the list of documents says, which is the same as long as nothing is lost.
async function documentsOf({ product }, cookie) {
  const answer = await fetch(`${product}/t/northwind-labs/documents`, { headers: { Cookie: cookie } });
  assert.equal(answer.status, 200);
  const html = await answer.text();
  return { count: html.match(/\d+ of [\d,]+ documents/)[0], ids: html.match(/document_[a-z0-9]{26}/g) };
}

test('all data is there again after Ctrl-C and after kill -9, and neither leaves a process', async (t) => {
  const { home, start } = await place(t);
  let freehold = await start();
  const cookie = await logInByTour(freehold, 'jonas@northwind.example');
  const before = await documentsOf(freehold, cookie);
  assert.ok(before.ids.length > 0);

  freehold.signal('SIGINT');
  assert.equal(await freehold.exited, 0, freehold.printed());
  assert.deepEqual(await processesIn(home), []);

  const begin = Date.now();
  freehold = await start();
  assert.ok(Date.now() - begin < 5000, `the second start took ${Date.now() - begin} ms:\n${freehold.printed()}`);
  assert.ok(!freehold.printed().includes('Demo workspaces,'), 'the demo is played once');
  assert.deepEqual(await documentsOf(freehold, cookie), before);

  freehold.signal('SIGKILL');
  await freehold.exited;
  await nothingRunsIn(home);
  freehold = await start();
  assert.deepEqual(await documentsOf(freehold, cookie), before);

  // At once: PostgreSQL and Redis of the killed one are still ending.
  freehold.signal('SIGKILL');
  await freehold.exited;
  freehold = await start();
  assert.deepEqual(await documentsOf(freehold, cookie), before);
});

test('a demo that was killed in the middle is played anew', async (t) => {
  const { home, launch, start } = await place(t);
  const half = launch();
  await eventually('the first letters of the story', async () => {
    const mailbox = await fetch(`${half.simulator}/mailbox.json`).then((answer) => answer.json(), () => ({ data: [] }));
    return mailbox.data.length > 0;
  }, 60);
  assert.ok(!half.printed().includes('Ready after'), 'it was to be killed before');
  half.signal('SIGKILL');
  await half.exited;
  await nothingRunsIn(home);

  const whole = await start();
  assert.match(whole.printed(), /Demo workspaces,/);
  const { count } = await documentsOf(whole, await logInByTour(whole, 'jonas@northwind.example'));
  assert.match(count, /^\d+ of 1,000 documents$/);
});

// A document that is written on this node: the instant that it says it was written at.
async function writeDocument(node, cookie) {
  const form = await fetch(`${node.product}/t/northwind-labs/documents/new`, { headers: { Cookie: cookie } });
  const [, token] = (await form.text()).match(/name="csrf_token" value="([^"]+)"/);
  const written = await fetch(`${node.product}/t/northwind-labs/documents`, {
    method: 'POST', headers: { Cookie: cookie, Origin: node.product },
    body: new URLSearchParams({ csrf_token: token, title: 'From another node' }),
  });
  assert.equal(written.status, 200);  // after the redirect to it
  const [, at] = (await written.text()).match(/datetime="([^"]+)"/);
  return Date.parse(at);
}

async function planOf(node, cookie) {
  const page = await fetch(`${node.product}/t/lighthouse-studio/billing`, { headers: { Cookie: cookie } });
  const [main] = (await page.text()).match(/<main[^]*<\/main>/);
  return /Free/.test(main) && !/[Tt]rial/.test(main) ? 'free' : 'trial';
}

test('nodes that are started beside it are seen by the tour, and live at its time', async (t) => {
  const { start, startNode } = await place(t);
  const freehold = await start();
  const northwind = await logInByTour(freehold, 'jonas@northwind.example');
  const lighthouse = await logInByTour(freehold, 'maya@lighthouse.example');
  const second = { product: `http://localhost:${freehold.port + 10}`, worker: `http://127.0.0.1:${freehold.port + 12}` };
  const tour = async () => (await fetch(`${freehold.product}/tour`)).text();
  assert.doesNotMatch(await tour(), /Done:<\/span><\/span><span[^>]*>[^<]*freehold.toml/);
  startNode('serve');
  startNode('worker');
  await eventually('the server', () => answers(`${second.product}/login`));
  await eventually('the worker', () => answers(`${second.worker}/readyz`));
  for (const command of ['serve', 'worker'])
    assert.match(await tour(), new RegExp(`Done:</span></span><span[^>]*>[^<]*freehold.toml ${command}<`));

  assert.equal(await planOf(second, lighthouse), 'trial');
  await advance(freehold, 24);
  const { now } = await clock(freehold);
  assert.ok(Math.abs(await writeDocument(second, northwind) - now * 1000) < 60_000);
  for (const node of [freehold, second])
    await eventually('the end of the trial', async () => (await planOf(node, lighthouse)) === 'free');
});

test('a second one in the same folder is refused, and the first goes on', async (t) => {
  const { start, launch } = await place(t);
  const first = await start(withoutDemo);
  const second = launch({ ...withoutDemo, port: await threeFreePorts() });
  assert.equal(await second.exited, 1);
  assert.match(second.printed(), new RegExp(`Freehold is running in .*var already \\(process ${first.pid}\\)\\. Stop it first`));
  assert.ok(await answers(`${first.staff}/readyz`));
});

for (const [listener, offset] of [['product', 0], ['staff panel', 1], ['simulator', 2]]) {
  test(`a port of the ${listener} that is taken is named, and nothing is left running`, async (t) => {
    const { home, port, launch } = await place(t);
    const taken = createServer().listen(port + offset, '127.0.0.1');
    t.after(() => taken.close());
    const freehold = launch(withoutDemo);
    assert.equal(await freehold.exited, 1);
    assert.match(freehold.printed(), new RegExp(`:${port + offset}\\b.*(in use|taken|--port)`));
    await nothingRunsIn(home);
  });
}

test('a folder that PostgreSQL’s user cannot enter, like the home of root, is linked to one that it can', async (t) => {
  if (process.getuid() !== 0) return t.skip('only root starts PostgreSQL as somebody else');
  const { home, start } = await place(t);
  await chmod(home, 0o700);
  const freehold = await start(withoutDemo);
  assert.ok((await lstat(join(home, 'var'))).isSymbolicLink());
  assert.match(await readlink(join(home, 'var')), /^\/var\/lib\/freehold\//);
  freehold.signal('SIGINT');
  assert.equal(await freehold.exited, 0);
  assert.deepEqual(await processesIn(home), []);
});
