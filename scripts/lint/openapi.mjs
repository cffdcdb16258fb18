// v1 only adds: docs/api/openapi.json may differ from the committed one only by what no client can
// notice. What a request may say may not become less, nor what an answer always says; a new member of
// an answer, a new operation or a new code is fine.
import { execFileSync } from 'node:child_process';
import { finding, repositoryFiles, asText } from './files.mjs';
import { realpathSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

export const documentPath = 'docs/api/openapi.json';

// What `after` takes away from those who know `before`, one sentence each.
export function takenAway(before, after) {
  const found = [];
  const docs = { before, after };
  const say = (place, what) => found.push(`${place}: ${what}`);
  for (const [path, operations] of Object.entries(before.paths)) {
    for (const [method, operation] of Object.entries(operations)) {
      const place = `${method.toUpperCase()} ${path}`;
      const next = after.paths[path]?.[method];
      if (!next) say(place, 'is gone');
      else compareOperations({ docs, place, say }, operation, next);
    }
  }
  return found;
}

function compareOperations(at, before, after) {
  if (before.operationId !== after.operationId) at.say(at.place, `operationId ${before.operationId} became ${after.operationId}`);
  compareSecurity(at, before.security, after.security);
  compareParameters(at, before.parameters ?? [], after.parameters ?? []);
  compareBodies(at, before.requestBody, after.requestBody);
  compareResponses(at, before.responses, after.responses);
}

// Every way to say who is calling stays one. None at all (an empty list) asks for nothing.
function compareSecurity(at, before, after) {
  const ways = (list) => list.map((way) => Object.keys(way).sort().join('+'));
  if (before.length === 0 && after.length > 0) at.say(at.place, 'needs a key now');
  for (const way of ways(before)) {
    if (after.length > 0 && !ways(after).includes(way)) at.say(at.place, `no longer takes ${way}`);
  }
}

function compareParameters(at, before, after) {
  const named = ({ docs }, side, list) => new Map(list.map((one) => resolved(docs[side], one)).map((one) => [`${one.in} ${one.name}`, one]));
  const known = named(at, 'before', before);
  const next = named(at, 'after', after);
  for (const [name, parameter] of known) {
    const place = `${at.place}, ${name}`;
    if (!next.has(name)) at.say(place, 'is gone');
    else compareSent({ ...at, place }, parameter.schema, next.get(name).schema);
  }
  for (const [name, parameter] of next) {
    if (parameter.required && !known.get(name)?.required) at.say(`${at.place}, ${name}`, 'is required now');
  }
}

function compareBodies(at, before, after) {
  const place = `${at.place}, body`;
  if (before && !after) return at.say(place, 'is no longer taken');
  if (after?.required && !before?.required) at.say(place, 'is required now');
  if (!before) return undefined;
  for (const [media, { schema }] of Object.entries(before.content)) {
    const next = after.content[media];
    if (!next) at.say(place, `${media} is no longer taken`);
    else compareSent({ ...at, place }, schema, next.schema);
  }
  return undefined;
}

function compareResponses(at, before, after) {
  for (const [status, response] of Object.entries(before)) {
    const place = `${at.place}, ${status}`;
    if (!after[status]) {
      at.say(place, 'is gone');
      continue;
    }
    const known = resolved(at.docs.before, response);
    const next = resolved(at.docs.after, after[status]);
    for (const header of Object.keys(known.headers ?? {})) {
      if (!next.headers?.[header]) at.say(place, `the header ${header} is gone`);
    }
    for (const [media, content] of Object.entries(known.content ?? {})) {
      if (!next.content?.[media]) at.say(place, `${media} is gone`);
      else compareMedia({ ...at, place }, content, next.content[media]);
    }
  }
}

function compareMedia(at, before, after) {
  compareAnswered(at, before.schema, after.schema);
  if (before['x-line']) compareAnswered({ ...at, place: `${at.place}, a line` }, before['x-line'], after['x-line'] ?? {});
  for (const event of before['x-events'] ?? []) {
    const name = event.event ?? 'any event';
    const next = (after['x-events'] ?? []).find((one) => one.event === event.event);
    if (!next) at.say(at.place, `the event ${name} is gone`);
    else compareAnswered({ ...at, place: `${at.place}, ${name}` }, event.data, next.data);
  }
}

// --- Schemas

function resolved(document, part) {
  if (!part?.$ref) return part;
  const { $ref, ...beside } = part;
  const found = $ref.slice(2).split('/').reduce((at, name) => at[name], document);
  return { ...resolved(document, found), ...beside };
}

// One object of all parts that hold together: an allOf is its parts.
function whole(document, schema) {
  const { allOf = [], ...own } = resolved(document, schema);
  return allOf.map((part) => whole(document, part)).concat(own).reduce((all, part) => ({
    ...all,
    ...part,
    properties: merged(document, all.properties, part.properties),
    required: [...(all.required ?? []), ...(part.required ?? [])],
  }), {});
}

function merged(document, a = {}, b = {}) {
  const both = { ...a };
  for (const [name, schema] of Object.entries(b)) both[name] = name in both ? { allOf: [both[name], schema] } : schema;
  return both;
}

// "string", "null"; null: anything.
function typesOf(document, schema) {
  const { type, anyOf, const: constant } = whole(document, schema);
  if (anyOf) return anyOf.flatMap((one) => typesOf(document, one) ?? []);
  if (constant !== undefined) return [typeof constant];
  return type === undefined ? null : [type].flat();
}

// The schema of what is there, where null may be there instead.
function somethingOf(document, schema) {
  const all = whole(document, schema);
  const something = all.anyOf?.find((one) => one.type !== 'null');
  return something ? whole(document, something) : all;
}

function both({ docs }, before, after) {
  return [[docs.before, before], [docs.after, after]].map(([document, schema]) => ({
    types: typesOf(document, schema), ...somethingOf(document, schema),
  }));
}

// Whatever could be sent before can be sent now.
function compareSent(at, before, after) {
  const [known, next] = both(at, before, after);
  const lost = next.types === null ? [] : (known.types ?? ['anything']).filter((type) => !takes(next.types, type));
  if (lost.length > 0) return at.say(at.place, `no longer takes ${lost.join(', ')}`);
  compareBounds(at, known, next);
  compareWords(at, known, next);
  for (const [name, schema] of Object.entries(known.properties ?? {})) {
    const place = `${at.place}.${name}`;
    if (next.properties?.[name]) compareSent({ ...at, place }, schema, next.properties[name]);
    else if (next.additionalProperties === false) at.say(place, 'is no longer taken');
  }
  for (const name of next.required ?? []) {
    if (!known.required?.includes(name)) at.say(`${at.place}.${name}`, 'is required now');
  }
  if (known.items && next.items) compareSent({ ...at, place: `${at.place}[]` }, known.items, next.items);
  return undefined;
}

function takes(types, type) {
  return types.includes(type) || (type === 'integer' && types.includes('number'));
}

function compareBounds(at, known, next) {
  for (const [name, isNarrower] of [
    ['minimum', (a, b) => b > (a ?? -Infinity)], ['minLength', (a, b) => b > (a ?? 0)], ['minItems', (a, b) => b > (a ?? 0)],
    ['maximum', (a, b) => b < (a ?? Infinity)], ['maxLength', (a, b) => b < (a ?? Infinity)],
    ['maxItems', (a, b) => b < (a ?? Infinity)],
    ['pattern', (a, b) => b !== a], ['format', (a, b) => b !== a && !(a === 'int32' && b === 'int64')],
  ]) {
    if (next[name] !== undefined && isNarrower(known[name], next[name])) at.say(at.place, `${name} is ${next[name]} now`);
  }
}

function compareWords(at, known, next) {
  if (!known.enum && next.enum) return at.say(at.place, 'takes only some words now');
  for (const word of known.enum ?? []) {
    if (next.enum && !next.enum.includes(word)) at.say(at.place, `${word} is gone`);
  }
  return undefined;
}

// Whatever an answer said before it says now, in the same form.
function compareAnswered(at, before, after) {
  const [known, next] = both(at, before, after);
  const strange = known.types === null ? [] : (next.types ?? ['anything']).filter((type) => !known.types.includes(type));
  if (strange.length > 0) return at.say(at.place, `may be ${strange.join(', ')} now`);
  if (known.const !== undefined && known.const !== next.const) at.say(at.place, `is no longer ${known.const}`);
  for (const word of known.enum ?? []) {
    if (next.enum && !next.enum.includes(word)) at.say(at.place, `${word} is gone`);
  }
  for (const name of ['format', 'pattern']) {
    if (known[name] !== undefined && known[name] !== next[name]) at.say(at.place, `${name} is ${next[name] ?? 'gone'} now`);
  }
  for (const [name, schema] of Object.entries(known.properties ?? {})) {
    const place = `${at.place}.${name}`;
    if (next.properties?.[name]) compareAnswered({ ...at, place }, schema, next.properties[name]);
    else at.say(place, 'is gone');
  }
  for (const name of known.required ?? []) {
    if (!next.required?.includes(name) && next.properties?.[name]) at.say(`${at.place}.${name}`, 'may be absent now');
  }
  for (const name of ['items', 'additionalProperties']) {
    if (known[name]?.constructor === Object) compareAnswered({ ...at, place: `${at.place}[]` }, known[name], next[name] ?? {});
  }
  return undefined;
}

export function checkOpenapi(before, after) {
  return takenAway(JSON.parse(before), JSON.parse(after)).map((what) => finding(documentPath, 1, what));
}

// The document where this branch began, or of the last commit.
function committed() {
  const git = (...words) => execFileSync('git', words, { stdio: ['ignore', 'pipe', 'ignore'], maxBuffer: 1 << 26 }).toString();
  const tried = (...words) => { try { return git(...words).trim(); } catch { return ''; } };
  const base = tried('merge-base', 'HEAD', 'origin/main') || tried('merge-base', 'HEAD', 'main') || 'HEAD';
  return tried('show', `${base}:${documentPath}`);
}

if (realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) {
  const before = committed();
  const findings = before === '' ? [] : checkOpenapi(before, repositoryFiles().get(documentPath) ?? '{"paths":{}}');
  process.stderr.write(asText(findings));
  process.exitCode = findings.length > 0 ? 1 : 0;
}
