// What a browser test stands on: the real program in a folder of its own, and Chromium.
//
//   const world = await startWorld();
//   after(() => world.stop());
//   test('…', async (t) => {
//     const page = await world.page(t, { device: 'phone', javaScript: false });
//     await page.goto(world.freehold.product);
//     await checkAccessibility(page);
//   });
//
// A page that logs an error, breaks the content security policy, asks another host for anything or
// misses a file fails its test, whatever the test itself looks at.
//
// FREEHOLD_RUNNING=8080 joins a program that runs already at that port: quicker while a test is written.
import { startBrowser } from './browser.mjs';
import { joinFreehold, startFreehold } from './program.mjs';

export { checkAccessibility, checkContrast, checkReflow, screenshot } from './checks.mjs';
export { startFreehold };

export async function startWorld(options) {
  const freehold = process.env.FREEHOLD_RUNNING ? joinFreehold(Number(process.env.FREEHOLD_RUNNING)) : await startFreehold(options);
  const browser = await startBrowser();
  return {
    freehold,
    page: browser.page,
    async stop() {
      await browser.stop();
      await freehold.stop();
    },
  };
}
