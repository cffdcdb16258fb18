// Pictures of the key screens in build/shots, in light and dark, on a desktop and on a phone: what a
// person looks at before a release. `./dev shots usage` takes only those whose name begins so.
import { checkReflow, screenshot, startWorld } from './harness.mjs';
import { eachScreen, screens, variants } from './screens.mjs';

const prefixes = process.argv.slice(2);
const wanted = prefixes.length === 0 ? screens : screens.filter(({ name }) => prefixes.some((prefix) => name.startsWith(prefix)));

// A side bar is as high as the window: here the whole page is.
async function take(page, name) {
  const size = page.viewportSize();
  const height = await page.evaluate(() => document.documentElement.scrollHeight);
  await page.setViewportSize({ ...size, height: Math.max(size.height, height) });
  await screenshot(page, name);
  await page.setViewportSize(size);
}

// What a page's owner does when it is done with it, as a test's context would.
function owner(name) {
  const hooks = [];
  return { name, passed: true, after: (hook) => hooks.push(hook), end: () => Promise.all(hooks.map((hook) => hook())) };
}

async function takeAll(world, { device, scheme }) {
  const shots = owner(`shots ${device} ${scheme}`);
  const page = await world.page(shots, { device, scheme });
  await eachScreen(page, world.freehold, wanted, async ({ name }) => {
    await checkReflow(page);
    await take(page, `${name}-${device}-${scheme}`);
  });
  await shots.end();
}

const world = await startWorld();
try {
  for (const variant of variants) await takeAll(world, variant);
} finally {
  await world.stop();
}
console.log('The pictures are in build/shots.');
