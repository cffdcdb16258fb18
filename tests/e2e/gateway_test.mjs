// The built-in gateway in front of real products: what reaches them, who is let in, and that bodies of
// any size pass in little memory.
import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { createServer, request as send } from 'node:http';
import { connect } from 'node:net';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { Freehold } from '../../sdk/typescript/dist/index.js';
import { invite, makeKey, password, signUp } from '../sdk/people.mjs';
import { startBrowser } from './browser.mjs';
import { advance, eventually } from './outside.mjs';
import { makeHome, startFreehold } from './program.mjs';

const mebibyte = 1024 * 1024;
let freehold;
let product;
let sdk;
let browser;
let ada; // who owns a workspace, and is signed in
let cookie;
let calls = 0;
const aborted = [];

before(async () => {
  product = createServer(serve);
  product.on('upgrade', echoFrames);
  product.listen(0, '127.0.0.1');
  await once(product, 'listening');
  const home = await makeHome();
  const file = join(home, 'gateway.toml');
  await writeFile(file, configuration(`http://127.0.0.1:${product.address().port}`));
  freehold = await startFreehold({ home, options: ['--no-demo', '--gateway', file] });
  const productKey = (await readFile(join(home, 'var/product_key'), 'utf8')).trim();
  sdk = new Freehold({ url: `http://127.0.0.1:${freehold.port}`, issuer: freehold.product, productKey });
  ada = await signUp(freehold);
  cookie = ada.cookieHeader;
  browser = await startBrowser();
});

after(async () => {
  await browser?.stop();
  await sdk?.close();
  product?.closeAllConnections();
  product?.close();
  await freehold?.stop();
});

function configuration(to) {
  const route = (path, more = '') => `[[gateway.route]]\npath = "${path}"\nto = "${to}"\n${more}\n`;
  return [
    '[gateway]\nfirst_byte_timeout = "2s"',
    route('/app'),
    route('/app/open', 'who = "anyone"'),
    route('/app/busy', 'who = "anyone"\nrate = "api"'),
    route('/app/write', 'permission = "documents:write"'),
    route('/app/export', 'who = "member"\nfeature = "documents.export"'),
    route('/app/metered', 'who = "member"\nmeter = "documents.api_calls"'),
    route('/app/limited', 'who = "member"\nrate = "api"'),
    route('/app/small', 'max_body = "1KB"'),
    '[[gateway.route]]\npath = "/away"\nwho = "anyone"\nto = "http://127.0.0.1:1"',
  ].join('\n');
}

// --- the product

async function serve(request, response) {
  calls += 1;
  const { pathname } = new URL(request.url, 'http://product');
  request.on('close', () => { if (!response.writableEnded) aborted.push(pathname); });
  const act = acts[pathname.split('/').at(-1)] ?? echo;
  await act(request, response);
}

const acts = {
  page(request, response) {
    response.setHeader('Content-Type', 'text/html');
    response.end('<!doctype html><html lang="en"><title>Product</title><h1>The product</h1></html>');
  },
  async verify(request, response) {
    const { user, tenantSlug, role, can } = await sdk.verify(request, { permission: 'documents:write' });
    json(response, { user, tenantSlug, role, writes: can('documents:write') });
  },
  events(request, response) {
    response.writeHead(200, { 'Content-Type': 'text/event-stream' });
    response.write('data: first\n\n');
    streams.push(response);
  },
  broken(request, response) { response.writeHead(500).end('broken'); },
  dead(request) { request.socket.destroy(); },
  silent() {},
  async sum(request, response) {
    const hash = createHash('sha256');
    let size = 0;
    for await (const piece of request) { hash.update(piece); size += piece.length; }
    json(response, { size, sum: hash.digest('hex') });
  },
  async large(request, response) {
    const piece = Buffer.alloc(mebibyte, 'x');
    for (let i = 0; i < 100; ++i) if (!response.write(piece)) await once(response, 'drain');
    response.end();
  },
};
const streams = [];

async function echo(request, response) {
  for await (const _ of request);
  json(response, { method: request.method, url: request.url, headers: request.headers });
}

function json(response, value) {
  response.setHeader('Content-Type', 'application/json');
  response.end(JSON.stringify(value));
}

