// Staff give the product its looks: what they enter is previewed, saved, and on every page.
import assert from 'node:assert/strict';
import { checkAccessibility, checkContrast, checkReflow, screenshot } from '../harness.mjs';

const drawing = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 64 24"><rect width="64" height="24" rx="6" fill="#0f766e"/><circle cx="14" cy="12" r="6" fill="#fff"/></svg>';
const ours = { name: 'Freehold', colour: '', word: 'workspace', words: 'workspaces', logo: '' };

export async function brandWalk({ freehold, page: open }, t, { javaScript }) {
  const staff = await open(t, { javaScript });
  await staff.goto(`${freehold.product}/tour`);
  await staff.getByRole('button', { name: 'Open the staff panel' }).click();
  await staff.waitForURL(`${freehold.staff}/tenants`);
  await staff.goto(`${freehold.staff}/brand`);
  const before = await staff.getByLabel('Name', { exact: true }).inputValue();

  await enter(staff, { name: 'Acme Cloud', colour: '#ffee00', word: 'studio', words: 'studios', logo: drawing }, javaScript);
  await staff.getByRole('button', { name: 'Save brand' }).click();
  await staff.getByText('its contrast is 1.1:1').first().waitFor();
  await staff.locator('#brand-accent').fill('#0f766e');
  await staff.getByRole('button', { name: 'Preview' }).click();
  await staff.getByText('A preview: nothing is saved yet').waitFor();
  if (javaScript) await looksRight(staff, 'staff-brand-preview');
  await staff.getByRole('button', { name: 'Save brand' }).click();
  await staff.waitForURL('**/brand?saved=1');

  for (const path of ['/pricing', '/login', '/signup']) {
    const page = await open(t, { javaScript });
    await page.goto(freehold.product + path);
    assert.match(await page.title(), / · Acme Cloud$/);
    await page.locator('img.mark[src^="/brand/"]').first().waitFor();
    if (javaScript) await wearsIt(page, path.slice(1));
  }

  await staff.goto(`${freehold.staff}/brand`);
  await enter(staff, { ...ours, name: before }, javaScript);
  await staff.getByRole('button', { name: 'Save brand' }).click();
  await staff.waitForURL('**/brand?saved=1');
}

async function enter(page, { name, colour, word, words, logo }, javaScript) {
  await page.getByLabel('Name', { exact: true }).fill(name);
  await page.locator('#brand-accent').fill(colour);
  await page.locator('#brand-workspace').fill(word);
  await page.locator('#brand-workspaces').fill(words);
  if (!javaScript || logo === '') {
    await page.locator('#brand-logo').fill(logo);
    return;
  }
  await page.locator('fh-file input').setInputFiles({ name: 'logo.svg', mimeType: 'image/svg+xml', buffer: Buffer.from(logo) });
  await page.waitForFunction(() => document.querySelector('#brand-logo').value.startsWith('<svg'));
}

// The colour is on what is pressed, the picture is there, the word is read, and all of it is legible
// by day and by night.
async function wearsIt(page, name) {
  const [shown] = await page.locator('img.mark').evaluateAll((images) => images.map((image) => image.complete && image.naturalWidth > 0));
  assert.ok(shown, 'the logo is drawn');
  const ground = await page.locator('.btn-primary:visible').first().evaluate((button) => getComputedStyle(button).backgroundColor);
  assert.equal(ground, 'rgb(15, 118, 110)');
  assert.match(await page.textContent('body'), /studio/i);
  assert.doesNotMatch(await page.textContent('main'), /workspace/i);
  await looksRight(page, `brand-${name}`);
}

async function looksRight(page, name) {
  await checkReflow(page);
  await checkAccessibility(page);
  await screenshot(page, `${name}-light`);
  await page.emulateMedia({ colorScheme: 'dark' });
  await checkContrast(page);
  await screenshot(page, `${name}-dark`);
  await page.emulateMedia({ colorScheme: 'light' });
}
