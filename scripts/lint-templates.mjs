// Holds the templates to the rules of scripts/templates/rules.mjs. With --names it prints the names
// that each template asks its model for instead, as JSON.
import { asText, finding, repositoryFiles } from './lint/files.mjs';
import { readTemplate } from './templates/reader.mjs';
import { rules, templateName, textRules } from './templates/rules.mjs';
import { realpathSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const templatePath = /^(src|product)\/\w+\/templates\/.*\.(tpl|txt)$|^simulator\/templates\/.*\.tpl$/;

export function checkTemplates(files) {
  const templates = [...files].filter(([path]) => templatePath.test(path));
  const paths = new Set(templates.map(([path]) => path));
  // By name: whether the template stands inside a tag.
  const names = new Map(templates.map(([path, source]) => [templateName(path), source.includes('state="IN_TAG"')]));
  return templates.flatMap(([path, source]) => {
    const template = readTemplate(source);
    const checks = path.endsWith('.txt') ? textRules : rules;
    return Object.entries(checks).flatMap(([rule, check]) =>
      check({ source, path, paths, names, template })
        .map(({ line, message }) => ({ ...finding(path, line, `${message} (${rule})`), rule })));
  }).sort((a, b) => (a.path === b.path ? a.line - b.line : a.path < b.path ? -1 : 1));
}

// "#name" is a section, ">name" a partial.
export function namesOf(source) {
  const used = readTemplate(source).markers
    .filter(({ kind }) => ['', '#', '>'].includes(kind))
    .map(({ kind, name }) => kind + name);
  return [...new Set(used)].sort();
}

function run() {
  const files = repositoryFiles();
  if (process.argv.includes('--names')) {
    const templates = [...files].filter(([path]) => templatePath.test(path));
    console.log(JSON.stringify(Object.fromEntries(templates.map(([path, source]) => [path, namesOf(source)])), null, 2));
    return;
  }
  const findings = checkTemplates(files);
  process.stderr.write(asText(findings));
  process.exitCode = findings.length > 0 ? 1 : 0;
}

if (realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) run();
