// The rules for templates. Each takes one read template and reports findings {line, message}. Most
// guard contextual escaping, which has holes in the places named here; some guard the content
// security policy, accessibility and the tone of what is written.

const unsafeAttributes = /^(formaction|xlink:href|srcset|poster|srcdoc|ping|style|hx-on.*)$/;
const addressAttributes = /^(href|src|action|hx-(get|post|put|patch|delete))$/;
const classNames = new Set(['tone', 'kind', 'width']);
const pragma = '{{%AUTOESCAPE context="HTML"}}';
const pragmaInTag = '{{%AUTOESCAPE context="HTML" state="IN_TAG"}}';

function report(line, message) {
  return { line, message };
}

function values(template) {
  return template.markers.filter(({ kind }) => kind === '');
}

function opening(template) {
  return template.tags.filter(({ closing }) => !closing);
}

function attributes(template) {
  return opening(template).flatMap((tag) => tag.attributes.map((attribute) => ({ tag, attribute })));
}

function isMail(path) {
  return path.includes('/templates/mail/');
}

function describe({ where, tag, attribute, quote }) {
  return where === 'tag' || where === 'value' ? [where, tag, attribute, quote].join(' ') : [where, tag].join(' ');
}

export const rules = {
  'pragma': ({ source }) => {
    const [first] = source.split('\n');
    if (first === pragma || first === pragmaInTag) return [];
    return [report(1, `the first line must be ${pragma}, or nothing is escaped`)];
  },

  'modifier': ({ template }) => template.markers
    .filter(({ kind, modifiers }) => modifiers.length > 0 && !/[!%]/.test(kind) &&
      !(kind === '' && modifiers.join() === 'pre_escape'))
    .map(({ name, modifiers, line }) => report(line, `{{${name}:${modifiers.join(':')}}}: no modifier but :pre_escape is allowed`)),

  'name': ({ template }) => template.markers
    .filter(({ kind, name, closed }) => !closed || kind === '=' || (!/[!%]/.test(kind) && !/^\w+$/.test(name)))
    .map(({ kind, name, line }) => report(line, `{{${kind}${name}}} is not a name of letters, digits and underscores`)),

  'section': ({ template }) => sections(template).wrong,

  'section-state': ({ template }) => sections(template).pairs
    .filter(([open, close]) => describe(open.place) !== describe(close.place))
    .map(([open, close]) => report(open.line, `{{#${open.name}}} opens in ${describe(open.place)} and closes in ` +
      `${describe(close.place)}; when it is hidden, what follows is escaped for the wrong place`)),

  'partial': ({ template, path, names }) => template.markers
    .filter(({ kind }) => kind === '>')
    .filter(({ name }) => !['CONTENT', 'ICON'].includes(name) && !names.has(partialName(path, name)))
    .map(({ name, line }) => report(line, `{{>${name}}} is no template`)),

  'partial-place': ({ template, path, names }) => template.markers
    .filter(({ kind, name, place }) => kind === '>' && place.where !== (names.get(partialName(path, name)) ? 'tag' : 'text'))
    .map(({ name, line }) => report(line, `{{>${name}}} is escaped for another place than the one it is included in`)),

  'unquoted': ({ template }) => attributes(template)
    .filter(({ attribute }) => attribute.quote === '' && attribute.markers.length > 0)
    .map(({ attribute }) => report(attribute.line, `${attribute.name}={{…}} needs quotation marks`)),

  'markup-marker': ({ template }) => values(template)
    .filter(({ place }) => place.where === 'markup')
    .map(({ name, line }) => report(line, `{{${name}}} may be text or a quoted value, not a part of the markup`)),

  'unsafe-attribute': ({ template }) => attributes(template)
    .filter(({ attribute }) => attribute.markers.length > 0 && unsafeAttributes.test(attribute.name))
    .map(({ attribute }) => report(attribute.line, `a value in ${attribute.name} is not escaped for what it can do`)),

  'address': ({ template }) => attributes(template)
    .filter(({ attribute }) => addressAttributes.test(attribute.name) && attribute.markers.some(({ kind }) => kind === ''))
    .filter(({ attribute }) => !/^\{\{\w+\}\}$/.test(attribute.value))
    .map(({ attribute }) => report(attribute.line, `${attribute.name} is put together here; the program makes addresses`)),

  'inline-script': ({ template }) => opening(template)
    .filter(({ name, content, attributes: list }) => name === 'script' && (content || !list.some((a) => a.name === 'src')))
    .map(({ line }) => report(line, 'a script is a file; the content security policy allows no other')),

  'inline-style': ({ template, path }) => [
    ...opening(template).filter(({ name }) => name === 'style' && !isMail(path)),
    ...attributes(template).map(({ attribute }) => attribute).filter(({ name }) => name === 'style' && !isMail(path)),
  ].map(({ line }) => report(line, 'the content security policy allows no style here; use a class or an SVG attribute')),

  'event-attribute': ({ template }) => attributes(template)
    .filter(({ attribute }) => /^(on\w+|hx-on.*)$/.test(attribute.name))
    .map(({ attribute }) => report(attribute.line, `${attribute.name} is a script; the content security policy allows none here`)),

  'script-value': ({ template }) => attributes(template)
    .filter(({ attribute }) => /^\s*(js|javascript):/i.test(attribute.value))
    .map(({ attribute }) => report(attribute.line, `${attribute.name} holds a script; the content security policy allows none here`)),

  'htmx-filter': ({ template }) => attributes(template)
    .filter(({ attribute }) => attribute.name === 'hx-trigger' && attribute.value.includes('['))
    .map(({ attribute }) => report(attribute.line, 'a filter in hx-trigger is a script, and stops htmx for the whole page')),

  'blank-target': ({ template }) => opening(template)
    .filter(({ attributes: list }) => list.some((a) => a.name === 'target' && a.value === '_blank') &&
      !list.some((a) => a.name === 'rel' && a.value.includes('noopener')))
    .map(({ line }) => report(line, 'target="_blank" needs rel="noopener"')),

  'image-text': ({ template }) => opening(template)
    .filter(({ name, attributes: list }) => name === 'img' && !list.some((a) => a.name === 'alt'))
    .map(({ line }) => report(line, '<img> needs alt; alt="" if it only decorates')),

  'class-marker': ({ template }) => values(template)
    .filter(({ place, name }) => place.attribute === 'class' && !classNames.has(name.replace(/^\w+_(?=tone$)/, '')))
    .map(({ name, line }) => report(line, `{{${name}}} in class: only ${[...classNames].join(', ')} may choose a class`)),

  'verbatim': ({ template }) => values(template)
    .filter(({ place, modifiers }) => place.tag === 'textarea' && place.where === 'raw' && modifiers.length === 0)
    .map(({ name, line }) => report(line, `{{${name}}} loses its line ends in a textarea; write {{${name}:pre_escape}}`)),

  'post-key': ({ template, source }) => template.tags
    .filter(({ name, closing, attributes: list }) => name === 'form' && !closing &&
      list.some((a) => a.name === 'method' && a.value === 'post'))
    .filter(({ line }) => !/\{\{>CSRF\}\}/.test(source.split('\n').slice(line - 1).join('\n').split('</form')[0]))
    .map(({ line }) => report(line, 'a form that posts needs {{>CSRF}}')),

  'copy': ({ template }) => template.texts.flatMap(({ text, line }) => {
    const found = /\b(please|oops|sorry|successfully)\b|\w!/i.exec(text);
    if (!found) return [];
    const at = line + text.slice(0, found.index).split('\n').length - 1;
    return [report(at, `“${found[0].trim()}”: write plainly, without “please”, “oops”, “successfully” and “!”`)];
  }),

  'mail-twin': ({ path, paths }) => {
    if (!isMail(path) || path.startsWith('src/html/templates/mail/') || paths.has(path.replace(/\.tpl$/, '.txt'))) return [];
    return [report(1, 'a mail has a text twin of the same name, .txt')];
  },
};

