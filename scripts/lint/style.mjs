// The rules of style that a machine can hold: sizes, names, spawning, text that must not be here.
import { basename } from 'node:path/posix';
import { finding, linesOf, runIfMain } from './files.mjs';

const longestFile = 500;
const longestFunction = 50;
const vagueWords = 'Service|Manager|Impl|Utils?|Helpers?|Common|Dto|DTO';
const vagueFile = /(?:^|_)(?:utils?|helpers?|common|misc|impl|manager|service)\./;

export function checkStyle(files) {
  const names = new Set([...files.keys()].map((path) => basename(path)));
  const places = new Set([...files.keys()].flatMap(withFolders));
  return [...files].filter(([path]) => !isForeign(path)).flatMap(([path, text]) => [
    ...sizeFindings(path, text),
    ...whitespaceFindings(path, text),
    ...nameFindings(path, text),
    ...spawnFindings(path, text),
    ...textFindings(path, text),
    ...mentionFindings(path, text, names),
    ...placeFindings(path, text, places),
  ]);
}

// Text that others wrote, that a program wrote, or that names what is forbidden: this file and its test.
function isForeign(path) {
  return /^(?:LICENSE|(?:.*\/)?package-lock\.json|assets\/vendor\/|sdk\/.*\/api_types\.|scripts\/(?:lint\/style|test\/))/.test(path) || /\.(?:svg|golden)$/.test(path);
}

function isCpp(path) {
  return /\.(?:cpp|hpp|inl)$/.test(path);
}

function sizeFindings(path, text) {
  const findings = [];
  const lines = text.split('\n').length - 1;
  if (lines > longestFile && !/\.(?:md|txt|json)$/.test(path)) {
    findings.push(finding(path, lines, `${lines} lines; ${longestFile} are the most, 300 need a reason`));
  }
  if (isCpp(path)) findings.push(...functionFindings(path, text));
  return findings;
}

// clang-format puts a function's first and last line, and nothing between them, into column 0. The rows
// of a table, which begin with a bracket or a string, are data and do not count.
function functionFindings(path, text) {
  const findings = [];
  let head = { content: '', line: 0 };
  let length = 0;
  for (const { content, line } of linesOf(text)) {
    const measured = !/^(?:namespace|struct|class|enum|union|extern|template)\b|^$/.test(head.content);
    if (content === '}' && measured && length > longestFunction) {
      findings.push(finding(path, head.line, `a function of ${length} lines; ${longestFunction} are the most`));
    }
    if (/^[^\s/#]/.test(content)) {
      head = { content, line };
      length = 0;
    } else if (!/^\s+[{"]/.test(content)) {
      length += 1;
    }
  }
  return findings;
}

function whitespaceFindings(path, text) {
  const findings = [];
  if (text !== '' && !text.endsWith('\n')) {
    findings.push(finding(path, linesOf(text).length, 'the last line has no end'));
  }
  for (const { content, line } of linesOf(text)) {
    if (/[ \t\r]$/.test(content)) findings.push(finding(path, line, 'space at the end of the line'));
    if (/\t/.test(content)) findings.push(finding(path, line, 'a tab; indent with spaces'));
  }
  return findings;
}

function nameFindings(path, text) {
  const findings = [];
  if (vagueFile.test(basename(path))) {
    findings.push(finding(path, 1, 'this file name says how, not what; name the thing'));
  }
  if (!isCpp(path)) return findings;
  const vagueType = new RegExp(`\\b(?:class|struct|enum|concept)\\s+(?:class\\s+)?(\\w*(?:${vagueWords}))\\b`);
  for (const { content, line } of linesOf(text)) {
    const match = content.match(vagueType);
    if (match) findings.push(finding(path, line, `${match[1]} says how, not what; name the thing`));
  }
  return findings;
}

// Tasks are spawned in one place, by a scope that owns them, cancels them and waits for them.
function spawnFindings(path, text) {
  if (!isCpp(path) || path.startsWith('src/core/scope.')) return [];
  const findings = [];
  for (const { content, line } of linesOf(text)) {
    const code = content.replace(/\/\/.*/, '');
    if (/\bco_spawn\s*\(/.test(code)) {
      findings.push(finding(path, line, 'co_spawn is called in core/scope only; spawn through a scope'));
    }
    if (/\basio::detached\b|[(,]\s*detached\s*\)/.test(code)) {
      findings.push(finding(path, line, 'a detached task has no owner; spawn through a scope'));
    }
  }
  return findings;
}

const forbidden = [
  [/\b(?:TODO|FIXME|XXX)\b(?!\(#\d+\))/, 'open work is marked TODO(#123), with the number of its issue'],
  [/^\s*(?:\/\/|#|--)\s*[-=*#/]{4,}/, 'a banner; sections are files and functions'],
  [/\b(?:registry|mirrors?|artifacts?|packages)\.[a-z0-9-]+\.[a-z]{2,}\b|\bnpmjs\b/, 'the host of a package registry'],
  [/(?:^|[\s"'`(=:])\/(?:work|root|home)\//, 'the path of one machine'],
  [/\bsk_live_\w{8}|^-----BEGIN (?:\w+ )?PRIVATE KEY/, 'a secret'],
];

function textFindings(path, text) {
  return linesOf(text).flatMap(({ content, line }) => forbidden
    .filter(([pattern]) => pattern.test(content))
    .map(([, message]) => finding(path, line, message)));
}

// A page that is pointed to has to be there.
function mentionFindings(path, text, names) {
  const mention = /(?<![\w/:.*<{-])(?:[\w.-]+\/)*([\w-][\w.-]*\.md)\b/g;
  return linesOf(text).flatMap(({ content, line }) => [...content.matchAll(mention)]
    .filter(([, name]) => !names.has(name))
    .map(([whole]) => finding(path, line, `${whole} does not exist`)));
}

// 'tests/e2e/walks/team.mjs', 'tests/e2e/walks/', 'tests/e2e/', 'tests/'
function withFolders(path) {
  const parts = path.split('/');
  return parts.map((part, i) => parts.slice(0, i).concat(i + 1 < parts.length ? [part, ''] : [part]).join('/'));
}

// So has a folder or file of ours that a page names in `backticks`.
function placeFindings(path, text, places) {
  if (!path.endsWith('.md')) return [];
  const mention = /`((?:assets|bench|cmake|docs|fuzz|product|scripts|simulator|src|tests)\/[\w./-]*)`/g;
  return linesOf(text).flatMap(({ content, line }) => [...content.matchAll(mention)]
    .filter(([, place]) => !places.has(place) && !places.has(`${place}/`))
    .map(([, place]) => finding(path, line, `${place} does not exist`)));
}

runIfMain(import.meta.url, checkStyle);
