// The examples as their reader meets them: made by `freehold init`, prepared and started by its commands,
// used in a browser.
import assert from 'node:assert/strict';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { startWorld } from '../e2e/harness.mjs';
import { threeFreePorts } from '../e2e/program.mjs';
import { Staff, password, signUp } from '../sdk/people.mjs';
import { Product } from './product.mjs';
import { kinds, root } from './starters.mjs';

const folders = join(root, 'build/examples', String(process.pid));
// Each way: what is started, and whether people reach it through Freehold's gateway or at its own address.
const ways = [...kinds.map((kind) => ({ kind, name: kind })), { kind: 'node', name: 'node behind the gateway', gateway: true }];
let world;
let staff;
let port;
let home;

async function begin({ gateway }) {
  port = await threeFreePorts();
  const freehold = await threeFreePorts();
  home = `http://localhost:${gateway ? freehold : port}/app`;
  const routes = join(folders, 'gateway.toml');
  await mkdir(folders, { recursive: true });
  await writeFile(routes, (await readFile(join(root, 'examples/gateway.toml'), 'utf8')).replace('localhost:3000', `localhost:${port}`));
  const options = ['--no-demo', '--plans', join(root, 'examples/plans.toml'), '--product', home];
  world = await startWorld({ port: freehold, options: gateway ? [...options, '--gateway', routes] : options });
  staff = await Staff.logIn(world.freehold);
}

async function end() {
  await world?.stop();
  await rm(folders, { recursive: true, force: true });
}

// The product's page of this person, in a browser in which they have just logged in.
async function openProduct(t, { email, slug }) {
  const page = await world.page(t);
  await page.goto(home);
  await page.getByLabel('Email').fill(email);
  await page.getByRole('textbox', { name: 'Password' }).fill(password);
  await page.getByRole('button', { name: 'Log in' }).click();
  await page.waitForURL(`${home}/t/${slug}`);
  return page;
}

const text = (page) => page.locator('body').innerText();

async function write(page, note) {
  await page.getByLabel('Note').fill(note);
  await page.getByRole('button', { name: 'Add' }).click();
  await page.getByRole('listitem').filter({ hasText: note }).waitFor();
}

for (const way of ways) {
  describe(way.name, () => {
    let product;
    before(async () => {
      await begin(way);
      product = await Product.start(way.kind, { folder: join(folders, way.kind), freehold: world.freehold, home, port });
    });
    after(async () => {
      await product?.stop();
      await end();
    });

    test('somebody who logs in comes back to their own notes, and sees nobody else\'s', async (t) => {
      const [ada, bo] = [await signUp(world.freehold), await signUp(world.freehold)];
      const [adas, bos] = [await openProduct(t, ada), await openProduct(t, bo)];
      await write(adas, `A note of ${ada.slug} <b>`);
      await bos.reload();
      assert.match(await text(adas), new RegExp(`Notes of ${ada.slug}[^]*A note of ${ada.slug} <b>`));
      assert.doesNotMatch(await text(bos), /A note of/);
      const forbidden = await bos.goto(`${home}/t/${ada.slug}`);
      assert.ok([403, 404].includes(forbidden.status()));
    });

    test('a change of plan is on the page within a second, and closes the gate', async (t) => {
      const owner = await signUp(world.freehold);
      const page = await openProduct(t, owner);
      await write(page, 'To be exported');
      assert.match(await text(page), /Pro plan/);
      assert.match(await (await page.request.get(`${home}/t/${owner.slug}/export`)).text(), /To be exported/);
      await staff.changePlan(await tenantOf(owner), 'free');
      const begin = performance.now();
      while (!/Free plan/.test(await text(page))) {
        assert.ok(performance.now() - begin < 1000, 'not within a second');
        await wait(20);
        await page.reload();
      }
      const refused = await page.request.get(`${home}/t/${owner.slug}/export`);
      assert.equal(refused.status(), 402);
      assert.match(await refused.text(), /\/upgrade\/tenant_/);
    });

    test('the last summary of the plan is followed by the plans that have more', async (t) => {
      const owner = await signUp(world.freehold);
      await staff.changePlan(await tenantOf(owner), 'free');
      const page = await openProduct(t, owner);
      const summarise = async (said) => {
        await page.getByRole('button', { name: 'Summarise' }).click();
        await page.getByRole('status').filter({ hasText: said }).waitFor();
        await page.goto(`${home}/t/${owner.slug}`);
      };
      for (let i = 0; i < 3; ++i) await summarise('0 notes, in short.');
      await page.getByRole('button', { name: 'Summarise' }).click();
      await page.getByRole('status').getByRole('link', { name: 'See plans' }).click();
      await page.waitForURL(`**/t/${owner.slug}/billing/plans**`);
    });
  });
}

async function tenantOf(person) {
  return JSON.parse((await person.ask('/api/v1/auth/verify')).text).tenant_id;
}
