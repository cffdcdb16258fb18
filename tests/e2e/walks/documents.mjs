// The sample product: in the page, and by a program with a key from the console.
import assert from 'node:assert/strict';
import { api, eventually } from '../outside.mjs';
import { makeKey, nobodyYet, signUp } from './newcomer.mjs';
import { tickedFor } from './team.mjs';

export async function documentsWalk(world, t, options) {
  const { freehold } = world;
  const page = await world.page(t, options);
  const person = await signUp(world, page, nobodyYet('dora'));
  const home = `${freehold.product}/t/${person.slug}`;

  await writesAndFinds(page, home);
  await deletesAndTakesBack(page, home);
  await tickedFor(page, home, 'Write your first document');

  const program = api(freehold, await makeKey(world, page, person));
  await tickedFor(page, home, 'Make an API key');
  await programDoesTheSame(program);
  await page.goto(`${home}/documents?q=harbour`);
  assert.deepEqual(await titles(page), ['From a program', 'Harbour plans']);
  await exportsWithPro(page, home, program);
  await forgetsRevokedKeys(page, home, program);
}

const titles = async (page) => (await page.locator('.rows .table-link').allInnerTexts()).sort();

async function save(page, { title, body, tags }) {
  await page.getByLabel('Title').fill(title);
  await page.getByLabel('Text').fill(body);
  await page.getByLabel('Tags').fill(tags);
  await page.getByRole('button', { name: 'Save document' }).click();
}

async function writesAndFinds(page, home) {
  await page.goto(`${home}/documents`);
  await page.getByRole('link', { name: 'New document' }).click();
  await save(page, { title: '', body: 'No title', tags: '' });
  assert.match(await page.getByRole('alert').innerText(), /title/i);
  await save(page, { title: 'Harbour plans', body: 'Two cranes <b>&</b> a lantern.\nNothing else.', tags: 'planning, harbour' });
  await page.getByRole('heading', { name: 'Harbour plans' }).waitFor();
  assert.equal(await page.locator('.prose').innerText(), 'Two cranes <b>&</b> a lantern.\nNothing else.');

  await page.goto(`${home}/documents/new`);
  await save(page, { title: 'Lunch', body: 'Soup and bread', tags: 'kitchen' });
  const search = async (words) => {
    await page.goto(`${home}/documents`);
    await page.getByRole('searchbox').fill(words);
    await page.getByRole('button', { name: 'Search', exact: true }).click();
    await page.waitForURL('**?q=*');
    return titles(page);
  };
  assert.deepEqual(await search('crane'), ['Harbour plans']);  // a form of the word
  assert.deepEqual(await search('soup lunch'), ['Lunch']);
  assert.deepEqual(await search('soup lantern'), []);
  await page.goto(`${home}/documents`);
  await page.getByRole('navigation', { name: 'Tags' }).getByRole('link', { name: /kitchen/ }).click();
  assert.deepEqual(await titles(page), ['Lunch']);

  await page.getByRole('link', { name: 'Lunch' }).click();
  await page.getByRole('link', { name: 'Edit document' }).click();
  await save(page, { title: 'Dinner', body: 'Soup and bread', tags: 'kitchen' });
  await page.getByRole('heading', { name: 'Dinner' }).waitFor();
}

async function deletesAndTakesBack(page, home) {
  await page.getByRole('button', { name: 'Delete' }).click();
  await page.getByText('“Dinner” is deleted').waitFor();
  assert.deepEqual(await titles(page), ['Harbour plans']);
  await page.getByRole('button', { name: 'Undo' }).click();
  await page.getByRole('heading', { name: 'Dinner' }).waitFor();
  await page.goto(`${home}/documents`);
  assert.deepEqual(await titles(page), ['Dinner', 'Harbour plans']);
}

async function programDoesTheSame(program) {
  const made = await program.post('/documents', { title: 'From a program', body: 'The harbour again', tags: ['api'] });
  assert.equal(made.status, 201);
  const path = `/documents/${made.body.id}`;
  const found = await program.get('/documents?q=harbour');
  assert.deepEqual(found.body.data.map(({ title }) => title).sort(), ['From a program', 'Harbour plans']);
  assert.equal((await program.patch(path, { title: 'Changed by a program' })).body.title, 'Changed by a program');
  assert.equal((await program.delete(path)).status, 204);
  assert.equal((await program.get(path)).status, 404);
  assert.equal((await program.post(`${path}/restoration`)).body.title, 'Changed by a program');
  assert.equal((await program.patch(path, { title: 'From a program' })).status, 200);
  const refused = await program.post('/documents', { title: '' });
  assert.deepEqual([refused.status, refused.body.errors[0].field], [422, 'title']);
}

async function exportsWithPro(page, home, program) {
  await page.goto(`${home}/documents/export`);
  const [file] = await Promise.all([page.waitForEvent('download'), page.getByRole('link', { name: 'Download documents' }).click()]);
  assert.equal(file.suggestedFilename(), 'documents.ndjson');
  const { status, text } = await program.get('/document_export');
  const exported = text.trim().split('\n').map((line) => JSON.parse(line).title).sort();
  assert.deepEqual([status, exported], [200, ['Dinner', 'From a program', 'Harbour plans']]);
}

async function forgetsRevokedKeys(page, home, program) {
  await page.goto(`${home}/developers/keys`);
  await page.getByRole('link', { name: /^Revoke/ }).click();
  await page.getByRole('button', { name: /^Revoke/ }).click();
  await page.getByText('Revoked', { exact: true }).waitFor();
  await eventually('the revoked key to be refused', async () => (await program.get('/documents')).status === 401, 5);
}
