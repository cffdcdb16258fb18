// Holds answers and events to the shapes of the pinned API version, strictly: a member that the
// schema does not know is as wrong as one that is missing. The schema is data that lies beside the
// repository (../shared, or FREEHOLD_SHARED); without it nothing is checked, and every test that would
// have is skipped with a sentence that says so.
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import Ajv from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';

const shared = process.env.FREEHOLD_SHARED ?? fileURLToPath(new URL('../../../shared', import.meta.url));
const file = `${shared}/data/stripe/stripe-2026-10-28.endive.schema.json`;

// Calls that the schema leaves out: their answers have the members of Stripe's own example.
const exemplary = [
  { method: 'GET', path: '/v1/account', example: 'account' },
  { method: 'GET', path: '/v1/billing/credit_balance_summary', example: 'billing.credit_balance_summary' },
  { method: 'GET', path: '/v1/billing/credit_balance_transactions', example: 'billing.credit_balance_transaction' },
  { method: 'GET', path: '/v1/billing/credit_balance_transactions/{id}', example: 'billing.credit_balance_transaction' },
];

// The options of a test that needs the schema. CTest knows a skipped one by the first words.
export const needsSchema = {
  skip: !existsSync(file) && `not validated against Stripe's schema: there is no ${file} (FREEHOLD_SHARED names the folder above data/)`,
};

// Objects are closed; a member that only deleted objects have may not be there at all.
function strict(node) {
  if (Array.isArray(node)) return node.map(strict);
  if (node === null || typeof node !== 'object') return node;
  if (node['x-kind'] === 'VoidKeyword') return false;
  const copy = Object.fromEntries(Object.entries(node).map(([key, value]) => [key, strict(value)]));
  if (copy.properties && copy.additionalProperties === undefined && !('x-opaque' in copy)) {
    copy.additionalProperties = false;
  }
  return copy;
}

export function loadSchema() {
  if (needsSchema.skip) return null;
  const schema = JSON.parse(readFileSync(file, 'utf8'));
  const ajv = new Ajv({ strict: false, allErrors: true, validateFormats: true });
  addFormats(ajv);
  ajv.addFormat('decimal', /^-?\d+(\.\d+)?$/);
  ajv.addSchema({ $id: 'stripe', $defs: strict(schema.$defs) });
  const examples = JSON.parse(readFileSync(`${shared}/data/stripe/fixtures3.json`, 'utf8')).resources;
  return new Schema(ajv, schema, examples);
}

// Where an object has other members than the example, or lacks some.
function differences(example, value, where) {
  const isObject = (one) => one !== null && typeof one === 'object' && !Array.isArray(one);
  if (!isObject(example) || !isObject(value)) return '';
  const [expected, found] = [example, value].map((one) => Object.keys(one).sort().join());
  if (expected !== found) return `${where} has ${found}, not ${expected}`;
  return Object.keys(example).map((key) => differences(example[key], value[key], `${where}.${key}`)).filter(Boolean).join('\n');
}

class Schema {
  constructor(ajv, { 'x-endpoints': endpoints, 'x-events': events, $defs }, examples) {
    this.ajv = ajv;
    this.examples = examples;
    this.defs = $defs;
    this.events = events;
    this.endpoints = [...endpoints, ...exemplary].map((endpoint) => ({
      ...endpoint,
      // Literal paths ("/search") before those with ids.
      pattern: new RegExp(`^${endpoint.path.replace(/\{\w+\}/g, '[^/]+')}$`),
      literal: !endpoint.path.includes('{'),
    })).sort((a, b) => b.literal - a.literal);
    this.called = new Map();
  }

  find(method, path) {
    return this.endpoints.find((endpoint) => endpoint.method === method && endpoint.pattern.test(path));
  }

  // Whether `value` is a `name`: the mistakes, as text.
  mistakes(name, value) {
    const check = this.ajv.getSchema(`stripe#/$defs/${name}`);
    if (check(value)) return '';
    // A union of an id and an object complains of both; what is said of the object is what helps.
    return check.errors.filter(({ params }) => params?.type !== 'string')
      .map(({ instancePath, message, params }) => `${name}${instancePath} ${message} ${JSON.stringify(params)}`).join('\n');
  }

  // The mistakes in an answer, by the endpoint's return type.
  answerMistakes({ method, path, status, body }) {
    if (status !== 200) return this.errorMistakes(body);
    const endpoint = this.find(method, path);
    if (!endpoint) return `${method} ${path} is not an endpoint of Stripe`;
    this.called.set(`${endpoint.method} ${endpoint.path}`, (this.called.get(`${endpoint.method} ${endpoint.path}`) ?? 0) + 1);
    if (endpoint.example) return this.exampleMistakes(endpoint.example, body);
    const element = /^ApiListPromise<(\w+)>$/.exec(endpoint.returns)?.[1];
    if (!element) return this.mistakes(this.nameOf(body, endpoint.returns), body);
    const keys = Object.keys(body).sort().join();
    if (keys !== 'data,has_more,object,url') return `a list has ${keys}`;
    return body.data.map((item) => this.mistakes(this.nameOf(item, element), item)).filter(Boolean).join('\n');
  }

  // Of a list each element has to be like the example.
  exampleMistakes(name, body) {
    const objects = body.object === 'list' ? body.data : [body];
    return objects.map((object) => differences(this.examples[name], object, name)).filter(Boolean).join('\n');
  }

  // An object of a namespace says so in its own name: "billing.meter" is a Billing.Meter.
  nameOf(object, name) {
    if (object.deleted && object.object === 'customer') return 'DeletedCustomer';
    const parts = object.object.split('.').map((part) => part.replace(/(?:^|_)([a-z])/g, (_, letter) => letter.toUpperCase()));
    if (parts.length === 1) return name.split(' | ')[0];
    return object.deleted ? `${parts[0]}.Deleted${parts[1]}` : parts.join('.');
  }

  errorMistakes(body) {
    const types = ['api_error', 'card_error', 'idempotency_error', 'invalid_request_error'];
    const known = ['charge', 'code', 'decline_code', 'doc_url', 'message', 'param', 'payment_intent',
      'payment_method', 'setup_intent', 'type'];
    const error = body.error ?? {};
    if (Object.keys(body).join() !== 'error' || !types.includes(error.type) || !error.message) return 'not an error';
    const wrong = Object.keys(error).filter((key) => !known.includes(key));
    return [wrong.length ? `an error has ${wrong}` : '',
      error.payment_intent ? this.mistakes('PaymentIntent', error.payment_intent) : '',
      error.payment_method ? this.mistakes('PaymentMethod', error.payment_method) : '',
      error.setup_intent ? this.mistakes('SetupIntent', error.setup_intent) : ''].filter(Boolean).join('\n');
  }

  eventMistakes(event) {
    const object = this.events[event.type];
    if (!object) return `Stripe has no event ${event.type}`;
    const whole = this.mistakes('Event', event);
    const shape = this.defs[object]
      ? this.mistakes(object, event.data.object)
      : this.exampleMistakes(event.data.object.object, event.data.object);
    return [whole, shape].filter(Boolean).join('\n');
  }
}
