// A colleague is invited as Member, accepts, and is refused with the reason and who can help.
import assert from 'node:assert/strict';
import { eventually, letter, linkIn } from '../outside.mjs';
import { nobodyYet, password, signUp } from './newcomer.mjs';

export async function teamWalk(world, t, options) {
  const { freehold } = world;
  const page = await world.page(t, options);
  const owner = await signUp(world, page, nobodyYet('olga'));
  const home = `${freehold.product}/t/${owner.slug}`;

  await page.goto(`${home}/team`);
  await page.getByRole('link', { name: 'Invite somebody' }).click();
  const colleague = { email: `colleague-of-${owner.slug}@example.com`, name: 'Mira Member' };
  await page.getByLabel('Email').fill(colleague.email);
  await page.getByRole('radio', { name: /^Member/ }).check();
  await page.getByRole('button', { name: 'Send invitation' }).click();
  await page.getByText(colleague.email).first().waitFor();

  const mail = await letter(freehold, colleague.email, /invited you/);
  const theirs = await world.page(t, options);
  await theirs.goto(linkIn(mail, '/invite/'));
  await theirs.getByRole('heading', { name: `Join ${owner.workspace}` }).waitFor();
  await theirs.getByLabel('Your name').fill(colleague.name);
  await theirs.getByLabel('Password', { exact: true }).fill(password);
  await theirs.getByRole('button', { name: 'Create account and join' }).click();
  await theirs.waitForURL(`**/t/${owner.slug}?joined=1`);

  await seesWhatMembersMay(theirs, home);
  await isRefusedWithNames(theirs, home, owner);
  await tickedFor(page, home, 'Invite a colleague');

  // What the member writes is there for the owner too.
  await theirs.goto(`${home}/documents/new`);
  await theirs.getByLabel('Title').fill('Written by a member');
  await theirs.getByRole('button', { name: 'Save document' }).click();
  await page.goto(`${home}/documents`);
  await page.getByRole('link', { name: 'Written by a member' }).waitFor();
}

async function seesWhatMembersMay(page, home) {
  const places = await page.locator('nav[aria-label=Main] a').allInnerTexts();
  assert.deepEqual(places.map((place) => place.replace(/\s*\d+\/\d+$/, '')),
    ['Home', 'Get started', 'Documents', 'Team', 'Usage', 'Billing']);
  for (const path of ['/documents', '/team', '/usage', '/settings']) {
    const answer = await page.goto(home + path);
    assert.equal(answer.status(), 200, path);
  }
}

// The reason and the name of somebody who can help, on every way to what is not theirs.
async function isRefusedWithNames(page, home, owner) {
  const name = ownerName(owner);
  for (const path of ['/developers/keys', '/audit', '/billing/invoices', '/billing/change?plan=pro&interval=month', '/billing/cancel']) {
    const answer = await page.goto(home + path);
    assert.equal(answer.status(), 403, path);
    const text = await page.locator('main').innerText();
    assert.match(text, /Your role \(member\) does not allow this/, path);
    assert.match(text, new RegExp(`${name} can help`), path);
  }
  await page.goto(`${home}/billing`);
  assert.match(await page.locator('main').innerText(), new RegExp(name));
  for (const path of ['/team', '/team/invitations']) {
    await page.goto(home + path);
    assert.match(await page.locator('#why-not').innerText(), new RegExp(name));
  }
}

// Who signs up is known by the part before the @ until they say otherwise.
function ownerName({ email }) {
  return email.split('@')[0];
}

// The tick follows the event that it comes from.
export async function tickedFor(page, home, step) {
  await eventually(`the tick of “${step}”`, async () => {
    await page.goto(`${home}/start`);
    return /^Done/.test(await page.locator('.checklist li').filter({ hasText: step }).innerText());
  });
}
