// The harness has to go red: each page below has one fault, and the test says which is reported.
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { checkAccessibility, checkReflow, screenshot, startFreehold, startWorld } from './harness.mjs';

const program = join(import.meta.dirname, 'fixtures/program.mjs');
const own = join(import.meta.dirname, '../../build/harness-test');
process.env.FREEHOLD_FAILURES = own;
process.env.FREEHOLD_SHOTS = own;

let world;
before(async () => { world = await startWorld({ program }); });
after(() => world.stop());

// Stands in for node's own test context, so that a test can look at how another one ends.
function scratchTest(name = 'scratch') {
  const hooks = [];
  return { name, passed: true, after: (hook) => hooks.push(hook), end: async () => { for (const hook of hooks) await hook(); } };
}

async function problemsOf(path, options) {
  const t = scratchTest();
  const page = await world.page(t, options);
  await page.goto(world.freehold.product + path, { waitUntil: 'networkidle' });
  return t.end().then(() => '', ({ message }) => message.replaceAll(world.freehold.product, ''));
}

test('a good page passes every check, on a phone too', async (t) => {
  for (const options of [{}, { device: 'phone', scheme: 'dark' }]) {
    const page = await world.page(t, options);
    await page.goto(`${world.freehold.product}/good`);
    await checkAccessibility(page);
    await checkReflow(page);
  }
});

test('the options of a page reach it', async (t) => {
  const phone = await world.page(t, { device: 'phone', scheme: 'dark' });
  await phone.goto(`${world.freehold.product}/good`);
  assert.deepEqual(await phone.evaluate(() => [innerWidth, matchMedia('(prefers-color-scheme: dark)').matches]), [390, true]);
  const plain = await world.page(t, { javaScript: false });
  await plain.goto(`${world.freehold.product}/good`);
  assert.equal(await plain.locator('p').innerText(), 'Good without scripts');
});

test('an accessibility violation fails', async (t) => {
  const page = await world.page(t);
  await page.goto(`${world.freehold.product}/unlabelled`);
  await assert.rejects(checkAccessibility(page), /label \(critical\): Form elements must have labels\n  input/);
});

test('accessibility is not taken as checked where it cannot be', async (t) => {
  const page = await world.page(t, { javaScript: false });
  await page.goto(`${world.freehold.product}/unlabelled`);
  await assert.rejects(checkAccessibility(page), /cannot be checked on a page without JavaScript/);
});

test('a page wider than the screen fails', async (t) => {
  const page = await world.page(t, { device: 'phone' });
  await page.goto(`${world.freehold.product}/wide`);
  await assert.rejects(checkReflow(page), /wide is \d+ px wider than the screen/);
});

test('a breach of the content security policy fails, with and without scripts', async () => {
  const breach = /^The page had problems:\nconsole: .*Content Security Policy/;
  assert.match(await problemsOf('/inline-script'), breach);
  assert.match(await problemsOf('/inline-style'), breach);
  assert.match(await problemsOf('/inline-style', { javaScript: false }), breach);
});

test('a script error fails', async () => {
  assert.equal(await problemsOf('/throws'), 'The page had problems:\nscript error: broken');
});

test('a request to another host fails', async () => {
  assert.equal(await problemsOf('/other-host'), 'The page had problems:\nasks another host: http://pixel.example/a.gif');
});

test('a missing file fails', async () => {
  assert.match(await problemsOf('/no-style'), /^The page had problems:\nmissing stylesheet: 404 \/missing.css/);
});

test('a page that was not found is an answer, not a problem', async () => {
  assert.equal(await problemsOf('/nowhere'), '');
});

test('a problem that the test provokes can be allowed', async () => {
  assert.equal(await problemsOf('/throws', { allowed: [/broken/] }), '');
});

test('a failed test leaves the page as picture and text', async (t) => {
  await rm(own, { recursive: true, force: true });
  t.after(() => rm(own, { recursive: true, force: true }));
  const failed = scratchTest('it works!');
  const page = await world.page(failed);
  await page.goto(`${world.freehold.product}/good`);
  failed.passed = false;
  await failed.end();
  assert.deepEqual(await readdir(own), ['it-works-.html', 'it-works-.png']);
});

test('a screenshot is written where it is asked for', async (t) => {
  t.after(() => rm(own, { recursive: true, force: true }));
  const page = await world.page(t);
  await page.goto(`${world.freehold.product}/good`);
  assert.equal(await screenshot(page, 'good-light'), join(own, 'good-light.png'));
  assert.ok(existsSync(join(own, 'good-light.png')));
});

test('a program that ends at its start is reported with what it said', async () => {
  await assert.rejects(startFreehold({ program, env: { FAULT: 'exit' } }),
    { message: 'The program ended with 3 at its start:\nno disk space\n' });
});

test('a program that does not stop cleanly is reported', async () => {
  const freehold = await startFreehold({ program, env: { FAULT: 'dirty' } });
  await assert.rejects(freehold.stop(), { message: /^The program ended with 4 when it was stopped:\nReady after/ });
});

test('a program that cannot be started is reported', async () => {
  await assert.rejects(startFreehold({ program: '/nonexistent' }), /The program ended with spawn \/nonexistent ENOENT/);
});
