// The counterpart of http_bench: Fastify in a cluster of two, with its own JSON serialiser.
import cluster from 'node:cluster';
import fastify from 'fastify';

const port = Number(process.argv[2]);

if (cluster.isPrimary) {
  for (let i = 0; i < 2; ++i) cluster.fork();
  process.on('SIGTERM', () => {
    for (const worker of Object.values(cluster.workers)) worker.kill();
    process.exit(0);
  });
} else {
  const app = fastify({ logger: false });
  const schema = { response: { 200: { type: 'object', properties: { ok: { type: 'boolean' } } } } };
  app.get('/api/v1/ping', { schema }, async () => ({ ok: true }));
  await app.listen({ port, host: '127.0.0.1' });
}
