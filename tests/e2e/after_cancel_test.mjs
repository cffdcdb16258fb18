// A customer cancels where there is no free plan: locked, asked back, warned, held by staff, deleted, and
// back again. Each page on the way fits, is accessible, and works without JavaScript.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { promisify } from 'node:util';
import { checkAccessibility, checkReflow, screenshot, startWorld } from './harness.mjs';
import { advance, api, eventually, letter, letters, linkIn } from './outside.mjs';
import { makeKey, nobodyYet, signUp } from './walks/newcomer.mjs';

const run = promisify(execFile);
const plans = join(import.meta.dirname, 'fixtures/without_free_plan.toml');
let world;
before(async () => { world = await startWorld({ options: ['--no-demo', '--plans', plans] }); });
after(() => world.stop());

async function look(page, name, { javaScript = true }) {
  await checkReflow(page);
  if (javaScript) await checkAccessibility(page);
  if (process.env.FREEHOLD_SHOTS) await screenshot(page, name);
}

async function buysPro(page, home) {
  await page.goto(`${home}/billing/change?plan=pro&interval=month`);
  await page.locator('main').getByRole('button', { name: /^(Continue|Pay)/ }).click();
  await page.waitForURL('**/pay/**');
  await page.getByRole('button', { name: '4242 4242 4242 4242' }).click();
  await page.waitForURL(`${home}/billing?done=started`);
}

// A command of the program, on the servers of the one that runs.
async function command(...words) {
  const { PATH, HOME } = process.env;
  const { stdout } = await run(process.env.FREEHOLD_BIN, ['--config', 'var/freehold.toml', ...words], {
    cwd: world.freehold.home, env: { PATH, HOME },
  });
  return stdout;
}

async function staffPage(t, options, { workspace, slug }) {
  const email = `staff-of-${slug}@example.com`;
  const [, password] = (await command('staff', 'create', email)).match(/shown once:\s+(\S+)/);
  const page = await world.page(t, options);
  await page.goto(`${world.freehold.staff}/login`);
  await page.getByLabel('Email').fill(email);
  await page.getByLabel('Password', { exact: true }).fill(password);
  await page.getByRole('button', { name: 'Log in' }).click();
  await page.waitForURL(`${world.freehold.staff}/tenants`);
  await page.goto(`${world.freehold.staff}/tenants?q=${encodeURIComponent(workspace)}`);
  await page.getByRole('link', { name: workspace, exact: true }).click();
  await page.getByRole('link', { name: 'Subscription' }).click();
  return page;
}

// More on top of the plan: a number that there cannot be, then one that is paid for.
async function buysMore(page, home, look) {
  await page.goto(`${home}/billing/plans`);
  const number = page.getByLabel('How many of “500 more documents”');
  await number.fill('9');
  await page.getByRole('button', { name: 'See what it costs' }).click();
  await page.getByText('Enter a whole number from 0 to 4.').first().waitFor();
  await look('wrong');
  await number.fill('2');
  await page.getByRole('button', { name: 'See what it costs' }).click();
  await page.getByText('Documents: 1,000 → 2,000').waitFor();
  await look('cost');
  await page.getByRole('button', { name: /^Pay / }).click();
  await page.waitForURL(`${home}/billing?done=changed`);
  await page.getByText('500 more documents × 2').waitFor();
}

async function cancels(page, home) {
  await page.goto(`${home}/billing/cancel`);
  await page.getByText('then it is deleted').waitFor();
  await page.getByRole('button', { name: /^Cancel subscription/ }).click();
  await page.waitForURL(`${home}/billing?done=canceled`);
}

async function decides(staff, decision, reason) {
  await staff.getByLabel('What', { exact: true }).selectOption(decision);
  await staff.getByLabel('Reason').fill(reason);
  await staff.getByRole('button', { name: 'Decide' }).click();
  await staff.waitForURL('**/subscription?purge=1');
}

