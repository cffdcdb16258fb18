// clang-tidy over the files that standard input names, in that order, on every processor at once. A file
// takes some six seconds, so one that was found clean is read again only when its text, a header of
// ours that it includes, its flags or the checks have changed, in whichever checkout that was. After
// `minutes` no further file is begun; those that are left are listed in BUILD/tidy-unread.txt.
//
//   tidy.mjs BUILD_FOLDER PRECOMPILED_HEADER [MINUTES]
import { execFile, execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { availableParallelism, homedir } from 'node:os';
import { dirname, join, relative, resolve } from 'node:path';

const [build, header, minutes] = process.argv.slice(2);
const root = process.cwd();
const kept = join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'freehold-tidy');
const keptDays = 60;
const tidy = join(import.meta.dirname, 'tidy.sh');

const commands = new Map(JSON.parse(readFileSync(join(build, 'compile_commands.json'), 'utf8'))
  .map(({ file, command }) => [file, command]));

// What every file is held to: the checks, the program, and all that lies in the precompiled header.
const common = [
  execFileSync('clang-tidy-19', ['--version']).toString(),
  readFileSync('.clang-tidy'), readFileSync(tidy), readFileSync(`${header}.sum`),
];

// The file and every file of ours that it includes, directly or not.
function withIncludes(path, found = new Map()) {
  if (found.has(path)) return found;
  const text = readFileSync(path, 'utf8');
  found.set(path, text);
  for (const [, name] of text.matchAll(/^\s*#\s*include\s*"(.+)"/gm)) {
    const place = [dirname(path), 'src', 'product', ''].map((folder) => join(folder, name)).find((each) => existsSync(each));
    if (place) withIncludes(place, found);
  }
  return found;
}

function markOf(path) {
  const hash = createHash('sha256');
  for (const part of common) hash.update(part).update('\0');
  hash.update(commands.get(resolve(path)).replaceAll(root, '.')).update('\0');
  for (const [name, text] of withIncludes(path)) hash.update(`${relative(root, resolve(name))}\0${text}\0`);
  return join(kept, hash.digest('hex'));
}

function isClean(mark) {
  if (!existsSync(mark)) return false;
  const now = new Date();
  utimesSync(mark, now, now);
  return true;
}

function forgetOldMarks() {
  mkdirSync(kept, { recursive: true });
  const oldest = Date.now() - keptDays * 24 * 3600 * 1000;
  for (const name of readdirSync(kept)) {
    const path = join(kept, name);
    if (statSync(path, { throwIfNoEntry: false })?.mtimeMs < oldest) rmSync(path, { force: true });
  }
}

function read({ path, mark }) {
  return new Promise((done) => {
    execFile('bash', [tidy, build, path], (failure, output) => {
      if (!failure) writeFileSync(mark, '');
      process.stderr.write(output);
      done(!failure);
    });
  });
}

async function readAll(files, deadline) {
  const waiting = [...files];
  let clean = true;
  const worker = async () => {
    while (waiting.length > 0 && Date.now() < deadline) clean = (await read(waiting.shift())) && clean;
  };
  await Promise.all(Array.from({ length: availableParallelism() }, worker));
  return { clean, unread: waiting.map(({ path }) => path) };
}

forgetOldMarks();
const wanted = readFileSync(0, 'utf8').split('\n').filter((path) => commands.has(resolve(path)))
  .map((path) => ({ path, mark: markOf(path) }));
const toRead = wanted.filter(({ mark }) => !isClean(mark));
const { clean, unread } = await readAll(toRead, minutes ? Date.now() + Number(minutes) * 60_000 : Infinity);

const list = join(build, 'tidy-unread.txt');
rmSync(list, { force: true });
console.log(`clang-tidy: ${toRead.length - unread.length} files read, ${wanted.length - toRead.length} as they were when it read them.`);
if (unread.length > 0) {
  writeFileSync(list, unread.map((path) => `${path}\n`).join(''));
  console.error(`NOT READ by clang-tidy within ${minutes} minutes: ${unread.length} files, listed in ${list}. The next run goes on with them.`);
}
process.exitCode = clean ? 0 : 1;
