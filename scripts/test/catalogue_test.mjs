// The catalogue of components in a browser, under the product's content security policy: no
// accessibility violation, no error, nothing that scrolls sideways; and what the scripts add.
// FREEHOLD_CATALOGUE is the program that writes the pages.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { extname, join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { startBrowser } from '../../tests/e2e/browser.mjs';
import { checkAccessibility, checkReflow, screenshot } from '../../tests/e2e/checks.mjs';

const types = {
  '.html': 'text/html; charset=utf-8', '.css': 'text/css', '.js': 'text/javascript',
  '.svg': 'image/svg+xml', '.woff2': 'font/woff2',
};
const policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; " +
  "font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

const folder = mkdtempSync(join(tmpdir(), 'catalogue-'));
execFileSync(process.env.FREEHOLD_CATALOGUE, [folder]);
const pages = readdirSync(folder).filter((name) => name.endsWith('.html') && name !== 'mail.html')
  .map((name) => name.slice(0, -'.html'.length));

let posts = 0;

function serve(request, response) {
  const path = new URL(request.url, 'http://localhost').pathname;
  if (request.method === 'POST') {
    posts += 1;
    setTimeout(() => response.writeHead(204).end(), 300);
    return;
  }
  let body;
  try {
    body = readFileSync(join(folder, extname(path) ? path : `${path}.html`));
  } catch {
    response.writeHead(404).end();
    return;
  }
  const secured = path === '/mail' ? {} : { 'Content-Security-Policy': policy };
  response.writeHead(200, { 'Content-Type': types[extname(path) || '.html'], ...secured }).end(body);
}

const server = createServer(serve);
let browser;
let origin;

before(async () => {
  await new Promise((listening) => server.listen(0, '127.0.0.1', listening));
  origin = `http://127.0.0.1:${server.address().port}`;
  browser = await startBrowser();
});

after(async () => {
  await browser?.stop();
  server.close();
  rmSync(folder, { recursive: true });
});

async function visit(t, name, options) {
  const page = await browser.page(t, options);
  await page.goto(`${origin}/${name}`);
  await page.evaluate(() => document.fonts.ready);
  return page;
}

// The first page shows every component, so it is seen in all four ways; the others hold layouts.
const looks = [['desktop', 'light'], ['phone', 'dark'], ['desktop', 'dark'], ['phone', 'light']];

describe('every page of the catalogue', { concurrency: 2 }, () => {
  for (const name of pages) {
    for (const [device, scheme] of name === 'index' ? looks : looks.slice(0, 2)) {
      test(`${name} on a ${device}, ${scheme}`, async (t) => {
        const page = await visit(t, name, { device, scheme });
        if (process.env.FREEHOLD_SHOTS) await screenshot(page, `catalogue/${name}-${device}-${scheme}`);
        await checkAccessibility(page);
        await checkReflow(page);
        await page.setViewportSize({ width: 320, height: 640 });
        await checkReflow(page);
      });
    }
    test(`${name} without JavaScript`, async (t) => {
      const page = await visit(t, name, { javaScript: false });
      const main = await page.locator('main').innerText();
      assert.ok(main.length > 20, 'the page has no content');
      const dead = await page.locator('button[hidden]:visible').count();
      assert.equal(dead, 0, 'a button that needs JavaScript is shown without it');
    });
  }
});

test('the mail is readable in both schemes', async (t) => {
  for (const scheme of ['light', 'dark']) {
    const page = await visit(t, 'mail', { scheme });
    if (process.env.FREEHOLD_SHOTS) await screenshot(page, `catalogue/mail-${scheme}`);
    assert.equal(await page.locator('h1').innerText(), 'Join Northwind Labs');
  }
});

test('a page that comes back with errors has the focus on the summary', async (t) => {
  const page = await visit(t, 'signup-errors');
  assert.match(await page.title(), /^Error: /);
  assert.equal(await page.evaluate(() => document.activeElement.getAttribute('aria-label')), 'There is a problem');
  await page.getByRole('link', { name: 'Use at least 12 characters for the password' }).click();
  assert.equal(await page.evaluate(() => document.activeElement.id), 'signup-password');
});

test('the first stop of the keyboard skips to the content', async (t) => {
  const page = await visit(t, 'menu');
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  assert.equal(await page.evaluate(() => document.activeElement.id), 'main');
});

