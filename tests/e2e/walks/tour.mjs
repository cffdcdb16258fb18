// The start page of `freehold up`: what has been done is ticked, and nobody has to type a password.
import assert from 'node:assert/strict';
import { api, eventually } from '../outside.mjs';
import { makeKey, nobodyYet, signUp } from './newcomer.mjs';

const people = [
  ['Jonas Silva', 'northwind-labs'], ['Ada Park', 'northwind-labs'], ['Tom Reyes', 'northwind-labs'],
  ['Maya Okafor', 'lighthouse-studio'], ['Priya Nair', 'copper-kettle'],
];

export async function tourWalk(world, t, options) {
  const { product, staff, simulator } = world.freehold;
  const page = await world.page(t, options);
  const tour = `${product}/tour`;
  await page.goto(tour);
  assert.equal(await page.locator('h3').count(), 9);
  const places = await page.getByRole('region', { name: 'Places' }).getByRole('link').evaluateAll((links) => links.map(({ href }) => href));
  assert.deepEqual(places, [`${product}/pricing`, `${staff}/`, `${simulator}/`, `${simulator}/mailbox`]);

  for (const [name, slug] of people) {
    await page.goto(tour);
    await page.getByRole('button', { name: `Log in as ${name}` }).click();
    await page.waitForURL(`${product}/t/${slug}`);
  }
  await page.goto(tour);
  await page.getByRole('button', { name: 'Open the staff panel' }).click();
  await page.waitForURL(`${staff}/tenants`);
  await page.goto(tour);
  await page.getByRole('button', { name: 'Log in as Jonas Silva' }).click();
  await page.waitForURL(`${product}/t/northwind-labs`);
  await page.goto(`${product}/t/northwind-labs/usage`);
  await page.goto(`${product}/tour/doctor`);
  assert.match(await page.locator('main').innerText(), /Nothing was found that would let one workspace reach another/);
  for (const part of ['Log in to the staff panel', 'Open Usage of Northwind Labs', 'Read the isolation report']) {
    await isTicked(page, tour, part);
  }
}

// In a program where nothing of it was done yet: what comes close to a mark does not tick it, and what
// it says does.
export async function marksWalk(world, t) {
  const { freehold } = world;
  const page = await world.page(t);
  const tour = await world.page(t);
  const marks = () => marksOn(tour, freehold);
  const before = await marks();
  assert.deepEqual([...before].filter(([, done]) => done).map(([text]) => text), ['Run ./dev up']);
  const ticks = async (text) => eventually(`the tick of “${text}”`, async () => (await marks()).get(text));
  // Something else was ticked since, so that the tour has looked at what comes close.
  const doesNotTick = async (text) => assert.equal((await marks()).get(text), false, text);

  const person = await signUp(world, page, nobodyYet('theo'));
  await ticks('Confirm it and enter the workspace');
  const home = `${freehold.product}/t/${person.slug}`;
  await invites(page, home, person, 'admin');
  const program = api(freehold, await makeKey(world, page, person));
  await ticks('Make an API key');
  await doesNotTick('Invite somebody as Member');
  await doesNotTick('Call /api/v1/documents with a key');
  await invites(page, home, person, 'member');
  await ticks('Invite somebody as Member');

  await program.post('/documents', { title: '' });
  await doesNotTick('Call /api/v1/documents with a key');
  await program.post('/documents', { title: 'One', body: '' });
  await ticks('Call /api/v1/documents with a key');
  await ticks('Write a document');
  await page.goto(`${freehold.product}/t/${person.slug}/usage`);
  await page.goto(`${home}/documents/export`);

  await buysAndCancels(page, home, ticks, doesNotTick);
  await meetsFree(world, t, { page, home, person, program, ticks, doesNotTick });
}

// Each mark by its text: whether it is ticked.
async function marksOn(page, { product }) {
  await page.goto(`${product}/tour`);
  const texts = await page.locator('#tour-stops li li').allInnerTexts();
  return new Map(texts.map((text) => [text.replace(/^(To do|Done):\s*/, ''), text.startsWith('Done:')]));
}

async function invites(page, home, { slug }, role) {
  await page.goto(`${home}/team/invitations`);
  await page.getByLabel('Email').fill(`${role}-of-${slug}@example.com`);
  await page.getByRole('radio', { name: new RegExp(`^${role}`, 'i') }).check();
  await page.getByRole('button', { name: 'Send invitation' }).click();
  await page.getByText(`${role}-of-${slug}@example.com`).first().waitFor();
}

