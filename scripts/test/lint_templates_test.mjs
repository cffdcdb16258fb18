// Each rule for templates has a file here that breaks it, with {{! here }} on the lines that do.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { checkTemplates, namesOf } from '../lint-templates.mjs';
import { rules, textRules } from '../templates/rules.mjs';

const folder = join(dirname(fileURLToPath(import.meta.url)), 'templates');
const pragma = '{{%AUTOESCAPE context="HTML"}}';
const surroundings = [
  ['src/html/templates/icon/plus.tpl', `${pragma}\n<svg></svg>\n`],
  ['src/html/templates/csrf.tpl', `${pragma}\n<input type="hidden" name="csrf_token" value="{{csrf_token}}">\n`],
  ['src/html/templates/state.tpl', '{{%AUTOESCAPE context="HTML" state="IN_TAG"}}\n title="{{title}}"\n'],
  ['src/demo/templates/row.tpl', `${pragma}\n<p>{{name}}</p>\n`],
];

function findingsIn(path, source) {
  return checkTemplates(new Map([...surroundings, [path, source]]));
}

function linesWith(source, mark) {
  return source.split('\n').flatMap((content, index) => (content.includes(mark) ? [index + 1] : []));
}

const fixtures = readdirSync(folder).filter((name) => name.endsWith('.tpl')).map((name) => name.slice(0, -4));

for (const rule of fixtures.filter((name) => name !== 'clean')) {
  test(`a template that breaks the rule “${rule}” is found at its lines`, () => {
    const source = readFileSync(join(folder, `${rule}.tpl`), 'utf8');
    const findings = findingsIn(`src/demo/templates/${rule}.tpl`, source).filter((finding) => finding.rule === rule);
    assert.deepEqual(findings.map(({ line }) => line), linesWith(source, '{{! here }}'));
  });
}

test('a template without a fault has no finding', () => {
  assert.deepEqual(findingsIn('src/demo/templates/clean.tpl', readFileSync(join(folder, 'clean.tpl'), 'utf8')), []);
});

test('a mail needs a text twin and a subject, and may have styles', () => {
  const html = readFileSync(join(folder, 'mail/mail-twin.tpl'), 'utf8');
  const text = readFileSync(join(folder, 'mail/subject.txt'), 'utf8');
  const alone = findingsIn('src/demo/templates/mail/hello.tpl', html);
  assert.deepEqual(alone.map(({ rule, line }) => [rule, line]), [['mail-twin', 1]]);
  const unnamed = findingsIn('src/demo/templates/mail/hello.txt', text);
  assert.deepEqual(unnamed.map(({ rule, line }) => [rule, line]), [['subject', 1]]);
  assert.deepEqual(findingsIn('src/demo/templates/mail/hello.txt', `Subject: Hello\n\n${text}`), []);
});

test('every rule has a template that breaks it', () => {
  const shown = new Set([...fixtures, 'mail-twin', 'subject']);
  assert.deepEqual([...Object.keys(rules), ...Object.keys(textRules)].filter((rule) => !shown.has(rule)), []);
});

test('a finding names the file, the line and the rule', () => {
  const [{ path, line, message }] = findingsIn('src/demo/templates/page.tpl', `${pragma}\n\n<img src="/x">\n`);
  assert.equal(`${path}:${line}: ${message}`,
    'src/demo/templates/page.tpl:3: <img> needs alt; alt="" if it only decorates (image-text)');
});

test('the names that a template uses can be listed', () => {
  assert.deepEqual(namesOf(`${pragma}\n{{#rows}}{{name}}{{>row}}{{/rows}}{{name}}`), ['#rows', '>row', 'name']);
});
