// What a plan does not include, and what it limits: a workspace whose trial has ended.
import assert from 'node:assert/strict';
import { advance, api, letter, letters } from '../outside.mjs';
import { makeKey, nobodyYet, signUp } from './newcomer.mjs';

const limit = 100;   // API calls a month on Free
const warning = 80;

export async function limitsWalk(world, t, options) {
  const { freehold } = world;
  const page = await world.page(t, options);
  const person = await signUp(world, page, nobodyYet('lara'));
  const home = `${freehold.product}/t/${person.slug}`;
  const program = api(freehold, await makeKey(world, page, person));

  await worksDuringTheTrial(program, person);
  await advance(freehold, 15);
  await letter(freehold, person.email, /^Your trial has ended$/);
  await page.goto(`${home}/billing`);
  assert.match(await page.locator('main').innerText(), /Free of charge/);

  await exportIsRefused(page, home, program);
  await warnsOnce(page, home, program, person, freehold);
  await putsTheWarningAway(page, home);
  await documentsAreLimited(page, home, program);
  await blocksExactly(page, home, program, person, freehold);
}

async function used(program) {
  const { body } = await program.get('/usage');
  return body.meters[0].used;
}

async function call(program, times) {
  for (let time = 0; time < times; time += 1) assert.equal((await program.get('/documents')).status, 200);
}

// While the trial lasts, rate and limits are those of Pro; the calls count for the month all the
// same. The tenth document and the call before the warning are left.
async function worksDuringTheTrial(program, person) {
  const repeated = { 'Idempotency-Key': `first-of-${person.slug}` };
  for (const attempt of [1, 2]) {
    const made = await program.post('/documents', { title: 'Number 1', body: '' }, repeated);
    assert.equal(made.status, 201, `attempt ${attempt}`);
  }
  assert.equal(await used(program), 1, 'the same key is counted once');
  for (let number = 2; number <= 9; number += 1) {
    assert.equal((await program.post('/documents', { title: `Number ${number}`, body: '' })).status, 201);
  }
  await call(program, warning - 10);
  assert.equal(await used(program), warning - 1);
}

async function exportIsRefused(page, home, program) {
  const { status, body } = await program.get('/document_export');
  assert.deepEqual([status, body.code], [402, 'not_in_plan']);
  assert.deepEqual([body.upgrade.plan, body.upgrade.price], ['pro', '$49.00 a month']);
  assert.equal(await used(program), warning - 1, 'a refused call is not counted');

  await page.goto(body.upgrade.url);
  assert.equal(page.url(), `${home}/billing/plans`, 'the address in the answer leads a person to the plans');
  const answer = await page.goto(`${home}/documents/export`);
  assert.equal(answer.status(), 402);
  await page.getByText('Export is not in this plan').waitFor();
  await page.locator('main').getByRole('link', { name: 'Compare plans' }).click();
  await page.waitForURL(`${home}/billing/plans`);
}

const banner = async (page) => (await page.locator('.banner').count()) > 0 && page.locator('.banner').first().innerText();

async function warnsOnce(page, home, program, person, freehold) {
  const subject = /^API calls: 80% of the limit is used$/;
  await page.goto(home);
  assert.equal(await banner(page), false);
  await call(program, 1);
  await letter(freehold, person.email, subject);
  await page.goto(home);
  assert.match(await banner(page), /API calls are at 80% of this month’s limit. 80 of 100 are used/);
  await call(program, 1);
  assert.equal((await letters(freehold, person.email, subject)).length, 1);
}

// Out of the way on every page from then on; the meter itself keeps its colour.
async function putsTheWarningAway(page, home) {
  await page.goto(`${home}/team`);
  await page.getByRole('button', { name: 'Dismiss until the limit is reached' }).click();
  await page.waitForURL(`${home}/team`);
  await page.locator('.banner').waitFor({ state: 'detached' });
  await page.goto(`${home}/usage`);
  assert.equal(await banner(page), false);
  assert.match(await page.locator('main').innerText(), /near limit/);
}

// Counted on live rows: there are ten on Free. A call that is refused for its document does not count.
async function documentsAreLimited(page, home, program) {
  const before = await used(program);
  assert.equal((await program.post('/documents', { title: 'Number 10', body: '' })).status, 201);
  const { status, body } = await program.post('/documents', { title: 'One too many', body: '' });
  assert.deepEqual([status, body.code], [402, 'limit_reached']);
  assert.match(body.detail, /10/);
  assert.deepEqual([body.upgrade.plan, body.upgrade.price], ['pro', '$49.00 a month']);
  assert.equal(await used(program), before + 1, 'a refused call is not counted');
  await page.goto(body.upgrade.url);
  assert.equal(page.url(), `${home}/billing/plans`, 'the address in the answer leads a person to the plans');

  await page.goto(`${home}/documents`);
  await page.getByText('No room for another document').waitFor();
  await page.goto(`${home}/documents/new`);
  await page.getByLabel('Title').fill('Typed with care');
  await page.getByRole('button', { name: 'Save document' }).click();
  await page.getByText('The document is not saved yet').waitFor();
  assert.equal(await page.getByLabel('Title').inputValue(), 'Typed with care');

  await page.goto(`${home}/documents?q=Number`);
  await page.getByRole('link', { name: 'Number 2', exact: true }).click();
  await page.getByRole('button', { name: 'Delete' }).click();
  await page.goto(`${home}/documents/new`);
  await page.getByLabel('Title').fill('Typed with care');
  await page.getByRole('button', { name: 'Save document' }).click();
  await page.getByRole('heading', { name: 'Typed with care' }).waitFor();
}

async function blocksExactly(page, home, program, person, freehold) {
  await call(program, limit - await used(program));
  const refused = await program.get('/documents');
  assert.deepEqual([refused.status, refused.body.code], [402, 'limit_reached']);
  assert.match(refused.body.detail, /100/);
  assert.ok(refused.body.upgrade.url.length > 0, 'the refused call says what to do');
  assert.equal(await used(program), limit);
  await letter(freehold, person.email, /^API calls: the limit is reached$/);

  await page.goto(`${home}/team`);
  assert.match(await banner(page), /API calls: the limit is reached/);
  assert.equal(await page.getByRole('button', { name: /^Dismiss/ }).count(), 0);

  await page.goto(`${home}/usage`);
  const text = await page.locator('main').innerText();
  for (const expected of ['100 of 100', 'As of ', 'API calls: the limit is reached', 'The limit, spread over the days']) {
    assert.ok(text.replaceAll(/\s+/g, ' ').includes(expected), `the usage page lacks ${expected}:\n${text}`);
  }
  assert.ok((await page.locator('svg.chart .chart-bar').count()) > 0);
  assert.equal(await page.locator('svg.chart .chart-limit').count(), 1);
}
