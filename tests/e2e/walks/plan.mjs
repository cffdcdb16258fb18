// Buying a plan at the simulator's checkout, cancelling, and taking it back.
import assert from 'node:assert/strict';
import { api, eventually, letter } from '../outside.mjs';
import { makeKey, nobodyYet, signUp } from './newcomer.mjs';

const declined = '4000 0000 0000 0002';
const good = '4242 4242 4242 4242';

export async function planWalk(world, t, options) {
  const { freehold } = world;
  const page = await world.page(t, options);
  const person = await signUp(world, page, nobodyYet('paula'));
  const billing = `${freehold.product}/t/${person.slug}/billing`;
  const program = api(freehold, await makeKey(world, page, person, 'admin'));
  const ends = await trialOnPage(page, billing);

  await previewOf(page, billing, ends);
  const checkout = page.url();
  await returnsWithoutPaying(page, billing, program);

  await page.goto(checkout);
  await payWith(page, declined);
  assert.match(await page.getByRole('alert').innerText(), /declined/i);
  await payWith(page, good);
  await page.waitForURL(`${billing}?done=started`);
  await eventually('the plan in the API', async () => (await planOf(program)) === 'business', 1);
  await shows(page, ['Business', 'Trial', `First charge, ${ends}`, '$199.00']);
  await letter(freehold, person.email, /^Your plan is active$/);

  await cancelAndTakeBack(page, billing, program, ends);
}

async function planOf(program) {
  const { body } = await program.get('/entitlements');
  return body.plan;
}

async function isEnding(program) {
  const { body } = await program.get('/subscription');
  return body.subscription.cancels_at !== null;
}

async function shows(page, texts) {
  const text = await page.locator('main').innerText();
  for (const expected of texts) assert.ok(text.includes(expected), `${page.url()} lacks ${expected}:\n${text}`);
}

// The end of the trial as the page says it.
async function trialOnPage(page, billing) {
  await page.goto(billing);
  await shows(page, ['Pro', 'Trial', 'Free during the trial', 'No card is stored']);
  const [, date] = (await page.locator('main').innerText()).match(/Trial ends\s+(\d+ \w+ \d{4})/);
  return date;
}

async function previewOf(page, billing, ends) {
  await page.getByRole('link', { name: 'Choose a plan' }).click();
  await page.getByRole('link', { name: 'Choose Business' }).click();
  await shows(page, ['Business, monthly', 'Documents: 1,000 → unlimited', 'API calls: 10,000 → 250,000',
    `Until ${ends}, the end of your trial`, '$0.00', `From ${ends}, each month`, '$199.00', 'Due today',
    `It is charged $199.00 on ${ends}; cancel before, and it is not charged.`]);
  await page.getByRole('link', { name: 'Yearly' }).click();
  await shows(page, ['Business, yearly', '$1,990.00']);
  await page.getByRole('link', { name: 'Monthly' }).click();
  await page.getByRole('button', { name: 'Continue, $0.00 today' }).click();
  await page.waitForURL('**/pay/**');
}

// Whatever the address claims, nothing is granted by coming back.
async function returnsWithoutPaying(page, billing, program) {
  await page.goto(`${billing}/return?session_id=cs_test_paid&plan=business&status=success`);
  assert.equal(await page.getByRole('heading', { level: 1 }).innerText(), 'Waiting for the confirmation of your payment');
  await page.goto(`${billing}/return?tries=10`);
  assert.equal(await page.getByRole('heading', { level: 1 }).innerText(), 'Still confirming');
  assert.equal(await planOf(program), 'pro');
  await page.goto(billing);
  await shows(page, ['Free during the trial']);
}

async function payWith(page, number) {
  await page.getByLabel('Card number').fill(number);
  await page.getByLabel('Expires').fill('12 / 34');
  await page.getByLabel('Security code').fill('123');
  await page.getByLabel('Name on card').fill('Paula Payer');
  await page.locator('main form button[type=submit]').first().click();
}

async function cancelAndTakeBack(page, billing, program, ends) {
  await page.goto(billing);
  await page.getByRole('link', { name: 'Cancel subscription' }).click();
  await shows(page, [`The trial runs until ${ends}`, 'nothing more is charged', 'Everything that is stored stays']);
  await page.getByRole('button', { name: 'Cancel subscription' }).click();
  await page.waitForURL(`${billing}?done=canceled`);
  await shows(page, ['Ends soon', `Ends\n${ends}`]);
  assert.equal(await isEnding(program), true);
  assert.equal(await planOf(program), 'business');

  await page.getByRole('button', { name: 'Keep the subscription' }).click();
  await page.waitForURL(`${billing}?done=kept`);
  await shows(page, ['Trial', `First charge, ${ends}`]);
  assert.equal(await isEnding(program), false);
}
