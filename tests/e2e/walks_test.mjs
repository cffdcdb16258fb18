// What a newcomer does, from the price list to a paying workspace and what staff see of it: with
// JavaScript and without. All walks share one running program; those that advance its clock come
// after those that do not.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { checkAccessibility, checkContrast, checkReflow, startWorld } from './harness.mjs';
import { pageRoutes, routeOf } from './routes.mjs';
import { eachScreen, screensOf } from './screens.mjs';
import { setStage } from './stage.mjs';
import { brandWalk } from './walks/brand.mjs';
import { documentsWalk } from './walks/documents.mjs';
import { lifeCycleWalk } from './walks/life_cycle.mjs';
import { invoicesWalk } from './walks/invoices.mjs';
import { limitsWalk } from './walks/limits.mjs';
import { paymentWalk } from './walks/payment.mjs';
import { planWalk } from './walks/plan.mjs';
import { otherBrowserWalk, signUpWalk, wishWalk } from './walks/sign_up.mjs';
import { teamWalk } from './walks/team.mjs';
import { marksWalk, tourIsDone, tourWalk } from './walks/tour.mjs';
import { upgradeWalk } from './walks/upgrade.mjs';

let world;
before(async () => { world = await startWorld(); });
after(() => world.stop());

// First, while nothing was done yet in this program.
test('a mark of the tour is ticked by what it says, and by nothing that comes close', (t) => {
  if (process.env.FREEHOLD_RUNNING) return t.skip('needs a program where nothing was done');
  return marksWalk(world, t);
});

// What stands in routes.txt and is no page of its own.
const noPages = new Map([
  ['product /', 'leads to the workspaces or the prices'],
  ['product /.well-known/jwks.json', 'for machines'],
  ['product /checkout/return', 'leads into the workspace that bought'],
  ['product /upgrade/{tenant_id}', 'leads to the plans of a workspace'],
  ['product /signup/address', 'a part of the sign-up page'],
  ['product /unsubscribe/{token}', 'its link comes days after the end of a plan; after_cancel_test.mjs walks it'],
  ['product /t/{slug}/settings/export/file', 'a file'],
  ['product /t/{slug}/documents/export/file', 'a file'],
  ['staff /tenants/{tenant_id}/subscriptions/{subscription}/end', 'it takes a second subscription; a test of staff opens it'],
  ['product /t/{slug}/billing/card/return', 'leads to the card'],
  ['product /t/{slug}/billing/invoices/{invoice}/pdf', 'a file'],
  ['staff /', 'leads to the tenants'],
  ['staff /healthz', 'for machines'],
  ['staff /readyz', 'for machines'],
  ['staff /metrics', 'for machines'],
]);

let stage;

// Each screen as it is on a desktop by day and on a phone by night; and what the night changes on the
// desktop, its colours. The routes that were seen.
async function screensFit(t, device, colorScheme, lookAgain) {
  stage ??= await setStage(world, t);
  const page = await world.page(t, { device, scheme: colorScheme });
  const seen = new Set();
  await eachScreen(world, page, stage, screensOf(stage), async ({ name, on = 'product' }) => {
    seen.add(routeOf(on, new URL(page.url()).pathname));
    await checkReflow(page).catch((failure) => assert.fail(`${name}: ${failure.message}`));
    await checkAccessibility(page).catch((failure) => assert.fail(`${name}: ${failure.message}`));
    await lookAgain(page);
  });
  return seen;
}

test('every page there is fits a desktop and is accessible on it, in light and in dark', async (t) => {
  const seen = await screensFit(t, 'desktop', 'light', async (page) => {
    await page.emulateMedia({ colorScheme: 'dark' });
    await checkContrast(page);
    await page.emulateMedia({ colorScheme: 'light' });
  });
  const pages = pageRoutes();
  assert.deepEqual(pages.filter((route) => !seen.has(route) && !noPages.has(route)), [], 'pages that no screen shows');
  assert.deepEqual([...noPages.keys()].filter((route) => !pages.includes(route)), [], 'routes that are gone');
});

test('every page there is fits a phone and is accessible on it, in dark', (t) => screensFit(t, 'phone', 'dark', async () => {}));

const walks = [
  ['a newcomer takes the tour', tourWalk],
  ['a customer signs up, confirms by mail and enters a workspace on a trial', signUpWalk],
  ['a customer comes for a plan of the price list and is led to it after signing up', wishWalk],
  ['a customer confirms in another browser, whose password is the one that counts', otherBrowserWalk],
  ['a customer invites a colleague, who may do less and is told why', teamWalk],
  ['a customer buys a plan, cancels it and takes it back', planWalk],
  ['a customer writes documents, in the page and by a program', documentsWalk],
  ['a customer meets the limits of the free plan after the trial', limitsWalk],
  ['a customer takes a dearer plan in the middle of a month', upgradeWalk],
  ['a customer schedules a smaller plan, cancels and pauses, and takes each back', lifeCycleWalk],
  ['a customer says who gets the invoices, reads one, and pays another with a new card', invoicesWalk],
  ['a customer does not pay, and pays again, while staff looks on', paymentWalk],
  ['staff give the product a name, a logo, colours and words of its own', brandWalk],
  ['the tour is done, but for what takes two more terminals', tourIsDone],
];

for (const [name, walk] of walks) {
  for (const javaScript of [true, false]) {
    test(`${name}, ${javaScript ? 'with' : 'without'} JavaScript`, (t) => walk(world, t, { javaScript }));
  }
}