// A text template has no markup; what is left to say about it.
export const textRules = {
  'subject': ({ source, path }) => {
    if (!isMail(path) || path.endsWith('/layout.txt') || /^Subject: \S/.test(source)) return [];
    return [report(1, 'the first line of a mail must be “Subject: …”')];
  },
  'section': rules.section,
  'name': rules.name,
  'partial': rules.partial,
  'copy': rules.copy,
};

function sections({ markers }) {
  const open = [];
  const pairs = [];
  const wrong = [];
  for (const marker of markers) {
    if (marker.kind === '#') open.push(marker);
    if (marker.kind !== '/') continue;
    const last = open.pop();
    if (last?.name === marker.name) pairs.push([last, marker]);
    else wrong.push(report(marker.line, `{{/${marker.name}}} closes {{#${last?.name ?? 'nothing'}}}`));
  }
  return { pairs, wrong: [...wrong, ...open.map(({ name, line }) => report(line, `{{#${name}}} is not closed`))] };
}

// "src/html/templates/icon/plus.tpl" is ICON_PLUS to everyone, "src/team/templates/rows.tpl" is rows
// to its own module. The program resolves partials in the same way.
export function templateName(path) {
  const [before, file] = path.split('/templates/');
  const module = before.split('/').at(-1);
  const marker = file.replace(/\.tpl$/, '').replaceAll(/[/.]/g, '_');
  return module === 'html' ? marker.toUpperCase() : `${module}:${marker}`;
}

function partialName(path, marker) {
  return /^[A-Z]/.test(marker) ? marker : `${templateName(path).split(':')[0]}:${marker}`;
}