test('a password can be shown', async (t) => {
  const page = await visit(t, 'signup');
  const password = page.getByLabel('Password', { exact: true });
  await page.getByRole('button', { name: 'Show password' }).click();
  assert.equal(await password.getAttribute('type'), 'text');
  await page.getByRole('button', { name: 'Hide password' }).click();
  assert.equal(await password.getAttribute('type'), 'password');
});

test('a form is sent once and says that it is being sent', async (t) => {
  const page = await visit(t, 'signup');
  posts = 0;
  const button = page.locator('form.form button[type=submit]').last();
  await button.click();
  await button.click({ force: true });
  assert.equal(await button.innerText(), 'Creating…');
  await page.waitForTimeout(500);
  assert.equal(posts, 1);
});

test('the sidebar opens as a drawer on a phone and comes back', async (t) => {
  const page = await visit(t, 'menu', { device: 'phone' });
  await page.getByRole('link', { name: 'Open navigation' }).click();
  const drawer = page.getByRole('dialog', { name: 'Navigation' });
  await drawer.getByRole('link', { name: 'Audit log' }).waitFor();
  await checkAccessibility(page);
  await page.keyboard.press('Escape');
  await drawer.waitFor({ state: 'detached' });
  assert.equal(await page.locator('#sidebar .nav-link').count() > 0, true);
});

test('a menu closes on Escape, and its button has the focus', async (t) => {
  const page = await visit(t, 'menu');
  const summary = page.locator('.topbar summary');
  await summary.click();
  await page.getByRole('button', { name: 'Log out' }).waitFor();
  await checkAccessibility(page);
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'Log out' }).waitFor({ state: 'hidden' });
  assert.equal(await summary.evaluate((element) => element === document.activeElement), true);
});

test('the menu of a table row is not cut off by the table', async (t) => {
  const page = await visit(t, 'index');
  const menu = page.getByRole('row', { name: 'Priya Natarajan' }).locator('details');
  await menu.locator('summary').click();
  const item = menu.getByRole('link', { name: 'Remove from workspace…' });
  const isOnTop = () => item.evaluate((element) => {
    const { left, top, width, height } = element.getBoundingClientRect();
    return element.contains(document.elementFromPoint(left + width / 2, top + height / 2));
  });
  const distance = async () => (await item.boundingBox()).y - (await menu.locator('summary').boundingBox()).y;
  assert.equal(await isOnTop(), true);
  const before = await distance();
  await page.mouse.wheel(0, 100);
  await page.waitForFunction(() => scrollY > 0 && document.querySelector('.table-wrap details[open]'));
  await page.evaluate(() => new Promise(requestAnimationFrame));
  assert.equal(await distance(), before);
});

test('a link to a form opens it as a dialog', async (t) => {
  const page = await visit(t, 'index');
  await page.route('**/index', (route) => route.fulfill({
    contentType: 'text/html',
    body: '<div class="dialog-body"><h2 class="dialog-title" id="dialog-title">Delete it?</h2></div>' +
      '<div class="dialog-foot"><a class="btn btn-secondary" href="/" data-close autofocus>Keep it</a></div>',
  }));
  const opener = page.locator('fh-dialog a');
  await opener.click();
  const dialog = page.getByRole('dialog', { name: 'Delete it?' });
  await dialog.getByRole('link', { name: 'Keep it' }).click();
  await dialog.waitFor({ state: 'hidden' });
  assert.equal(await opener.evaluate((element) => element === document.activeElement), true);
});

test('a secret is copied, and the button says so', async (t) => {
  const page = await visit(t, 'index');
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  await page.locator('fh-copy button').click();
  await page.getByText('Copied').waitFor();
  assert.equal(await page.evaluate(() => navigator.clipboard.readText()), 'fh_live_9hT2xQ7Zp1mEXAMPLE');
});

test('a success leaves by itself, a failure stays until it is dismissed', async (t) => {
  const page = await browser.page(t);
  await page.clock.install();
  await page.goto(`${origin}/index`);
  await page.clock.runFor(6500);
  assert.equal(await page.locator('fh-toast[role=status]').count(), 0);
  const failure = page.locator('fh-toast[role=alert]');
  await failure.getByRole('button', { name: 'Dismiss' }).click();
  assert.equal(await failure.count(), 0);
});
