// A card that fails, the grace period, read-only, and paid again: page, API and staff panel agree at
// each step. Staff changes the plan by an override meanwhile.
import assert from 'node:assert/strict';
import { advance, api, eventually, letter } from '../outside.mjs';
import { lookerAt } from './look.mjs';
import { makeKey, nobodyYet, signUp } from './newcomer.mjs';

export async function paymentWalk(world, t, options) {
  const { freehold } = world;
  const page = await world.page(t, options);
  const person = await signUp(world, page, nobodyYet('pia'));
  const home = `${freehold.product}/t/${person.slug}`;
  const program = api(freehold, await makeKey(world, page, person, 'admin'));
  const staff = await staffPage(world, t, options);
  const tenant = await tenantOf(staff, freehold, person);
  const look = lookerAt(page, options);
  const agree = (expected) => checkAgreement({ page, home, program, staff, tenant }, expected);

  await buysPro(page, home);
  await agree({ badge: 'Trial', access: 'full', status: /Trial until/ });
  await look('billing-trialing');
  await staffOverrides(staff, tenant, page, home, program);

  await simulatorCustomer(world, t, options, person, /^Fail this customer's card/);
  await advanceOnDashboard(world, t, options, 16);
  await letter(freehold, person.email, /^A payment did not go through$/);
  await agree({ badge: 'Payment failed', access: 'grace', status: /Payment problem: full access until/ });
  await look('billing-grace');
  assert.equal((await program.post('/documents', { title: 'Still writing', body: '' })).status, 201);

  await advance(freehold, 8);
  await letter(freehold, person.email, /^Your workspace is read-only$/);
  await agree({ badge: 'Read-only', access: 'limited', status: /Read-only/ });
  await look('billing-read-only');
  const refused = await program.post('/documents', { title: 'Not now', body: '' });
  assert.deepEqual([refused.status, refused.body.code], [402, 'payment_overdue']);
  assert.equal((await program.get('/documents')).status, 200);

  await paysTheInvoice(page, home);
  await letter(freehold, person.email, /^The payment went through$/);
  await agree({ badge: 'Active', access: 'full', status: /Active/ });
  assert.equal((await program.post('/documents', { title: 'Writing again', body: '' })).status, 201);

  await advance(freehold, 30);
  await agree({ badge: 'Active', access: 'full', status: /Active/ });
  assert.equal(page.url(), `${home}/billing`, 'the customer is still logged in');
  assert.match(staff.url(), /\/tenants\?/, 'so is staff');
}

async function advanceOnDashboard(world, t, options, days) {
  const page = await world.page(t, options);
  await page.goto(world.freehold.simulator);
  await page.getByRole('spinbutton', { name: 'Days' }).fill(String(days));
  await page.getByRole('button', { name: 'Advance clock' }).click();
  await page.waitForURL(`${world.freehold.simulator}/`);
  await page.getByRole('heading', { name: 'Clock' }).waitFor();
}

async function staffPage(world, t, options) {
  const page = await world.page(t, options);
  await page.goto(`${world.freehold.product}/tour`);
  await page.getByRole('button', { name: 'Open the staff panel' }).click();
  await page.waitForURL(`${world.freehold.staff}/tenants`);
  return page;
}

async function tenantOf(staff, freehold, { workspace }) {
  await staff.goto(`${freehold.staff}/tenants?q=${encodeURIComponent(workspace)}`);
  await staff.getByRole('link', { name: workspace, exact: true }).click();
  await staff.getByRole('heading', { name: workspace }).waitFor();
  return staff.url();
}

async function payWithGoodCard(page) {
  await page.getByRole('button', { name: '4242 4242 4242 4242' }).click();
}

async function buysPro(page, home) {
  await page.goto(`${home}/billing/change?plan=pro&interval=month`);
  await page.getByRole('button', { name: 'Continue, $0.00 today' }).click();
  await page.waitForURL('**/pay/**');
  await payWithGoodCard(page);
  await page.waitForURL(`${home}/billing?done=started`);
}

// What the three say at this moment, in one comparison.
async function checkAgreement({ page, home, program, staff, tenant }, { badge, access, status }) {
  await eventually(`${access} in the API`, async () => {
    const { body } = await program.get('/subscription');
    return body.access === access;
  });
  await page.goto(`${home}/billing`);
  const onPage = await page.locator('main .card .badge').first().innerText();
  await staff.goto(tenant);
  const forStaff = await staff.locator('.page-head .badge').first().innerText();
  assert.equal(onPage, badge);
  assert.match(forStaff, status);
  await staff.goto(tenant.replace(/\/tenants\/.*/, `/tenants?q=${new URL(home).pathname.split('/').pop()}`));
  const row = await staff.locator('tbody tr').first().innerText();
  assert.match(row, status, 'the list of tenants');
  assert.match(row, badge === 'Trial' ? /\$0\.00/ : /\$49\.00/, 'monthly revenue');
}

async function staffOverrides(staff, tenant, page, home, program) {
  await staff.goto(`${tenant}/entitlements`);
  await staff.getByLabel('What', { exact: true }).selectOption('plan business');
  await staff.getByLabel('Reason').fill('Too short');
  await staff.getByRole('button', { name: 'Set override' }).click();
  await staff.getByRole('alert').waitFor();
  await staff.getByLabel('Reason').fill('Promised during the call on Monday');
  await staff.getByLabel('Last day').fill('2099-12-31');
  await staff.getByRole('button', { name: 'Set override' }).click();
  await staff.waitForURL('**?set=1');
  await eventually('the override in the API', async () => (await program.get('/entitlements')).body.plan === 'business', 1);

  await page.goto(`${home}/audit`);
  const entry = page.locator('tbody tr').filter({ hasText: 'Promised during the call on Monday' });
  assert.match(await entry.innerText(), /override/i);
  await staff.getByRole('button', { name: /^Revoke/ }).click();
  await staff.waitForURL('**?revoked=1');
  await eventually('the plan that was bought', async () => (await program.get('/entitlements')).body.plan === 'pro', 1);
}

async function simulatorCustomer(world, t, options, { email }, button) {
  const page = await world.page(t, options);
  await page.goto(world.freehold.simulator);
  await page.locator('tbody tr').filter({ hasText: email }).getByRole('button', { name: button }).click();
  await page.locator('tbody tr').filter({ hasText: email }).getByText('Declines').waitFor();
}

async function paysTheInvoice(page, home) {
  await page.goto(`${home}/billing`);
  await page.locator('.callout').getByRole('link', { name: 'Pay now' }).click();
  await page.waitForURL('**/invoice/**');
  await payWithGoodCard(page);
  await page.getByText('Paid').first().waitFor();
}
