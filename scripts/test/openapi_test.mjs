// The document of the API is one that tools can read, and the lint that holds it goes red for each thing
// that it forbids.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { Validator } from '@seriousme/openapi-schema-validator';
import Ajv from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { checkOpenapi, takenAway } from '../lint/openapi.mjs';

const text = readFileSync(join(import.meta.dirname, '../../docs/api/openapi.json'), 'utf8');
const real = JSON.parse(text);

function operationsOf(document) {
  return Object.entries(document.paths).flatMap(([path, operations]) => Object.entries(operations)
    .map(([method, operation]) => ({ name: `${method.toUpperCase()} ${path}`, operation })));
}

function validatorOf(document) {
  const ajv = new Ajv({ strict: false, allErrors: true });
  addFormats.default(ajv, { mode: 'full' });
  ajv.addFormat('int32', true).addFormat('int64', true);
  ajv.addSchema({ $id: 'document', ...document });
  return (schema) => ajv.compile(JSON.parse(JSON.stringify(schema).replaceAll('"#/', '"document#/')));
}

test('the document is valid OpenAPI 3.1, with every reference in place', async () => {
  const validator = new Validator();
  const { valid, errors } = await validator.validate(structuredClone(real));
  assert.ok(valid, JSON.stringify(errors, null, 2));
  assert.equal(validator.version, '3.1');
  assert.doesNotThrow(() => validator.resolveRefs());
});

test('each schema is one, and each example is what its schema says', () => {
  const compile = validatorOf(real);
  const wrong = [];
  const hold = (name, schema, example) => {
    const validate = compile(schema);
    if (example !== undefined && !validate(example)) wrong.push(`${name}: ${JSON.stringify(validate.errors)}`);
  };
  for (const [name, schema] of Object.entries(real.components.schemas)) hold(name, schema);
  for (const { name, operation } of operationsOf(real)) {
    for (const parameter of operation.parameters ?? []) if (parameter.schema) hold(`${name}, ${parameter.name}`, parameter.schema, parameter.example);
    for (const media of Object.values(operation.requestBody?.content ?? {})) hold(`${name}, body`, media.schema, media.example);
    for (const [status, response] of Object.entries(operation.responses)) {
      for (const media of Object.values(response.content ?? {})) {
        hold(`${name}, ${status}`, media.schema, media.example);
        for (const event of media['x-events'] ?? []) hold(`${name}, ${event.event}`, event.data);
      }
    }
  }
  assert.deepEqual(wrong, []);
});

test('every operation says who may call, and has an example of each body that it takes and gives', () => {
  const silent = operationsOf(real).filter(({ operation }) => {
    const taken = Object.values(operation.requestBody?.content ?? {});
    return !operation.operationId || !operation.tags || !operation.security || taken.some((media) => media.example === undefined);
  });
  assert.deepEqual(silent.map(({ name }) => name), []);
});

const thing = {
  type: 'object',
  properties: {
    id: { type: 'string', pattern: '^thing_' },
    size: { type: ['integer', 'null'] },
    colour: { type: 'string', enum: ['red', 'green'] },
    parts: { type: 'array', items: { $ref: '#/components/schemas/Part' } },
  },
  required: ['id', 'size', 'colour', 'parts'],
};
const draft = {
  type: 'object',
  properties: { name: { type: 'string', maxLength: 9 }, size: { type: ['integer', 'null'], minimum: 1 }, colour: { enum: ['red', 'green'], type: 'string' } },
  required: ['name'],
  additionalProperties: false,
};

function sample() {
  return structuredClone({
    paths: {
      '/things': {
        get: {
          operationId: 'list_things',
          security: [{ session: [] }, { key: [] }],
          parameters: [{ name: 'limit', in: 'query', schema: { type: 'integer', maximum: 100 } }],
          responses: {
            200: { headers: { 'Request-Id': {} }, content: { 'application/json': { schema: { $ref: '#/components/schemas/Thing' } } } },
            402: { content: { 'application/problem+json': { schema: { allOf: [{ type: 'object' }, { properties: { code: { enum: ['full', 'late'] } } }] } } } },
          },
        },
        post: {
          operationId: 'add_thing',
          security: [{ key: [] }],
          requestBody: { required: false, content: { 'application/json': { schema: { $ref: '#/components/schemas/Draft' } } } },
          responses: { 201: { content: { 'text/event-stream': { schema: { type: 'string' }, 'x-events': [{ event: 'made', data: { $ref: '#/components/schemas/Part' } }] } } } },
        },
      },
    },
    components: { schemas: { Thing: thing, Draft: draft, Part: { type: 'object', properties: { name: { type: 'string' } }, required: ['name'] } } },
  });
}

// What the lint says of the sample after `change` was made to it.
function said(change) {
  const after = sample();
  change({ after, get: after.paths['/things'].get, post: after.paths['/things'].post, schemas: after.components.schemas });
  return takenAway(sample(), after);
}

