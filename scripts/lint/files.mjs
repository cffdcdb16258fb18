// What the lints share: the files of the repository, and how a finding is reported.
import { execFileSync } from 'node:child_process';
import { readFileSync, realpathSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

// Path -> text of every file that git knows or would add, below the current folder.
export function repositoryFiles() {
  const listed = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard']);
  const paths = listed.toString().split('\0').filter((path) => path && statSync(path, { throwIfNoEntry: false })?.isFile());
  return new Map(paths.filter(isText).map((path) => [path, readFileSync(path, 'utf8')]));
}

function isText(path) {
  return !/\.(png|jpe?g|gif|ico|woff2?|pdf|pem|der|bin|gz|br)$/.test(path);
}

// A lint is a function from such a map to findings, so that its tests need no files.
export function finding(path, line, message) {
  return { path, line, message };
}

export function asText(findings) {
  return findings.map(({ path, line, message }) => `${path}:${line}: ${message}\n`).join('');
}

// Runs the lint over the repository when its file is the program that was started.
export function runIfMain(moduleUrl, check) {
  if (realpathSync(process.argv[1]) !== fileURLToPath(moduleUrl)) return;
  const findings = check(repositoryFiles());
  process.stderr.write(asText(findings));
  process.exitCode = findings.length > 0 ? 1 : 0;
}

export function linesOf(text) {
  return text.split('\n').map((content, index) => ({ content, line: index + 1 }));
}