async function downloads(page, home) {
  const waiting = page.waitForEvent('download');
  await page.getByRole('link', { name: 'Download the export' }).click();
  const file = await (await waiting).path();
  const { stdout } = await run('python3', ['-m', 'zipfile', '-l', file]);
  assert.ok((await readFile(file)).length > 500, home);
  return stdout;
}

for (const options of [
  { device: 'desktop', scheme: 'light', javaScript: false },
  { device: 'phone', scheme: 'dark' },
]) {
  const style = `${options.device}-${options.scheme}`;
  test(`from the cancellation to an empty workspace and back, ${style}`, async (t) => {
    const { freehold } = world;
    const page = await world.page(t, options);
    const person = await signUp(world, page, nobodyYet('nell'));
    const home = `${freehold.product}/t/${person.slug}`;
    const program = api(freehold, await makeKey(world, page, person, 'admin'));
    await program.post('/documents', { title: 'Tide tables', body: 'High at six.' });
    await buysPro(page, home);
    await cancels(page, home);
    await look(page, `after-canceled-${style}`, options);
    await advance(freehold, 20); // the trial, and six days after it
    await eventually('no access', async () => (await program.get('/subscription')).body.access === 'none');
    assert.equal((await program.get('/documents')).status, 402);
    const body = await eventually('the end, by Stripe', async () => {
      const answer = await program.get('/subscription');
      return answer.body.retention && answer.body;
    });
    assert.equal(body.retention.state, 'canceled_retained');
    const left = (Date.parse(body.retention.purge_at) - Date.parse(body.retention.ended_at)) / 86_400_000;
    assert.equal(left, 30);

    await page.goto(home);
    await page.getByText(/^Deleted on/).first().waitFor();
    await look(page, `after-home-${style}`, options);
    await page.goto(`${home}/billing`);
    await look(page, `after-billing-${style}`, options);
    await page.goto(`${home}/documents`);
    await look(page, `after-locked-${style}`, options);
    await page.goto(`${home}/settings/export`);
    await look(page, `after-export-${style}`, options);
    assert.match(await downloads(page, home), /documents\.jsonl[\s\S]*audit\.jsonl[\s\S]*manifest\.json/);

    const mail = await letter(freehold, person.email, /is still here|What was missing|The last mail/);
    const stop = linkIn(mail, '/unsubscribe/');
    await page.goto(stop);
    await look(page, `after-unsubscribe-${style}`, options);
    await page.getByRole('button', { name: 'No more of these mails' }).click();
    await page.getByRole('heading', { name: 'You get no more of these mails' }).waitFor();
    await look(page, `after-unsubscribed-${style}`, options);

    assert.match(await command('billing', 'purge', '--dry-run'), new RegExp(`${person.slug} .*, scheduled, [\\s\\S]* 1 documents\\.document`));
    const staff = await staffPage(t, options, person);
    await look(staff, `after-staff-${style}`, options);
    await decides(staff, 'hold', 'Their lawyer has written to us');
    await advance(freehold, 30);
    await page.goto(`${home}/billing`);
    assert.equal((await letters(freehold, person.email, /will be deleted/)).length <= 1, true);
    await staff.reload();
    await look(staff, `after-staff-held-${style}`, options);
    await decides(staff, 'release', 'The lawyer is content');
    await letter(freehold, person.email, /will be deleted/);
    await advance(freehold, 4);
    // The worker tries again when somebody else is just asking Stripe about the customer.
    await eventually('a letter that it is deleted', async () => {
      const told = await letters(freehold, person.email, /The data of .* is deleted/);
      return told.length > 0;
    }, 90);
    await page.goto(`${home}/billing`);
    await page.getByText(/had stored was deleted/).waitFor();
    await look(page, `after-purged-${style}`, options);

    await buysPro(page, home);
    await page.goto(`${home}/documents`);
    assert.equal(await page.getByText('Tide tables').count(), 0);
    await buysMore(page, home, (name) => look(page, `add-on-${name}-${style}`, options));
  });
}
