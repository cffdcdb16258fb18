// From the pricing page to a workspace on a trial.
import assert from 'node:assert/strict';
import { letter, letters, linkIn } from '../outside.mjs';
import { confirmSignUp, fillSignUp, logIn, nobodyYet, password } from './newcomer.mjs';

// What the page says, whoever it says it to.
async function words(page, email) {
  return (await page.locator('main').innerText()).replaceAll(email, 'ADDRESS');
}

export async function signUpWalk(world, t, options) {
  const { freehold } = world;
  const ada = nobodyYet('ada');
  const page = await world.page(t, options);

  await page.goto(`${freehold.product}/pricing`);
  const prices = await page.locator('.plan-price').allInnerTexts();
  assert.deepEqual(prices.map((price) => price.replace(/\s+/g, ' ')),
    ['$0.00 for as long as you like', '$49.00 a month', '$199.00 a month']);
  await page.getByRole('link', { name: 'Start 14 days of Pro' }).click();

  await fillSignUp(page, { email: 'not an address', workspace: '' }, 'short');
  const mistakes = page.getByRole('alert').getByRole('link');
  assert.equal(await mistakes.count(), 3);
  await fillSignUp(page, ada);
  await page.getByRole('heading', { name: 'Check your mail' }).waitFor();
  const unknown = await words(page, ada.email);

  const mail = await letter(freehold, ada.email, /^Confirm your address$/);
  for (const visit of ['first', 'second']) {
    await page.goto(linkIn(mail, '/verify/'));
    assert.ok(await page.getByRole('button', { name: 'Confirm and create workspace' }).isVisible(), `${visit} visit`);
  }
  await page.getByRole('button', { name: 'Confirm and create workspace' }).click();
  await page.waitForURL(`**/t/${ada.slug}/start*`);
  const steps = (await page.locator('.checklist li').allInnerTexts()).map((step) => step.split('\n').slice(0, 2).join(': '));
  assert.deepEqual(steps, ['Done: Confirm your email', 'To do: Write your first document',
    'To do: Invite a colleague', 'To do: Make an API key', 'To do: Choose a plan']);
  await letter(freehold, ada.email, /^Your workspace is ready$/);

  await page.goto(linkIn(mail, '/verify/'));
  assert.equal(await page.getByRole('heading').first().innerText(), 'This link was used before');

  // The same words for an address that has an account, which is told by mail.
  const stranger = await world.page(t, options);
  await stranger.goto(`${freehold.product}/signup`);
  await fillSignUp(stranger, { ...ada, workspace: 'Something else' });
  await stranger.getByRole('heading', { name: 'Check your mail' }).waitFor();
  assert.equal(await words(stranger, ada.email), unknown);
  await letter(freehold, ada.email, /^You already have an account$/);
  assert.equal((await letters(freehold, ada.email, /^Confirm your address$/)).length, 1);
}

// Who comes for another plan than the trial's is told what happens, and led to it afterwards.
export async function wishWalk(world, t, options) {
  const { freehold } = world;
  const bea = nobodyYet('bea');
  const page = await world.page(t, options);
  await page.goto(`${freehold.product}/pricing?interval=year`);
  await page.getByRole('link', { name: 'Start with Business' }).click();
  await page.getByText('You begin with 14 days of the Pro plan. You can choose Business at any time.').waitFor();
  await page.getByText('$1,990.00 a year').waitFor();
  await confirmSignUp(world, page, bea);

  await page.getByRole('link', { name: 'Look at Business' }).click();
  await page.getByRole('heading', { name: 'Business, yearly' }).waitFor();
  await page.getByText('$1,990.00').first().waitFor();
}

export async function otherBrowserWalk(world, t, options) {
  const { freehold } = world;
  const ben = nobodyYet('ben');
  const attacker = await world.page(t, options);
  await attacker.goto(`${freehold.product}/signup`);
  await fillSignUp(attacker, ben, 'the attacker knows this one');
  await attacker.getByRole('heading', { name: 'Check your mail' }).waitFor();

  const page = await world.page(t, options);
  const mail = await letter(freehold, ben.email, /^Confirm your address$/);
  await page.goto(linkIn(mail, '/verify/'));
  await page.getByRole('button', { name: 'Confirm and create workspace' }).click();
  await page.getByRole('heading', { name: 'Choose a password' }).waitFor();
  await page.getByLabel('New password').fill(password);
  await page.getByRole('button', { name: 'Set password and create workspace' }).click();
  await page.waitForURL(`**/t/${ben.slug}/start*`);

  await attacker.goto(`${freehold.product}/login`);
  await attacker.getByLabel('Email').fill(ben.email);
  await attacker.getByLabel('Password', { exact: true }).fill('the attacker knows this one');
  await attacker.getByRole('button', { name: 'Log in' }).click();
  await attacker.getByRole('alert').waitFor();
  await logIn(world, attacker, ben);
  assert.match(attacker.url(), new RegExp(`/t/${ben.slug}`));
}
