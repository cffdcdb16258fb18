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
import { startBrowser } from './browser.mjs';
import { startFreehold } from './program.mjs';

export { checkAccessibility, checkReflow, screenshot } from './checks.mjs';
export { startBrowser, startFreehold };

export async function startWorld(options) {
  const freehold = await startFreehold(options);
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