test('what only adds is let through', () => {
  assert.deepEqual(said(({ after, get, post, schemas }) => {
    after.paths['/others'] = { get: {} };
    get.parameters.push({ name: 'tag', in: 'query', schema: { type: 'string' } });
    get.parameters[0].schema.maximum = 500;
    get.responses[429] = {};
    get.responses[402].content['application/problem+json'].schema.allOf[1].properties.code.enum.push('new');
    get.responses[200].headers.Age = {};
    schemas.Thing.properties.colour.enum.push('blue');
    schemas.Thing.properties.weight = { type: 'number' };
    schemas.Thing.required.push('weight');
    schemas.Thing.properties.size.type = 'integer';
    schemas.Draft.properties.note = { type: ['string', 'null'] };
    schemas.Draft.properties.name.maxLength = 20;
    schemas.Draft.properties.size.type = ['number', 'null', 'string'];
    schemas.Draft.properties.colour.enum.push('blue');
    post.responses[201].content['text/event-stream']['x-events'].push({ event: 'gone', data: {} });
  }), []);
});

for (const [name, change, expected] of [
  ['a path', ({ after }) => { delete after.paths['/things']; }, ['GET /things: is gone', 'POST /things: is gone']],
  ['a method', ({ after }) => { delete after.paths['/things'].post; }, ['POST /things: is gone']],
  ['another operationId', ({ get }) => { get.operationId = 'things'; }, ['GET /things: operationId list_things became things']],
  ['a way to say who is calling', ({ get }) => { get.security.shift(); }, ['GET /things: no longer takes session']],
  ['a parameter', ({ get }) => { get.parameters = []; }, ['GET /things, query limit: is gone']],
  ['a narrower parameter', ({ get }) => { get.parameters[0].schema.maximum = 50; }, ['GET /things, query limit: maximum is 50 now']],
  ['a new parameter that is required', ({ get }) => { get.parameters.push({ name: 'q', in: 'query', required: true, schema: {} }); },
    ['GET /things, query q: is required now']],
  ['a status', ({ get }) => { delete get.responses[402]; }, ['GET /things, 402: is gone']],
  ['a code', ({ get }) => { get.responses[402].content['application/problem+json'].schema.allOf[1].properties.code.enum.pop(); },
    ['GET /things, 402.code: late is gone']],
  ['a header', ({ get }) => { get.responses[200].headers = {}; }, ['GET /things, 200: the header Request-Id is gone']],
  ['a media type', ({ get }) => { get.responses[200].content = {}; }, ['GET /things, 200: application/json is gone']],
  ['a member of an answer', ({ schemas }) => { delete schemas.Thing.properties.id; }, ['GET /things, 200.id: is gone']],
  ['a member deep in an answer', ({ schemas }) => { delete schemas.Part.properties.name; },
    ['GET /things, 200.parts[].name: is gone', 'POST /things, 201, made.name: is gone']],
  ['a member that may be absent', ({ schemas }) => { schemas.Thing.required.shift(); }, ['GET /things, 200.id: may be absent now']],
  ['a member that may be null', ({ schemas }) => { schemas.Thing.properties.id.type = ['string', 'null']; }, ['GET /things, 200.id: may be null now']],
  ['a member of another type', ({ schemas }) => { schemas.Thing.properties.parts = { type: 'string' }; }, ['GET /things, 200.parts: may be string now']],
  ['another form of a member', ({ schemas }) => { schemas.Thing.properties.id.pattern = '^t_'; }, ['GET /things, 200.id: pattern is ^t_ now']],
  ['a word of an answer', ({ schemas }) => { schemas.Thing.properties.colour.enum.pop(); }, ['GET /things, 200.colour: green is gone']],
  ['an event', ({ post }) => { post.responses[201].content['text/event-stream']['x-events'] = []; }, ['POST /things, 201: the event made is gone']],
  ['a body that is required', ({ post }) => { post.requestBody.required = true; }, ['POST /things, body: is required now']],
  ['a body', ({ post }) => { delete post.requestBody; }, ['POST /things, body: is no longer taken']],
  ['a member of a body', ({ schemas }) => { delete schemas.Draft.properties.size; }, ['POST /things, body.size: is no longer taken']],
  ['a member of a body that is required', ({ schemas }) => { schemas.Draft.required.push('size'); }, ['POST /things, body.size: is required now']],
  ['a body that takes less', ({ schemas }) => { schemas.Draft.properties.size.type = 'integer'; }, ['POST /things, body.size: no longer takes null']],
  ['a shorter text', ({ schemas }) => { schemas.Draft.properties.name.maxLength = 3; }, ['POST /things, body.name: maxLength is 3 now']],
  ['a word that can be sent', ({ schemas }) => { schemas.Draft.properties.colour.enum.shift(); }, ['POST /things, body.colour: red is gone']],
]) {
  test(`the lint refuses ${name} that is taken away or asked for`, () => assert.deepEqual(said(change), expected));
}

test('a finding names the document', () => {
  assert.deepEqual(checkOpenapi(JSON.stringify(sample()), '{"paths":{}}').map(({ path, message }) => `${path} ${message}`),
    ['docs/api/openapi.json GET /things: is gone', 'docs/api/openapi.json POST /things: is gone']);
});
