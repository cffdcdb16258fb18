// A page as everybody may see it: on a desktop and a phone, by day and by night. Only with JavaScript, by
// which accessibility is checked.
import { checkAccessibility, checkReflow, screenshot } from '../harness.mjs';

const sizes = { desktop: { width: 1280, height: 900 }, phone: { width: 390, height: 844 } };

export function lookerAt(page, { javaScript }) {
  return javaScript ? (name) => lookEverywhere(page, name) : async () => {};
}

async function lookEverywhere(page, name) {
  for (const [device, size] of Object.entries(sizes)) {
    await page.setViewportSize(size);
    for (const colorScheme of ['light', 'dark']) {
      await page.emulateMedia({ colorScheme });
      await checkAccessibility(page);
      await checkReflow(page);
      await screenshot(page, `${name}-${device}-${colorScheme}`);
    }
  }
  await page.setViewportSize(sizes.desktop);
  await page.emulateMedia({ colorScheme: 'light' });
}
