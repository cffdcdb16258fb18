// Pictures of the key screens in build/shots, in light and dark, on a desktop and on a phone: what a
// person looks at before a release. `./dev shots usage` takes only those whose name begins so.
import { checkReflow, screenshot, startWorld } from './harness.mjs';
import { eachScreen, screensOf, variants } from './screens.mjs';
import { setStage } from './stage.mjs';

const prefixes = process.argv.slice(2);
const isWanted = ({ name }) => prefixes.length === 0 || prefixes.some((prefix) => name.startsWith(prefix));

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

async function takeAll(world, stage, { device, scheme }) {
  const shots = owner(`shots ${device} ${scheme}`);
  const page = await world.page(shots, { device, scheme });
  await eachScreen(world, page, stage, screensOf(stage).filter(isWanted), async ({ name }) => {
    await checkReflow(page);
    await take(page, `${name}-${device}-${scheme}`);
  });
  await shots.end();
}

const world = await startWorld();
try {
  const preparing = owner('what the screens need');
  const stage = await setStage(world, preparing);
  await preparing.end();
  for (const variant of variants) await takeAll(world, stage, variant);
} finally {
  await world.stop();
}
console.log('The pictures are in build/shots.');
