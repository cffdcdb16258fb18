// A dearer plan in the middle of a month: the amount that the page shows is the one on the invoice.
import assert from 'node:assert/strict';
import { advance, api, eventually } from '../outside.mjs';
import { lookerAt } from './look.mjs';
import { makeKey, nobodyYet, signUp } from './newcomer.mjs';

export async function upgradeWalk(world, t, options) {
  const { freehold } = world;
  const page = await world.page(t, options);
  const person = await signUp(world, page, nobodyYet('ursula'));
  const billing = `${freehold.product}/t/${person.slug}/billing`;
  const program = api(freehold, await makeKey(world, page, person, 'admin'));
  await buysPro(page, billing);
  await advance(freehold, 25);
  await eventually('the first payment', async () => (await program.get('/invoices')).body.data.some(({ total }) => total.amount === 4900));

  await page.goto(`${billing}/change?plan=business&interval=month`);
  const main = await page.locator('main').innerText();
  assert.match(main, /Business, until \d+ \w+ \d{4}/);
  assert.match(main, /Left of Pro\s+[-−]\$\d+\.\d\d/);
  const [, amount] = main.match(/Due today\s+(\$[\d.]+)/);
  await lookerAt(page, options)('billing-upgrade');
  await page.getByRole('button', { name: `Pay ${amount} and change` }).click();
  await page.waitForURL(`${billing}?done=changed`);
  await eventually('the new plan', async () => (await program.get('/entitlements')).body.plan === 'business');
  const { body } = await program.get('/invoices');
  assert.equal(`$${(body.data[0].total.amount / 100).toFixed(2)}`, amount);
  assert.equal(body.data[0].status, 'paid');
}

async function buysPro(page, billing) {
  await page.goto(`${billing}/change?plan=pro&interval=month`);
  await page.getByRole('button', { name: 'Continue, $0.00 today' }).click();
  await page.waitForURL('**/pay/**');
  await page.getByLabel('Card number').fill('4242 4242 4242 4242');
  await page.getByLabel('Expires').fill('12 / 34');
  await page.getByLabel('Security code').fill('123');
  await page.getByLabel('Name on card').fill('Ursula Upgrade');
  await page.locator('main form button[type=submit]').first().click();
  await page.waitForURL(`${billing}?done=started`);
}
