// Somebody who signs up, as every walk begins. Names are their own, so that walks can share one
// program.
import assert from 'node:assert/strict';
import { letter, linkIn } from '../outside.mjs';

export const password = 'copper-meadow-lantern-7';

// A program that was not started for this run knows the names of the runs before.
let count = process.env.FREEHOLD_RUNNING ? Date.now() % 1_000_000 : 0;

// An address and a workspace that no other walk uses.
export function nobodyYet(word) {
  count += 1;
  return { email: `${word}-${count}@example.com`, workspace: `${word[0].toUpperCase()}${word.slice(1)} ${count}`, slug: `${word}-${count}` };
}

export async function fillSignUp(page, { email, workspace }, word = password) {
  await page.getByLabel('Work email').fill(email);
  await page.getByLabel('Password', { exact: true }).fill(word);
  await page.getByLabel('Workspace name').fill(workspace);
  await page.getByRole('button', { name: 'Create workspace' }).click();
}

// From the sign-up page to the first page of a new workspace.
export async function signUp(world, page, person) {
  await page.goto(`${world.freehold.product}/signup`);
  return confirmSignUp(world, page, person);
}

// The same from a sign-up page that is open.
export async function confirmSignUp(world, page, person) {
  await fillSignUp(page, person);
  await page.getByRole('heading', { name: 'Check your mail' }).waitFor();
  const mail = await letter(world.freehold, person.email, /confirm/i);
  await page.goto(linkIn(mail, '/verify/'));
  await page.getByRole('button', { name: 'Confirm and create workspace' }).click();
  await page.waitForURL(`**/t/${person.slug}/start*`);
  return person;
}

// A key made in the console; the page shows it once.
export async function makeKey(world, page, { slug }, role = 'member') {
  await page.goto(`${world.freehold.product}/t/${slug}/developers/keys`);
  await page.getByLabel('Name').fill('Nightly import');
  await page.getByLabel('Role').selectOption(role);
  await page.getByRole('button', { name: 'Create key' }).click();
  await page.getByRole('heading', { name: 'Your new key' }).waitFor();
  const secret = await page.locator('.secret code').innerText();
  assert.match(secret, /^fh_ak_/);
  return secret;
}

export async function logIn(world, page, { email }, word = password) {
  await page.goto(`${world.freehold.product}/login`);
  await page.getByLabel('Email').fill(email);
  await page.getByLabel('Password', { exact: true }).fill(word);
  await page.getByRole('button', { name: 'Log in' }).click();
  await page.waitForURL((url) => url.pathname !== '/login');
}
