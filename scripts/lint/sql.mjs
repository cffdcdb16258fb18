// Holds migrations and queries to the rules that a reviewer would otherwise repeat.
import { finding, linesOf, runIfMain } from './files.mjs';

const keywords = 'select|insert|update|delete|from|where|and|or|not|null|create|alter|drop|table|index|'
  + 'function|constraint|primary|foreign|unique|check|references|grant|revoke|returns|language|values|'
  + 'returning|order|group|limit|join|on|as|set|into|begin|end|default|using|policy|schema|role';
const shouted = new RegExp(`\\b(?:${keywords})\\b`, 'gi');

export function checkSql(files) {
  const findings = [];
  for (const [path, text] of files) {
    if (path.endsWith('.sql')) findings.push(...scriptFindings(path, text));
    if (/\.cpp$/.test(path)) findings.push(...queryFindings(path, text));
  }
  return findings;
}

function scriptFindings(path, text) {
  const code = withoutCommentsAndText(text);
  const findings = shoutFindings(path, code);
  if (!path.includes('/migrations/')) return findings;
  if (!/^-- [A-Z][^\n]{10,}/.test(text)) {
    findings.push(finding(path, 1, 'a migration begins with a comment: a sentence that says why it exists'));
  }
  return [...findings, ...protectionFindings(path, code, text)];
}

// Each table with a tenant_id is given its row-level security in the migration that makes it; only the
// schema fh, which makes fh.protect itself, has to do so later.
function protectionFindings(path, code, text) {
  const findings = [];
  for (const match of code.matchAll(/create\s+(?:unlogged\s+)?table\s+(?:if\s+not\s+exists\s+)?([\w.]+)\s*\(/g)) {
    const body = code.slice(match.index + match[0].length, endOfBrackets(code, match.index + match[0].length));
    const protectedElsewhere = match[1].startsWith('fh.');
    const protectedHere = new RegExp(`fh\\.protect\\(\\s*'${match[1].replace('.', '\\.')}'`).test(text);
    if (/\btenant_id\b/.test(body) && !protectedHere && !protectedElsewhere) {
      findings.push(finding(path, lineAt(code, match.index), `${match[1]} has a tenant_id but no fh.protect('${match[1]}', …) in this file`));
    }
  }
  return findings;
}

function endOfBrackets(code, from) {
  let depth = 1;
  let at = from;
  while (depth > 0 && at < code.length) {
    if (code[at] === '(') depth += 1;
    if (code[at] === ')') depth -= 1;
    at += 1;
  }
  return at;
}

// The raw strings of a .cpp that begin like a statement.
function queryFindings(path, text) {
  const findings = [];
  for (const match of text.matchAll(/R"(\w*)\(([\s\S]*?)\)\1"/g)) {
    if (!/^\s*(?:select|insert|update|delete|with)\b/i.test(match[2])) continue;
    const offset = lineAt(text, match.index) - 1;
    const code = withoutCommentsAndText(match[2]);
    for (const found of [...shoutFindings(path, code), ...starFindings(path, code)]) {
      findings.push({ ...found, line: found.line + offset });
    }
  }
  return findings;
}

function shoutFindings(path, code) {
  return linesOf(code).flatMap(({ content, line }) => [...content.matchAll(shouted)]
    .map(([word]) => word)
    .filter((word) => word !== word.toLowerCase() && word === word.toUpperCase())
    .map((word) => finding(path, line, `SQL is written in lower case: ${word.toLowerCase()}`)));
}

function starFindings(path, code) {
  return linesOf(code)
    .filter(({ content }) => /\bselect\s+(?:\w+\.)?\*/i.test(content))
    .map(({ line }) => finding(path, line, 'columns are spelled out, never select *'));
}

// Comments, 'text' and "names" become blanks; the line breaks stay, and so do function bodies in $$.
function withoutCommentsAndText(text) {
  return text.replace(/--[^\n]*|\/\*[\s\S]*?\*\/|'(?:[^']|'')*'|"[^"]*"/g, (found) => found.replace(/[^\n]/g, ' '));
}

function lineAt(text, index) {
  return text.slice(0, index).split('\n').length;
}

runIfMain(import.meta.url, checkSql);