async function buysAndCancels(page, home, ticks, doesNotTick) {
  await page.goto(`${home}/billing/change?plan=pro&interval=month`);
  await page.getByRole('button', { name: 'Continue, $0.00 today' }).click();
  await page.waitForURL('**/pay/**');
  await page.getByRole('button', { name: '4242 4242 4242 4242' }).click();
  await page.waitForURL(`${home}/billing?done=started`);
  await ticks('Buy Pro or Business');
  await doesNotTick('Cancel it');
  await page.goto(`${home}/billing/cancel`);
  await page.getByRole('button', { name: /^Cancel subscription/ }).click();
  await page.waitForURL(`${home}/billing?done=canceled`);
  await ticks('Cancel it');
  await doesNotTick('Take that back');
  await page.getByRole('button', { name: 'Keep the subscription' }).click();
  await page.waitForURL(`${home}/billing?done=kept`);
  await ticks('Take that back');
}

// What the plan has is not refused; once staff has given the Free plan, it is.
async function meetsFree(world, t, { page, home, person, program, ticks, doesNotTick }) {
  const { staff } = world.freehold;
  const panel = await world.page(t);
  await panel.goto(`${world.freehold.product}/tour`);
  await panel.getByRole('button', { name: 'Open the staff panel' }).click();
  await panel.waitForURL(`${staff}/tenants`);
  await panel.goto(`${staff}/tenants?q=${encodeURIComponent(person.workspace)}`);
  await panel.getByRole('link', { name: person.workspace, exact: true }).click();
  await panel.getByRole('heading', { name: person.workspace }).waitFor();
  const entitlements = `${panel.url()}/entitlements`;
  await overrides(panel, entitlements, 'limit documents.documents', '5');
  await ticks('Log in to the staff panel');
  for (const text of ['Change a plan by an override', 'Ask for an export on Free: it answers 402, and which plan has it']) await doesNotTick(text);
  await callUntil(program, 70);  // while the rate is that of Pro
  await overrides(panel, entitlements, 'plan free');
  await ticks('Change a plan by an override');

  await eventually('the Free plan', async () => (await program.get('/entitlements')).body.plan === 'free');
  assert.equal((await page.goto(`${home}/documents/export`)).status(), 402);
  await ticks('Ask for an export on Free: it answers 402, and which plan has it');
  await doesNotTick('Meet a limit, such as the eleventh document on Free');
  await doesNotTick('Open Usage of Northwind Labs');
  for (let number = 2; number <= 5; number += 1) await program.post('/documents', { title: `Number ${number}`, body: '' });
  assert.equal((await program.post('/documents', { title: 'One too many', body: '' })).status, 402);
  await ticks('Meet a limit, such as the eleventh document on Free');

  await callUntil(program, 79);
  await doesNotTick('Use 80% of the API calls');
  await program.get('/documents');
  await ticks('Use 80% of the API calls');
}

async function callUntil(program, count) {
  const { body } = await program.get('/usage');
  for (let { used } = body.meters[0]; used < count; used += 1) await program.get('/documents');
}

async function overrides(panel, entitlements, subject, value) {
  await panel.goto(entitlements);
  await panel.getByLabel('What', { exact: true }).selectOption(subject);
  if (value) await panel.getByLabel('Value').fill(value);
  await panel.getByLabel('Reason').fill('To see what the tour says of it');
  await panel.getByRole('button', { name: 'Set override' }).click();
  await panel.waitForURL('**?set=1');
}

async function isTicked(page, tour, part) {
  await eventually(`the tick of “${part}”`, async () => {
    await page.goto(tour);
    return /Done:/.test(await page.locator('li li').filter({ hasText: part }).innerText());
  });
}

// After all walks: everything but what takes two more terminals.
export async function tourIsDone(world, t, options) {
  const page = await world.page(t, options);
  await page.goto(`${world.freehold.product}/tour`);
  const open = await page.locator('li li').filter({ hasText: 'To do:' }).allInnerTexts();
  assert.deepEqual(open.map((text) => text.replace(/^To do:\s*/, '').replace(/.*freehold\.toml /, '')), ['serve', 'worker']);
}
