// What a newcomer does, from the price list to a paying workspace and what staff see of it: with
// JavaScript and without. All walks share one running program; those that advance its clock come
// after those that do not.
import { after, before, test } from 'node:test';
import { checkAccessibility, checkContrast, checkReflow, startWorld } from './harness.mjs';
import { eachScreen, screens } from './screens.mjs';
import { documentsWalk } from './walks/documents.mjs';
import { limitsWalk } from './walks/limits.mjs';
import { paymentWalk } from './walks/payment.mjs';
import { planWalk } from './walks/plan.mjs';
import { otherBrowserWalk, signUpWalk, wishWalk } from './walks/sign_up.mjs';
import { teamWalk } from './walks/team.mjs';
import { tourIsDone, tourWalk } from './walks/tour.mjs';

let world;
before(async () => { world = await startWorld(); });
after(() => world.stop());

// Each screen as it is on a desktop by day and on a phone by night; and what the night changes on the
// desktop, its colours.
async function screensFit(t, device, colorScheme, lookAgain) {
  const page = await world.page(t, { device, scheme: colorScheme });
  await eachScreen(page, world.freehold, screens, async () => {
    await checkReflow(page);
    await checkAccessibility(page);
    await lookAgain(page);
  });
}

test('every screen is accessible on a desktop, in light and in dark', (t) => screensFit(t, 'desktop', 'light', async (page) => {
  await page.emulateMedia({ colorScheme: 'dark' });
  await checkContrast(page);
  await page.emulateMedia({ colorScheme: 'light' });
}));

test('every screen is accessible on a phone, in dark', (t) => screensFit(t, 'phone', 'dark', async () => {}));

const walks = [
  ['a newcomer takes the tour', tourWalk],
  ['a customer signs up, confirms by mail and enters a workspace on a trial', signUpWalk],
  ['a customer comes for a plan of the price list and is led to it after signing up', wishWalk],
  ['a customer confirms in another browser, whose password is the one that counts', otherBrowserWalk],
  ['a customer invites a colleague, who may do less and is told why', teamWalk],
  ['a customer buys a plan, cancels it and takes it back', planWalk],
  ['a customer writes documents, in the page and by a program', documentsWalk],
  ['a customer meets the limits of the free plan after the trial', limitsWalk],
  ['a customer does not pay, and pays again, while staff looks on', paymentWalk],
  ['the tour is done, but for what takes two more terminals', tourIsDone],
];

for (const [name, walk] of walks) {
  for (const javaScript of [true, false]) {
    test(`${name}, ${javaScript ? 'with' : 'without'} JavaScript`, (t) => walk(world, t, { javaScript }));
  }
}
