// A new customer's way, from the price list to a paying workspace and what staff see of it: with
// JavaScript and without. All walks share one running program; those that advance its clock come
// after those that do not.
import { after, before, test } from 'node:test';
import { startWorld } from './harness.mjs';
import { documentsWalk } from './walks/documents.mjs';
import { limitsWalk } from './walks/limits.mjs';
import { paymentWalk } from './walks/payment.mjs';
import { planWalk } from './walks/plan.mjs';
import { otherBrowserWalk, signUpWalk } from './walks/sign_up.mjs';
import { teamWalk } from './walks/team.mjs';

let world;
before(async () => { world = await startWorld(); });
after(() => world.stop());

const walks = [
  ['signs up, confirms by mail and enters a workspace on a trial', signUpWalk],
  ['confirms in another browser, whose password is the one that counts', otherBrowserWalk],
  ['invites a colleague, who may do less and is told why', teamWalk],
  ['buys a plan, cancels it and takes it back', planWalk],
  ['writes documents, in the page and by a program', documentsWalk],
  ['meets the limits of the free plan after the trial', limitsWalk],
  ['does not pay, and pays again, while staff looks on', paymentWalk],
];

for (const [does, walk] of walks) {
  for (const javaScript of [true, false]) {
    test(`a customer ${does}, ${javaScript ? 'with' : 'without'} JavaScript`, (t) => walk(world, t, { javaScript }));
  }
}