// Agrees to a WebSocket and gives every byte back.
function echoFrames(request, socket) {
  const accept = createHash('sha1').update(`${request.headers['sec-websocket-key']}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest('base64');
  socket.write(`HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n`
    + `Sec-WebSocket-Accept: ${accept}\r\nX-User: ${request.headers['freehold-user']}\r\n\r\n`);
  socket.on('error', () => {});
  socket.on('close', () => aborted.push('/app/socket'));
  socket.pipe(socket);
}

// --- a client

const ask = (path, options = {}) => fetch(freehold.product + path, { redirect: 'manual', ...options });
const signedIn = (path, options = {}) => ask(path, { ...options, headers: { Cookie: cookie, ...options.headers } });

// As a browser asks that somebody has typed the address into; fetch always says that a script asks.
async function visit(path, headers = {}) {
  const visited = send(freehold.product + path, { headers: { Accept: 'text/html', ...headers } });
  visited.end();
  const [answer] = await once(visited, 'response');
  let text = '';
  for await (const piece of answer) text += piece;
  return { status: answer.statusCode, place: answer.headers.location, text };
}

async function refusal(answer) {
  const text = await answer.text();
  assert.match(answer.headers.get('content-type') ?? '', /problem\+json/, text);
  const { status, code, upgrade } = JSON.parse(text);
  return { said: `${status} ${code}`, upgrade };
}

async function residentMiB() {
  const status = await readFile(`/proc/${freehold.pid}/status`, 'utf8');
  return Number(status.match(/VmRSS:\s+(\d+)/)[1]) / 1024;
}

// --- who is asking

test('the product is told who is asking, as by forward authentication, and the SDK believes it', async () => {
  const { method, url, headers } = await (await signedIn('/app/x?y=1')).json();
  assert.deepEqual([method, url], ['GET', '/app/x?y=1']);
  assert.match(headers['freehold-user'], /^user_/);
  assert.equal(headers['freehold-tenant-slug'], ada.slug);
  assert.equal(headers['freehold-role'], 'owner');
  const verified = await (await signedIn(`/app/t/${ada.slug}/verify`)).json();
  assert.deepEqual(verified, { user: headers['freehold-user'], tenantSlug: ada.slug, role: 'owner', writes: true });
});

test('what a client says of itself, its session and its key never reach the product', async () => {
  const forged = { 'Freehold-Key': 'forged', 'FREEHOLD-USER': 'forged', 'X-Forwarded-For': '6.6.6.6', Forwarded: 'for=6.6.6.6', 'X-Real-IP': '6.6.6.6' };
  const { headers } = await (await signedIn('/app/x', { headers: forged })).json();
  assert.equal(headers['freehold-key'], undefined);
  assert.doesNotMatch(JSON.stringify(headers), /forged|6\.6\.6\.6|fh_sid/);
  assert.equal(headers['x-forwarded-for'], '127.0.0.1');
  assert.match(headers['request-id'], /^req_/);
  assert.match(headers.traceparent, /^00-[0-9a-f]{32}-[0-9a-f]{16}-0[01]$/);
  const open = await (await ask('/app/open', { headers: forged })).json();
  assert.equal(Object.keys(open.headers).some((name) => name.startsWith('freehold')), false);
});

test('a stranger is nobody on an open route, is led to the log-in by a page, and refused as a program', async () => {
  const known = await (await signedIn('/app/open')).json();
  assert.match(known.headers['freehold-user'], /^user_/);
  const page = await visit('/app/x?y=1');
  assert.deepEqual([page.status, page.place], [303, '/login?next=/app/x%3Fy%3D1']);
  assert.deepEqual((await refusal(await ask('/app/x'))).said, '401 unauthenticated');
  assert.deepEqual((await refusal(await ask('/app/open', { headers: { Authorization: 'Bearer fh_ak_live_wrong' } }))).said, '401 unauthenticated');
  assert.equal((await visit('/app/x', { Cookie: 'fh_sid=made-up' })).status, 303);
});

test('a request that another site has caused has no session', async () => {
  const elsewhere = { Origin: 'https://evil.example', 'Sec-Fetch-Site': 'cross-site' };
  assert.equal((await refusal(await signedIn('/app/x', { method: 'POST', headers: elsewhere }))).said, '403 cross_site_request');
  const open = await (await signedIn('/app/open', { method: 'POST', headers: elsewhere })).json();
  assert.equal(open.headers['freehold-user'], undefined);
  assert.equal((await signedIn('/app/x', { method: 'POST', headers: { Origin: freehold.product } })).status, 200);
});

test('somebody logs in and comes back to the product', async (t) => {
  const page = await browser.page(t);
  await page.goto(`${freehold.product}/app/page?from=mail`);
  await page.getByLabel('Email').fill(ada.email);
  await page.getByLabel('Password', { exact: true }).fill(password);
  await page.getByRole('button', { name: 'Log in' }).click();
  await page.getByRole('heading', { name: 'The product' }).waitFor();
  assert.equal(page.url(), `${freehold.product}/app/page?from=mail`);
});

// --- what they may

test('permission, feature, meter and rate of a route hold for people and programs', async () => {
  const owner = await signUp(freehold);
  const viewer = await invite(freehold, owner, 'viewer');
  const key = await makeKey(owner);
  const as = ({ cookieHeader }, path, headers = {}) => ask(path, { headers: { Cookie: cookieHeader, ...headers } });
  const program = (path, headers = {}) => ask(path, { headers: { Authorization: `Bearer ${key}`, ...headers } });

  assert.equal((await refusal(await as(viewer, '/app/write'))).said, '403 forbidden');
  assert.equal((await as(owner, '/app/write')).status, 200);
  const keyed = await (await program('/app/x')).json();
  assert.match(keyed.headers['freehold-key'], /^key_/);
  assert.equal(keyed.headers.authorization, undefined);

  assert.equal((await as(owner, '/app/export')).status, 200);
  await advance(freehold, 15);  // the trial of a larger plan ends
  const refused = await eventually('the plan is free', async () => {
    const answer = await program('/app/export');
    return answer.status === 402 && refusal(answer);
  });
  assert.equal(refused.said, '402 not_in_plan');
  assert.match(refused.upgrade.url, /\/upgrade\/tenant_/);
  const page = await visit('/app/export', { Cookie: owner.cookieHeader });
  assert.equal(page.status, 402);
  assert.match(page.text, new RegExp(`/t/${owner.slug}/billing/plans`));

  const statuses = new Set();
  for (let i = 0; i < 120; ++i) statuses.add((await as(owner, '/app/metered/broken')).status);
  assert.deepEqual([...statuses], [500], 'what fails through no fault of the caller is given back');
  const repeated = { 'Idempotency-Key': 'once' };
  for (let i = 0; i < 120; ++i) await ask('/app/metered', { method: 'POST', headers: { Cookie: owner.cookieHeader, ...repeated } });
  let passed = 0;
  let last;
  while ((last = await as(owner, '/app/metered')).status === 200) passed += 1;
  assert.equal(passed, 99, 'a hundred in all, of which the repeated call is one');
  assert.equal((await refusal(last)).said, '402 limit_reached');

  const limited = await Promise.all(Array.from({ length: 40 }, () => program('/app/limited')));
  const tooMany = limited.filter(({ status }) => status === 429);
  assert.ok(tooMany.length > 0 && tooMany.length < 40);
  assert.ok(tooMany[0].headers.get('retry-after') && tooMany[0].headers.get('ratelimit'));
  assert.ok(limited.find(({ status }) => status === 200).headers.get('ratelimit'));
});

test('a rate also holds for visitors that nobody knows, each network for itself', async () => {
  const statuses = (await Promise.all(Array.from({ length: 40 }, () => ask('/app/busy')))).map(({ status }) => status);
  assert.deepEqual([...new Set(statuses)].sort(), [200, 429]);
  const last = await ask('/app/busy');
  assert.equal((await refusal(last)).said, '429 rate_limited');
  assert.ok(last.headers.get('retry-after') && last.headers.get('ratelimit'));
  assert.equal((await ask('/app/open')).status, 200);
});

// --- bodies and streams

test('a hundred megabytes go up and down in little memory', async () => {
  await signedIn('/app/x');
  const before = await residentMiB();
  const hash = createHash('sha256');
  const pieces = Array.from({ length: 8 }, () => randomBytes(mebibyte));
  let most = 0;
  async function* body() {
    for (let i = 0; i < 100; ++i) {
      const piece = pieces[i % pieces.length];
      hash.update(piece);
      yield piece;
      if (i % 10 === 0) most = Math.max(most, await residentMiB());
    }
  }
  const up = await (await signedIn('/app/sum', { method: 'POST', body: body(), duplex: 'half' })).json();
  assert.deepEqual(up, { size: 100 * mebibyte, sum: hash.digest('hex') });

  let size = 0;
  const down = await signedIn('/app/large');
  for await (const piece of down.body) {
    size += piece.length;
    if (size % (16 * mebibyte) < piece.length) most = Math.max(most, await residentMiB());
  }
  assert.equal(size, 100 * mebibyte);
  assert.ok(most - before < 16, `it grew by ${most - before} MiB`);
});

test('a client that reads slowly holds the product back instead of filling memory', async () => {
  const before = await residentMiB();
  const slow = send(`${freehold.product}/app/large`, { headers: { Cookie: cookie } });
  slow.end();
  const [answer] = await once(slow, 'response');
  answer.pause();
  await eventually('the product waits', async () => (await residentMiB()) >= before && answer.readableLength > 0);
  assert.ok(await residentMiB() - before < 16);
  let size = 0;
  for await (const piece of answer) size += piece.length;
  assert.equal(size, 100 * mebibyte);
});

test('a body that is too large is refused before the product hears of it', async () => {
  const before = calls;
  const answer = await signedIn('/app/small', { method: 'POST', body: 'x'.repeat(1025) });
  assert.equal((await refusal(answer)).said, '413 body_too_large');
  assert.equal(calls, before);
});

test('events come as they happen, and a client that leaves ends them', async () => {
  const leave = new AbortController();
  const answer = await signedIn('/app/events', { signal: leave.signal, headers: { 'Accept-Encoding': 'gzip' } });
  assert.equal(answer.headers.get('content-encoding'), null);
  const reader = answer.body.getReader();
  const next = async () => new TextDecoder().decode((await reader.read()).value);
  assert.equal(await next(), 'data: first\n\n');
  streams.at(-1).write('data: second\n\n');
  assert.equal(await next(), 'data: second\n\n');
  leave.abort();
  await reader.closed.catch(() => {});
  await eventually('the product is told', () => aborted.includes('/app/events'));
});

test('a WebSocket is a tunnel to the product, which knows who is there', async () => {
  const socket = connect(freehold.port, '127.0.0.1');
  await once(socket, 'connect');
  let heard = '';
  socket.on('data', (data) => { heard += data.toString('latin1'); });
  socket.write(`GET /app/socket HTTP/1.1\r\nHost: localhost:${freehold.port}\r\nCookie: ${cookie}\r\nConnection: Upgrade\r\n`
    + `Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n`);
  await eventually('it is agreed', () => heard.includes('\r\n\r\n'));
  assert.match(heard, /^HTTP\/1\.1 101 /);
  assert.match(heard, /Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK\+xOo=/);
  assert.match(heard, /X-User: user_/);
  socket.write('\x81\x05hello');
  await eventually('it comes back', () => heard.endsWith('\x05hello'));
  socket.destroy();
  await eventually('the product is told', () => aborted.includes('/app/socket'));
});

test('a browser speaks with the product by a WebSocket', async (t) => {
  const page = await browser.page(t);
  const [name, value] = cookie.split('; ').find((one) => one.startsWith('fh_sid=')).split('=');
  await page.context().addCookies([{ name, value, url: freehold.product }]);
  await page.goto(`${freehold.product}/app/page`);
  const state = await page.evaluate(() => new Promise((resolve) => {
    const socket = new WebSocket(`ws://${location.host}/app/socket`);
    socket.onopen = () => resolve('open');
    socket.onerror = () => resolve('refused');
  }));
  assert.equal(state, 'open');
});

// --- when the product is not well

test('a product that is away, breaks off or says nothing is a page for people and a problem for programs', async () => {
  assert.equal((await refusal(await ask('/away'))).said, '502 upstream_unreachable');
  const page = await visit('/away');
  assert.equal(page.status, 502);
  assert.match(page.text, /This part does not answer right now/);
  assert.equal((await refusal(await signedIn('/app/dead'))).said, '502 upstream_failed');
  const before = calls;
  assert.equal((await refusal(await signedIn('/app/dead', { method: 'POST', body: 'x' }))).said, '502 upstream_failed');
  assert.equal(calls, before + 1, 'what may not be sent twice is not');
  assert.equal((await refusal(await signedIn('/app/silent'))).said, '504 upstream_timeout');
});

test('Freehold’s own addresses stay its own, and everything is counted by route', async () => {
  assert.equal((await ask('/login')).status, 200);
  assert.equal((await ask('/nowhere')).status, 404);
  const metrics = await (await fetch(`${freehold.staff}/metrics`)).text();
  assert.match(metrics, /freehold_http_requests_total\{listener="public",method="",route="\/app\/\*",status="2xx"\} [1-9]/);
});
