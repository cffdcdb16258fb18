// Holds every #include to the layers: a module may include the faces of the modules that its DEPENDS
// names and nothing else of them, and a face stays cheap to include.
//
// What is a face: the headers that FACES in a module's CMakeLists.txt lists. Without such a line it is
// <module>/<module>.hpp; in the modules below the domain (infrastructure), each header that lies
// directly in the module's folder. A header in a sub-folder, such as detail/, is never one by default,
// and test_….hpp is one for tests only.
import { dirname, join } from 'node:path/posix';
import { finding, linesOf, runIfMain } from './files.mjs';

const infrastructure = ['core', 'db', 'redis', 'http', 'html', 'egress', 'paper', 'events'];
const banned = ['regex', 'iostream', 'ranges'];
const includeRoots = ['src', 'product', ''];

export function checkIncludes(files) {
  const modules = readModules(files);
  const includes = readIncludes(files);
  return [
    ...layerFindings(modules),
    ...[...includes].flatMap(([path, list]) => list.flatMap((include) => [
      ...bannedFindings(path, include),
      ...borderFindings(path, include, modules, files),
    ])),
    ...weightFindings(includes, modules, files),
  ];
}

// The modules in the order of their layers: those of the root file's list, then product, simulator, app.
function readModules(files) {
  const layers = wordsAfter(files.get('CMakeLists.txt') ?? '', 'set(modules').words;
  const found = [];
  for (const [path, text] of files) {
    if (!/^(src|product)\/\w+\/CMakeLists\.txt$|^simulator\/CMakeLists\.txt$/.test(path)) continue;
    const call = wordsAfter(text, 'freehold_module(');
    if (call.words.length > 0) found.push(moduleOf(dirname(path), call));
  }
  const rank = ({ name }) => (layers.indexOf(name) + 1 || layers.length + 1);
  return found.sort((a, b) => rank(a) - rank(b)).map((module) => ({ ...module, rank: rank(module) }));
}

function moduleOf(folder, { words, line }) {
  const [name] = words;
  const listed = wordsOf(words, 'FACES');
  const isFace = (path) => {
    if (isForTests(path)) return false;
    if (listed.length > 0) return listed.some((face) => join(folder, face) === path);
    if (infrastructure.includes(name)) return dirname(path) === folder && path.endsWith('.hpp');
    return path === `${folder}/${name}.hpp`;
  };
  return {
    name, folder, line, isFace, depends: wordsOf(words, 'DEPENDS'), testWith: wordsOf(words, 'TEST_WITH'),
  };
}

function isForTests(path) {
  return /(?:^|\/)test_\w+\.\w+$|_test\.cpp$|^tests\//.test(path);
}

// The words of the CMake call that begins with `start`, and the line that it stands on.
function wordsAfter(text, start) {
  const at = text.indexOf(start);
  if (at < 0) return { words: [], line: 0 };
  const body = text.slice(at + start.length).split(')')[0].replace(/#.*/g, '');
  return { words: body.split(/\s+/).filter(Boolean), line: text.slice(0, at).split('\n').length };
}

function wordsOf(words, keyword) {
  const from = words.indexOf(keyword);
  if (from < 0) return [];
  const rest = words.slice(from + 1);
  const end = rest.findIndex((word) => /^[A-Z_]+$/.test(word));
  return end < 0 ? rest : rest.slice(0, end);
}

function readIncludes(files) {
  const includes = new Map();
  for (const [path, text] of files) {
    if (!/\.(cpp|hpp|inl)$/.test(path)) continue;
    includes.set(path, linesOf(text).flatMap(({ content, line }) => {
      const match = content.match(/^\s*#\s*include\s*(?:"(.+)"|<(.+)>)/);
      if (!match) return [];
      return [{ line, outside: match[2], inside: match[1] && resolve(path, match[1], files), text: match[1] }];
    }));
  }
  return includes;
}

function resolve(from, name, files) {
  return [join(dirname(from), name), ...includeRoots.map((root) => join(root, name))]
    .find((candidate) => files.has(candidate));
}

function layerFindings(modules) {
  return modules.flatMap((module) => module.depends.flatMap((name) => {
    const other = modules.find((candidate) => candidate.name === name);
    if (!other || other.rank < module.rank || (other.rank === module.rank && other !== module)) return [];
    return [finding(`${module.folder}/CMakeLists.txt`, module.line,
      `${module.name} may not depend on ${name}, which lies above it in the layers`)];
  }));
}

function bannedFindings(path, { outside, line }) {
  if (!banned.includes(outside)) return [];
  return [finding(path, line, `<${outside}> costs too much compile time; it is not used in this repository`)];
}

// An include that leaves its module. A test may use every module below its own to set its scene, and
// those that TEST_WITH names; what belongs to no module, such as tests/, may include every face.
function borderFindings(path, { inside, line }, modules, files) {
  const own = ownerOf(path, modules);
  const other = inside && ownerOf(inside, modules);
  if (!other || other === own || /^(bench|fuzz)\//.test(path)) return [];
  if (own && !own.depends.includes(other.name) && !(isForTests(path) && mayTestWith(own, other))) {
    return [finding(path, line, `${own.name} includes ${other.name}, which its DEPENDS does not name`)];
  }
  if (!other.isFace(inside) && !(isForTests(path) && isForTests(inside))) {
    return [finding(path, line, `${inside} is not a face of ${other.name}`)];
  }
  return [];
}

function mayTestWith(own, other) {
  return other.rank < own.rank || own.testWith.includes(other.name);
}

function ownerOf(path, modules) {
  return modules.find(({ folder }) => path.startsWith(`${folder}/`));
}

// Faces bring in nothing but the standard library, Boost.Describe and {fmt}: Asio, Beast, JSON, libpq
// and the like belong into .cpp files. core wraps them for those.
function weightFindings(includes, modules, files) {
  const findings = [];
  for (const path of includes.keys()) {
    const owner = ownerOf(path, modules);
    if (!owner || owner.name === 'core' || !owner.isFace(path) || isForSources(files.get(path))) continue;
    const heavy = heavyInclude(path, includes, new Set());
    if (!heavy) continue;
    const way = heavy.through.length > 0 ? ` through ${heavy.through.join(', ')}` : '';
    findings.push(finding(path, heavy.line, `a face brings in <${heavy.name}>${way}; that belongs into a .cpp`));
  }
  return findings;
}

function heavyInclude(path, includes, seen) {
  if (seen.has(path)) return undefined;
  seen.add(path);
  for (const { outside, inside, line } of includes.get(path) ?? []) {
    if (outside && !isLight(outside)) return { name: outside, line, through: [] };
    const below = inside && heavyInclude(inside, includes, seen);
    if (below) return { name: below.name, line, through: [inside, ...below.through] };
  }
  return undefined;
}

// A header that says of itself that it is for .cpp files: a face that includes it is found all the same.
function isForSources(text) {
  return /^\/\/ Not for faces\b/m.test(text);
}

function isLight(header) {
  return /^[a-z0-9_]+$/.test(header) || /^boost\/describe/.test(header) || /^fmt\//.test(header);
}

runIfMain(import.meta.url, checkIncludes);
