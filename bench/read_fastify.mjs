// The counterpart of GET /api/v1/workspace: Fastify in a cluster of two with pg and redis, doing what
// Freehold does on its way. A key is looked up at most once a second, as with us; the plan is in memory.
//
//   node read_fastify.mjs PORT PG_SOCKET_FOLDER REDIS_SOCKET
import cluster from 'node:cluster';
import { createHash, randomUUID, timingSafeEqual } from 'node:crypto';
import fastify from 'fastify';
import pg from 'pg';
import { createClient, defineScript } from 'redis';

const [port, database, redisSocket] = process.argv.slice(2);
const permissions = { owner: ['workspace:read'], admin: ['workspace:read'], member: ['workspace:read'], viewer: ['workspace:read'] };
const plan = { rate: 100_000_000, features: new Set(['documents.export']) };
const headers = {
  'x-content-type-options': 'nosniff',
  'cross-origin-resource-policy': 'same-origin',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'referrer-policy': 'no-referrer',
  'cache-control': 'no-store',
};

// One bucket of the generic cell rate algorithm, decided in Redis.
const take = defineScript({
  NUMBER_OF_KEYS: 1,
  SCRIPT: `
    local t = redis.call('TIME')
    local now = t[1] * 1000000 + t[2]
    local increment, tolerance = tonumber(ARGV[1]), tonumber(ARGV[2])
    local tat = math.min(math.max(tonumber(redis.call('GET', KEYS[1])) or 0, now), now + tolerance)
    if tat + increment - tolerance > now then return {0, now, tat} end
    tat = tat + increment
    redis.call('SET', KEYS[1], string.format('%.0f', tat), 'PX', math.ceil((tat - now) / 1000))
    return {1, now, tat}`,
  parseCommand(parser, key, increment, tolerance) {
    parser.pushKey(key);
    parser.push(String(increment), String(tolerance));
  },
  transformReply: (reply) => reply.map(Number),
});

function typeId(prefix, uuid) {
  const letters = '0123456789abcdefghjkmnpqrstvwxyz';
  let bits = BigInt(`0x${uuid.replaceAll('-', '')}`);
  let text = '';
  for (let i = 0; i < 26; ++i, bits >>= 5n) text = letters[Number(bits & 31n)] + text;
  return `${prefix}_${text}`;
}

// PostgreSQL's own text keeps the microseconds that a Date would lose, but drops zeros at their end.
pg.types.setTypeParser(pg.types.builtins.TIMESTAMPTZ, (text) => {
  const [, day, time, micros] = text.match(/^(\S+) ([\d:]+)(?:\.(\d+))?\+00$/);
  return micros ? `${day}T${time}.${micros.padEnd(6, '0')}Z` : `${day}T${time}Z`;
});

async function serve() {
  const pool = new pg.Pool({ host: database, port: 5432, user: 'fh_control', database: 'freehold', max: 8,
    options: '-c timezone=UTC' });
  const redis = createClient({ socket: { path: redisSocket }, scripts: { take } });
  await redis.connect();
  const known = new Map();
  const metrics = new Map();

  async function find(lookup) {
    const remembered = known.get(lookup);
    if (remembered && remembered.until > Date.now()) return remembered.row;
    const { rows } = await pool.query({ name: 'find_key', text: 'select * from access.find_key($1)', values: [lookup] });
    known.set(lookup, { row: rows[0], until: Date.now() + 1000 });
    return rows[0];
  }

  async function actor(request, reply) {
    const text = request.headers.authorization?.match(/^Bearer fh_ak_live_([a-z0-9]{12})_([\w-]{43})_\w{6}$/);
    const row = text && await find(text[1]);
    const hash = text && createHash('sha256').update(text[2]).digest();
    if (!row || row.revoked_at || !timingSafeEqual(hash, row.secret_hash)) return reply.code(401).send();
    if (!permissions[row.role].includes('workspace:read')) return reply.code(403).send();
    request.tenant = row.tenant_id;
  }

  async function limit(request, reply) {
    const interval = Math.ceil(60_000_000 / plan.rate);
    const [allowed] = await redis.take(`{t:${request.tenant}}:rate:api`, interval, interval * plan.rate / 4);
    reply.header('ratelimit-policy', `"api";q=${plan.rate};w=60`);
    if (!allowed) return reply.code(429).send();
  }

  async function read(tenant) {
    const client = await pool.connect();
    try {
      await client.query('begin read only');
      await client.query({ name: 'enter', text: 'select fh.enter($1::uuid)', values: [tenant] });
      const { rows } = await client.query({ name: 'get_tenant', values: [tenant],
        text: 'select tenant_id, slug, name, created_at from tenancy.tenant where tenant_id = $1' });
      await client.query('commit');
      return rows[0];
    } finally {
      client.release();
    }
  }

  const app = fastify({ logger: false, genReqId: () => randomUUID() });
  app.addHook('onRequest', async (request, reply) => {
    reply.headers(headers);
    reply.header('request-id', request.id);
  });
  app.addHook('onResponse', async (request, reply) => {
    const cell = metrics.get(reply.statusCode) ?? { count: 0, sum: 0 };
    cell.count += 1;
    cell.sum += reply.elapsedTime;
    metrics.set(reply.statusCode, cell);
  });
  const text = { type: 'string' };
  const schema = { response: { 200: { type: 'object', properties: { object: text, id: text, slug: text, name: text, created_at: text } } } };
  app.get('/api/v1/workspace', { schema, preHandler: [actor, limit] }, async (request) => {
    const row = await read(request.tenant);
    return { object: 'workspace', id: typeId('tenant', row.tenant_id), slug: row.slug, name: row.name, created_at: row.created_at };
  });
  await app.listen({ port: Number(port), host: '127.0.0.1' });
}

if (cluster.isPrimary) {
  for (let i = 0; i < 2; ++i) cluster.fork();
  process.on('SIGTERM', () => {
    for (const worker of Object.values(cluster.workers)) worker.kill();
    process.exit(0);
  });
} else {
  await serve();
}
