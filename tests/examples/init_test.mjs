// `freehold init`: what it writes is what the examples are, and it writes over nothing.
import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { filesBelow, filesOf, init, kinds, root } from './starters.mjs';

async function emptyFolder(t) {
  const folder = await mkdtemp(join(tmpdir(), 'freehold-init-'));
  t.after(() => rm(folder, { recursive: true }));
  return folder;
}

for (const kind of kinds) {
  test(`a product in ${kind} is the example, with the SDK and the adapter of this version`, async (t) => {
    const folder = join(await emptyFolder(t), 'notes');
    init(kind, folder);
    const wanted = await filesOf(kind);
    assert.deepEqual((await filesBelow(folder)).sort(), [...wanted.keys()].sort());
    for (const [name, source] of wanted) {
      assert.equal(await readFile(join(folder, name), 'utf8'), await readFile(join(root, source), 'utf8'), name);
    }
  });

  test(`the own code of the example in ${kind} is at most sixty lines`, async () => {
    const own = (await filesBelow(join(root, 'examples', kind))).filter((name) => /\.(ts|tsx|py)$/.test(name) && !/config\.ts$/.test(name));
    let lines = 0;
    for (const name of own) lines += codeIn(await readFile(join(root, 'examples', kind, name), 'utf8'));
    assert.ok(lines > 20 && lines <= 60, `${lines} lines in ${own}`);
  });
}

function codeIn(text) {
  return text.split('\n').filter((line) => line.trim() !== '' && !/^(import|from) /.test(line)).length;
}

test('the next three commands are printed', async (t) => {
  const folder = join(await emptyFolder(t), 'notes');
  const commands = init('node', folder).split('\n').filter((line) => line.startsWith('  ')).map((line) => line.trim());
  assert.deepEqual(commands, [
    `cd ${folder} && freehold up --plans plans.toml --product http://localhost:3000/app`, 'npm install && sh setup.sh', 'npm start',
  ]);
});

test('a folder with something in it is left alone', async (t) => {
  const folder = await emptyFolder(t);
  await writeFile(join(folder, 'mine'), 'mine');
  assert.throws(() => init('python', folder), /is not empty/);
  assert.deepEqual(await filesBelow(folder), ['mine']);
});

test('an unknown kind is refused with those that there are', async (t) => {
  const folder = join(await emptyFolder(t), 'notes');
  assert.throws(() => init('cobol', folder), /node, nextjs or python/);
});
