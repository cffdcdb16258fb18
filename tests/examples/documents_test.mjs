// "Ten minutes to your own product" shows the examples as they are, and the commands that `freehold init` prints.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { filesOf, kinds, root } from './starters.mjs';

const named = /^`([^`\n]+)`\n\n```\w+\n([^]*?)^```$/gm;

for (const kind of kinds) {
  test(`docs/ten-minutes/${kind}.md shows the files that there are`, async () => {
    const document = await readFile(join(root, `docs/ten-minutes/${kind}.md`), 'utf8');
    const files = await filesOf(kind);
    const blocks = [...document.matchAll(named)];
    assert.ok(blocks.length >= 3, `${blocks.length} files are shown`);
    for (const [, name, text] of blocks) assert.equal(text, await readFile(join(root, files.get(name)), 'utf8'), name);
    assert.equal(document.match(/^```\w/gm).length, blocks.length, 'each shown file has its name before it');
  });

  test(`docs/ten-minutes/${kind}.md has the commands of the program`, async () => {
    const document = await readFile(join(root, `docs/ten-minutes/${kind}.md`), 'utf8');
    const source = await readFile(join(root, 'src/app/init.cpp'), 'utf8');
    const [, prepare, start] = source.match(new RegExp(`"${kind}",[^]*?prepare = "([^"]+)",\\s*\\.start = "([^"]+)"`));
    const up = 'cd notes && freehold up --plans plans.toml --product http://localhost:3000/app';
    assert.ok(document.includes(`\`\`\`\n${up}\n${prepare}\n${start}\n\`\`\``));
    assert.ok(document.includes(`\`\`\`\nfreehold init ${kind} notes\n\`\`\``));
  });
}
