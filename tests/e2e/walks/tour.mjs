// The start page of `freehold up`: what has been done is ticked, and nobody has to type a password.
import assert from 'node:assert/strict';
import { eventually } from '../outside.mjs';

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
  await page.goto(`${product}/t/copper-kettle/usage`);
  await page.goto(`${product}/tour/doctor`);
  assert.match(await page.locator('main').innerText(), /Nothing was found that would let one workspace reach another/);
  for (const part of ['Log in to the staff panel', 'Open Usage, as Jonas of Northwind Labs', 'Read the isolation report']) {
    await isTicked(page, tour, part);
  }
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
