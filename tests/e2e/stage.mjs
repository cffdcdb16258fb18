// What the screens need beyond the demo workspaces: links from mails that nobody has followed yet, a
// workspace where nothing was made, one on the Free plan near a limit, somebody who belongs to two.
import { api, eventually, letter, linkIn } from './outside.mjs';
import { fillSignUp, logIn, makeKey, nobodyYet, signUp } from './walks/newcomer.mjs';

export async function setStage(world, t) {
  const { freehold } = world;
  const page = await world.page(t);
  const nora = await signUp(world, page, nobodyYet('nora'));
  const used = linkIn(await letter(freehold, nora.email, /confirm/i), '/verify/');
  const noraPage = await world.page(t);
  const felix = await nearALimitOnFree(world, t, noraPage);
  const invitation = await invite(world, noraPage, felix, `guest-of-${felix.slug}@example.com`);
  await joins(page, await invite(world, noraPage, felix, nora.email));
  return {
    people: { nora, felix },
    links: { used, invitation, verification: await unconfirmed(world, t), reset: await forgotten(world, t, nora) },
  };
}

// Felix has used 82 of 100 calls while the rate was still that of the trial, and is on Free now.
async function nearALimitOnFree(world, t, page) {
  const felix = await signUp(world, page, nobodyYet('felix'));
  const program = api(world.freehold, await makeKey(world, page, felix));
  await program.post('/documents', { title: 'Harbour plans', body: 'Two cranes and a lantern.', tags: ['planning'] });
  for (let call = 1; call < 82; call += 1) await program.get('/documents');
  await overridePlan(world, t, felix, 'free');
  await eventually('the Free plan', async () => (await program.get('/entitlements')).body.plan === 'free');
  return felix;
}

export async function overridePlan({ freehold, page: open }, t, { workspace }, plan) {
  const page = await open(t);
  await page.goto(`${freehold.product}/tour`);
  await page.getByRole('button', { name: 'Open the staff panel' }).click();
  await page.waitForURL(`${freehold.staff}/tenants`);
  await page.goto(`${freehold.staff}/tenants?q=${encodeURIComponent(workspace)}`);
  await page.getByRole('link', { name: workspace, exact: true }).click();
  await page.getByRole('link', { name: 'Entitlements' }).click();
  await page.getByLabel('What', { exact: true }).selectOption(`plan ${plan}`);
  await page.getByLabel('Reason').fill('A workspace on this plan was needed');
  await page.getByRole('button', { name: 'Set override' }).click();
  await page.waitForURL('**?set=1');
}

async function invite({ freehold }, page, { slug }, email) {
  await page.goto(`${freehold.product}/t/${slug}/team/invitations`);
  await page.getByLabel('Email').fill(email);
  await page.getByRole('button', { name: 'Send invitation' }).click();
  await page.getByText(email).first().waitFor();
  return linkIn(await letter(freehold, email, /invited you/), '/invite/');
}

async function joins(page, link) {
  await page.goto(link);
  await page.getByRole('button', { name: 'Accept invitation' }).click();
  await page.waitForURL('**?joined=1');
}

async function unconfirmed({ freehold, page: open }, t) {
  const page = await open(t);
  const vera = nobodyYet('vera');
  await page.goto(`${freehold.product}/signup`);
  await fillSignUp(page, vera);
  await page.getByRole('heading', { name: 'Check your mail' }).waitFor();
  return linkIn(await letter(freehold, vera.email, /confirm/i), '/verify/');
}

async function forgotten({ freehold, page: open }, t, { email }) {
  const page = await open(t);
  await page.goto(`${freehold.product}/forgot`);
  await page.getByLabel('Email').fill(email);
  await page.getByRole('button').filter({ hasText: /link|mail/i }).first().click();
  await page.waitForURL('**/forgot/sent*');
  return linkIn(await letter(freehold, email, /password/i), '/reset/');
}

// Logs in one of the demo's people by the tour, or one of the stage by name and password.
export async function enterAs(world, page, stage, name) {
  const { freehold } = world;
  if (stage.people[name]) {
    await page.context().clearCookies();
    return logIn(world, page, stage.people[name]);
  }
  await page.goto(`${freehold.product}/tour`);
  await page.getByRole('button', { name: demo[name] }).click();
  return page.waitForURL((url) => url.pathname !== '/tour');
}

const demo = {
  jonas: 'Log in as Jonas Silva',
  ada: 'Log in as Ada Park',
  tom: 'Log in as Tom Reyes',
  maya: 'Log in as Maya Okafor',
  priya: 'Log in as Priya Nair',
  staff: 'Open the staff panel',
};
