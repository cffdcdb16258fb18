// Builds assets/dist: the style sheet, the scripts, the font and the icon, each under a name that
// holds the hash of its content, with brotli and gzip beside it, and manifest.json that lists them.
// Nothing is done when no input has changed. `--check` only says whether dist is current.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  existsSync, globSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const dist = join(root, 'assets/dist');
const modules = join(root, 'node_modules');
const types = {
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2',
};

function fail(sentence) {
  console.error(`build-assets: ${sentence}`);
  process.exit(1);
}

function hash(content) {
  return createHash('sha256').update(content).digest('hex').slice(0, 12);
}

function inputs() {
  const sources = globSync(
    ['assets/css/*.css', 'assets/ts/*.ts', 'assets/brand/*.svg', '{src,product}/*/templates/**/*.tpl',
      'simulator/templates/**/*.tpl', 'scripts/build-assets.mjs'], { cwd: root }).sort();
  const packages = ['tailwindcss', '@tailwindcss/cli', 'esbuild', 'htmx.org', '@fontsource-variable/inter']
    .map((name) => `node_modules/${name}/package.json`);
  const digest = createHash('sha256');
  for (const file of [...sources, ...packages]) {
    if (!existsSync(join(root, file))) fail(`${file} is missing; install the packages with ./dev build or npm ci.`);
    digest.update(`${file}\0`).update(readFileSync(join(root, file))).update('\0');
  }
  return digest.digest('hex');
}

function styles(workspace) {
  const out = join(workspace, 'app.css');
  const cli = join(modules, '@tailwindcss/cli/dist/index.mjs');
  execFileSync(process.execPath, [cli, '--input', 'assets/css/app.css', '--output', out, '--minify'],
    { cwd: root, stdio: ['ignore', 'ignore', 'pipe'] });
  return readFileSync(out, 'utf8');
}

function script(workspace) {
  const out = join(workspace, 'app.js');
  execFileSync(join(modules, 'esbuild/bin/esbuild'),
    ['assets/ts/app.ts', '--bundle', '--minify', '--format=iife', '--target=es2022', `--outfile=${out}`, '--log-level=warning'],
    { cwd: root, stdio: ['ignore', 'ignore', 'inherit'] });
  return readFileSync(out);
}

function brotli(body) {
  return brotliCompressSync(body, { params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: body.length } });
}

// One file under its hashed name; compressed twins only where they are smaller.
function emit(workspace, path, content) {
  const body = Buffer.from(content);
  const digest = hash(body);
  const extension = extname(path);
  const file = `${basename(path, extension)}.${digest}${extension}`;
  const gz = gzipSync(body, { level: 9 });
  const compressible = gz.length < body.length * 0.95;
  writeFileSync(join(workspace, file), body);
  if (compressible) {
    writeFileSync(join(workspace, `${file}.gz`), gz);
    writeFileSync(join(workspace, `${file}.br`), brotli(body));
  }
  const weight = compressible ? gz.length : body.length;
  return { path, file, type: types[extension], hash: digest, bytes: body.length, compressed: compressible, weight };
}

function build(workspace) {
  const files = [];
  const add = (path, content) => files.push(emit(workspace, path, content)) && files.at(-1);
  const font = add('inter.woff2',
    readFileSync(join(modules, '@fontsource-variable/inter/files/inter-latin-wght-normal.woff2')));
  const css = styles(mkdtempSync(join(workspace, 'css-')));
  if (!css.includes('inter.woff2')) fail('the style sheet does not name inter.woff2.');
  add('app.css', css.replace(/url\([^)]*inter\.woff2["']?\)/, `url(${font.file})`));
  add('app.js', script(mkdtempSync(join(workspace, 'js-'))));
  add('htmx.js', readFileSync(join(modules, 'htmx.org/dist/htmx.min.js'), 'utf8')
    .replace(/\n\/\/# sourceMappingURL=.*\s*$/, '\n'));
  for (const image of globSync('assets/brand/*.svg', { cwd: root }).sort())
    add(basename(image), readFileSync(join(root, image)));
  return files.sort((a, b) => (a.path < b.path ? -1 : 1));
}

// The files have content names, so they may be moved in one by one; the manifest comes last.
function publish(workspace, manifest) {
  const wanted = new Set(['manifest.json']);
  for (const name of readdirSync(workspace, { withFileTypes: true })) {
    if (!name.isFile()) continue;
    renameSync(join(workspace, name.name), join(dist, name.name));
    wanted.add(name.name);
  }
  const draft = join(workspace, 'manifest.json');
  writeFileSync(draft, `${JSON.stringify(manifest, null, 2)}\n`);
  renameSync(draft, join(dist, 'manifest.json'));
  for (const name of readdirSync(dist)) {
    if (!wanted.has(name) && !name.startsWith('.build-')) rmSync(join(dist, name), { recursive: true });
  }
}

function current(digest) {
  const manifest = join(dist, 'manifest.json');
  if (!existsSync(manifest)) return false;
  const built = JSON.parse(readFileSync(manifest, 'utf8'));
  return built.inputs === digest && built.files.every(({ file }) => existsSync(join(dist, file)));
}

const digest = inputs();
if (current(digest)) process.exit(0);
if (process.argv.includes('--check')) fail('assets/dist is not current.');
mkdirSync(dist, { recursive: true });
const workspace = mkdtempSync(join(dist, '.build-'));
try {
  const files = build(workspace);
  publish(workspace, { inputs: digest, files });
  for (const { file, bytes, weight } of files)
    console.log(`${file.padEnd(32)} ${String(bytes).padStart(7)} bytes, ${String(weight).padStart(6)} compressed`);
} finally {
  rmSync(workspace, { recursive: true, force: true });
}
