// The counterparts of http_bench: Fastify in a cluster of two, with its own JSON serialiser.
//
//   node http_fastify.mjs PORT          the answer and nothing else
//   node http_fastify.mjs PORT LOG      the work that http_bench does: request id, security headers, a
//                                       log line per request, counts and times by route
import cluster from 'node:cluster';
import { randomUUID } from 'node:crypto';
import fastify from 'fastify';

const [port, log] = process.argv.slice(2);

const headers = {
  'x-content-type-options': 'nosniff',
  'cross-origin-resource-policy': 'same-origin',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'referrer-policy': 'no-referrer',
  'cache-control': 'no-store',
};
const bounds = [0.5, 1, 2.5, 5, 10, 25, 50, 100, 250, 500, 1000];
const metrics = new Map();

function count(request, reply) {
  const key = `${request.method} ${request.routeOptions.url} ${reply.statusCode}`;
  let cells = metrics.get(key);
  if (!cells) metrics.set(key, cells = { count: 0, sum: 0, buckets: new Array(bounds.length + 1).fill(0) });
  const at = bounds.findIndex((bound) => reply.elapsedTime <= bound);
  cells.count += 1;
  cells.sum += reply.elapsedTime;
  cells.buckets[at < 0 ? bounds.length : at] += 1;
}

function doTheSame(app) {
  app.addHook('onRequest', async (request, reply) => {
    reply.headers(headers);
    reply.header('request-id', request.id);
  });
  app.addHook('onResponse', async (request, reply) => {
    count(request, reply);
    request.log.info({ method: request.method, route: request.routeOptions.url, status: reply.statusCode,
      ms: reply.elapsedTime }, 'http.request');
  });
}

if (cluster.isPrimary) {
  for (let i = 0; i < 2; ++i) cluster.fork();
  process.on('SIGTERM', () => {
    for (const worker of Object.values(cluster.workers)) worker.kill();
    process.exit(0);
  });
} else {
  const app = log
    ? fastify({ logger: { level: 'info', file: log }, disableRequestLogging: true, genReqId: () => randomUUID() })
    : fastify({ logger: false });
  if (log) doTheSame(app);
  const schema = { response: { 200: { type: 'object', properties: { ok: { type: 'boolean' } } } } };
  app.get('/api/v1/ping', { schema }, async () => ({ ok: true }));
  await app.listen({ port: Number(port), host: '127.0.0.1' });
}
