// Debian's Chromium, cut off from every host but this one.
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { chromium, devices } from 'playwright-core';

const desktop = { viewport: { width: 1440, height: 900 } };
const phone = {
  viewport: { width: 390, height: 844 }, deviceScaleFactor: 2, hasTouch: true, isMobile: true,
  userAgent: devices['Pixel 7'].userAgent,
};

const flags = [
  '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
  '--disable-component-update', '--disable-sync', '--font-render-hinting=none',
  '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost',
];

export async function startBrowser() {
  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', headless: true, args: flags,
  });
  return {
    page: (t, options) => openPage(browser, t, options),
    stop: () => browser.close(),
  };
}

const withoutScripts = new WeakSet();

export function runsScripts(page) {
  return !withoutScripts.has(page);
}

// A page in a profile of its own: nobody is logged in. It is closed with the test t, which fails on
// any problem that the page had; `allowed` are patterns of those that the test provokes.
async function openPage(browser, t, options = {}) {
  const { device = 'desktop', javaScript = true, scheme = 'light', locale = 'en-US', allowed = [] } = options;
  const context = await browser.newContext({
    ...(device === 'phone' ? phone : desktop),
    javaScriptEnabled: javaScript, colorScheme: scheme, locale, timezoneId: 'UTC', reducedMotion: 'reduce',
  });
  context.setDefaultTimeout(10_000);
  const page = await context.newPage();
  if (!javaScript) withoutScripts.add(page);
  const problems = collectProblems(page);
  t.after(async () => {
    if (!t.passed || problems.length > 0) await keepEvidence(page, t.name);
    await context.close();
    const unexpected = problems.filter((problem) => !allowed.some((pattern) => pattern.test(problem)));
    if (unexpected.length > 0) throw new Error(`The page had problems:\n${unexpected.join('\n')}`);
  });
  return page;
}

function collectProblems(page) {
  const problems = [];
  page.on('pageerror', (error) => problems.push(`script error: ${error.message}`));
  page.on('console', (message) => {
    // Answers such as 404 and 422 are part of many tests; a missing file is found below.
    if (message.text().startsWith('Failed to load resource')) return;
    if (message.type() === 'error') problems.push(`console: ${message.text()}`);
  });
  page.on('request', (request) => {
    const { protocol, hostname } = new URL(request.url());
    if (/^https?:$/.test(protocol) && hostname !== '127.0.0.1' && hostname !== 'localhost') {
      problems.push(`asks another host: ${request.url()}`);
    }
  });
  page.on('response', (response) => {
    const kind = response.request().resourceType();
    if (response.status() >= 400 && ['stylesheet', 'script', 'image', 'font'].includes(kind)) {
      problems.push(`missing ${kind}: ${response.status()} ${new URL(response.url()).pathname}`);
    }
  });
  return problems;
}

// Leaves the picture and the HTML of a page whose test failed in build/failures.
async function keepEvidence(page, name) {
  const failures = process.env.FREEHOLD_FAILURES ?? 'build/failures';
  const base = join(failures, name.replaceAll(/\W+/g, '-'));
  await mkdir(failures, { recursive: true });
  await page.screenshot({ path: `${base}.png`, fullPage: true }).catch(() => {});
  await writeFile(`${base}.html`, await page.content().catch((failure) => failure.message));
}
