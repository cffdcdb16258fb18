// What every screen has to pass.
import assert from 'node:assert/strict';
import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { AxeBuilder } from '@axe-core/playwright';
import { runsScripts } from './browser.mjs';

const rules = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

// No violation at all of WCAG 2.2 AA, nor of axe's best practices. axe is itself a script.
export function checkAccessibility(page) {
  return check(page, (axe) => axe.withTags(rules));
}

// What another colour scheme can break on a page that has passed.
export function checkContrast(page) {
  return check(page, (axe) => axe.withRules(['color-contrast']));
}

async function check(page, choose) {
  assert.ok(runsScripts(page), 'accessibility cannot be checked on a page without JavaScript');
  // A colour on its way to another one has no contrast of its own.
  await page.evaluate(async () => {
    await new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)));
    await Promise.allSettled(document.getAnimations().map(({ finished }) => finished));
  });
  const { violations } = await choose(new AxeBuilder({ page })).setLegacyMode().analyze();
  const report = violations.flatMap(({ id, impact, help, nodes }) => [
    `${id} (${impact}): ${help}`, ...nodes.map(({ target }) => `  ${target.join(' ')}`),
  ]);
  if (report.length > 0) assert.fail(`accessibility of ${page.url()}\n${report.join('\n')}`);
}

// Nothing makes the page itself scroll sideways; tables and code scroll inside their own region.
export async function checkReflow(page) {
  const excess = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  assert.ok(excess <= 0, `${page.url()} is ${excess} px wider than the screen`);
}

// Writes build/shots/NAME.png (or below FREEHOLD_SHOTS) with the whole page.
export async function screenshot(page, name) {
  const path = join(process.env.FREEHOLD_SHOTS ?? 'build/shots', `${name}.png`);
  await mkdir(dirname(path), { recursive: true });
  await page.screenshot({ path, fullPage: true, animations: 'disabled', caret: 'hide' });
  return path;
}
