// A smaller plan from the next period on, canceling, pausing, and each taken back: by the keyboard alone,
// and every state looked at on a desktop and a phone, by day and by night.
import assert from 'node:assert/strict';
import { advance, api, eventually } from '../outside.mjs';
import { lookerAt } from './look.mjs';
import { makeKey, nobodyYet, signUp } from './newcomer.mjs';

export async function lifeCycleWalk(world, t, options) {
  const { freehold } = world;
  const page = await world.page(t, options);
  const person = await signUp(world, page, nobodyYet('lily'));
  const billing = `${freehold.product}/t/${person.slug}/billing`;
  const program = api(freehold, await makeKey(world, page, person, 'admin'));
  await buysBusiness(page, billing);
  await advance(freehold, 25);
  await eventually('the first payment', async () => (await program.get('/invoices')).body.data.some(({ total }) => total.amount === 19900));
  const look = lookerAt(page, options);
  const walk = { page, billing, program, look };

  await changesAtTheEnd(walk);
  await cancelsAndKeeps(walk);
  await pausesAndResumes(walk);
  await cancelsNow(walk);
}

// As somebody does who has no pointer.
async function press(page, role, name) {
  const wanted = page.locator('main').getByRole(role, { name }).first();
  await wanted.waitFor();
  for (let tabs = 0; tabs < 120; tabs += 1) {
    if (await wanted.evaluate((element) => element === document.activeElement)) return page.keyboard.press('Enter');
    await page.keyboard.press('Tab');
  }
  return assert.fail(`no number of tabs leads to ${name} of ${page.url()}`);
}

async function shows(page, texts) {
  const text = await page.locator('main').innerText();
  for (const expected of texts) assert.ok(text.includes(expected), `${page.url()} lacks ${expected}:\n${text}`);
}

async function buysBusiness(page, billing) {
  await page.goto(`${billing}/change?plan=business&interval=month`);
  await page.getByRole('button', { name: 'Continue, $0.00 today' }).click();
  await page.waitForURL('**/pay/**');
  await page.getByLabel('Card number').fill('4242 4242 4242 4242');
  await page.getByLabel('Expires').fill('12 / 34');
  await page.getByLabel('Security code').fill('123');
  await page.getByLabel('Name on card').fill('Lily Cycle');
  await page.locator('main form button[type=submit]').first().click();
  await page.waitForURL(`${billing}?done=started`);
}

async function changesAtTheEnd({ page, billing, program, look }) {
  await page.goto(`${billing}/change?plan=pro&interval=month`);
  await shows(page, ['Documents: unlimited → 1,000', 'already paid', 'until then you can take it back', 'Due today', '$0.00']);
  await look('billing-downgrade');
  await press(page, 'button', /^Change to Pro on/);
  await page.waitForURL(`${billing}?done=scheduled`);
  await shows(page, ['Changes to Pro on', 'Until then everything of Business stays', 'Pro, monthly', '$49.00']);
  const { body } = await program.get('/subscription');
  assert.equal(body.subscription.plan, 'business');
  assert.equal(body.subscription.pending_change.plan, 'pro');
  await look('billing-scheduled');
  await press(page, 'button', 'Keep Business');
  await page.waitForURL(`${billing}?done=withdrawn`);
  assert.equal((await program.get('/subscription')).body.subscription.pending_change, null);
}

async function cancelsAndKeeps({ page, billing, program, look }) {
  await press(page, 'link', 'Cancel subscription');
  await page.waitForURL(`${billing}/cancel`);
  await shows(page, ['You have paid until', 'What you keep', 'Take your data along', 'Pause the subscription']);
  await look('billing-cancel');
  await press(page, 'button', 'Cancel subscription');
  await page.waitForURL(`${billing}?done=canceled`);
  await shows(page, ['Ends soon', 'Ends on', 'goes on with the Free plan']);
  assert.notEqual((await program.get('/subscription')).body.subscription.cancels_at, null);
  await look('billing-canceled');
  await press(page, 'button', 'Keep the subscription');
  await page.waitForURL(`${billing}?done=kept`);
  assert.equal((await program.get('/subscription')).body.subscription.cancels_at, null);
}

async function pausesAndResumes({ page, billing, program, look }) {
  await page.goto(`${billing}/cancel`);
  await press(page, 'button', 'Pause the subscription');
  await page.waitForURL(`${billing}?done=paused`);
  await shows(page, ['Paused', 'The subscription is paused', 'Not while it is paused']);
  await eventually('the end of writing', async () => (await program.post('/documents', { title: 'Too late' })).status === 402);
  await look('billing-paused');
  await press(page, 'button', 'Resume the subscription');
  await page.waitForURL(`${billing}?done=resumed`);
  await shows(page, ['Business', 'Active']);
}

async function cancelsNow({ page, billing, program }) {
  await page.goto(`${billing}/cancel`);
  await page.getByRole('radio', { name: /^Now/ }).focus();
  await page.keyboard.press('Space');
  await page.getByLabel('Why?').selectOption('unused');
  await press(page, 'button', 'Cancel subscription');
  await page.waitForURL(`${billing}?done=ended`);
  await shows(page, ['Free']);
  await eventually('the Free plan', async () => (await program.get('/entitlements')).body.plan === 'free');
}
