// The counterpart of Freehold's routes in bench/read.mjs: Fastify in a cluster of two with pg and
// redis, doing what Freehold does on its way, with the same SQL on the same database and Redis.
// What Freehold remembers for a second is remembered for a second here; the plan is in memory.
//
//   node read_fastify.mjs PORT PG_SOCKET_FOLDER REDIS_SOCKET PAGE_TEMPLATE
import cluster from 'node:cluster';
import { randomBytes, randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import fastify from 'fastify';
import { callers, compile, connect, typeId } from './read_fastify_parts.mjs';

const [port, database, redisSocket, template] = process.argv.slice(2);
const permissionsOf = {
  owner: ['workspace:read', 'documents:read'], admin: ['workspace:read', 'documents:read'],
  member: ['workspace:read', 'documents:read'], viewer: ['workspace:read', 'documents:read'],
};
const plan = { rate: 100_000_000, calls: 1_000_000_000, features: new Set(['documents.export']) };
const securityHeaders = {
  'x-content-type-options': 'nosniff',
  'cross-origin-resource-policy': 'same-origin',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'referrer-policy': 'no-referrer',
  'cache-control': 'no-store',
};

const decideSql = `
  with seen as (
      select e.used from metering.event e where e.tenant_id = $1 and e.meter = $2 and e.key = $3
  ), counted as (
      update metering.counter c set used = c.used + $4
       where c.tenant_id = $1 and c.meter = $2 and c.period_start = $5 and c.used + $4 <= $6
         and not exists (select 1 from seen)
      returning c.used
  ), written as (
      insert into metering.event (tenant_id, meter, key, amount, used, period_start, day, decided_at)
      select $1, $2, $3, $4, counted.used, $5, $7, $8 from counted
      returning used
  ), daily as (
      insert into metering.day as d (tenant_id, meter, day, used)
      select $1, $2, $7, $4 from counted
          on conflict on constraint one_row_per_day do update set used = d.used + excluded.used
      returning d.used
  )
  select (select written.used from written) as counted`;

async function serve() {
  const servers = await connect(database, redisSocket);
  const who = callers(servers);
  const metrics = new Map();
  const renderPage = compile(readFileSync(template, 'utf8'));

  // Who may call, how often, and what the plan has.
  const needs = ({ find, permission, feature, perPerson }) => async (request, reply) => {
    const caller = await find(request);
    if (!caller) return reply.code(401).send();
    if (!permissionsOf[caller.role].includes(permission)) return reply.code(403).send();
    request.caller = caller;
    const interval = Math.ceil(60_000_000 / plan.rate);
    const bucket = perPerson ? `page:${caller.user_id}` : 'api';
    const [allowed] = await servers.redis.take(`{t:${caller.tenant_id}}:rate:${bucket}`, interval, interval * plan.rate / 4);
    if (!perPerson) reply.header('ratelimit-policy', `"api";q=${plan.rate};w=60`);
    if (!allowed) return reply.code(429).send();
    if (feature && !plan.features.has(feature)) return reply.code(402).send({ code: 'not_in_plan' });
  };

  // The period is part of the snapshot that Freehold has in memory.
  let period;
  async function count(tenant, key) {
    return servers.inTenant('control', tenant, async (query) => {
      period ??= (await query('period', 'select period_start from metering.counter where tenant_id = $1 and meter = $2', ['documents.api_calls']))[0].period_start;
      const now = new Date();
      const day = `${now.toISOString().slice(0, 10)}T00:00:00Z`;
      const [{ counted }] = await query('decide', decideSql,
        ['documents.api_calls', key, 1, period, plan.calls, day, now.toISOString()]);
      return counted !== null;
    }, { writes: true });
  }

  const app = fastify({ logger: { level: 'info' }, disableRequestLogging: true, genReqId: () => randomUUID() });
  app.addHook('onRequest', async (request, reply) => {
    reply.headers(securityHeaders);
    reply.header('request-id', request.id);
  });
  app.addHook('onResponse', async (request, reply) => {
    const cell = metrics.get(reply.statusCode) ?? { count: 0, sum: 0 };
    cell.count += 1;
    cell.sum += reply.elapsedTime;
    metrics.set(reply.statusCode, cell);
    request.log.info({
      event: 'http.request', method: request.method, route: request.routeOptions.url, status: reply.statusCode,
      ms: reply.elapsedTime, tenant: request.caller?.tenant_id,
    });
  });

  const text = { type: 'string' };
  const workspaceSchema = { response: { 200: { type: 'object', properties: { object: text, id: text, slug: text, name: text, created_at: text } } } };
  const forWorkspace = needs({ find: who.byKey, permission: 'workspace:read' });
  app.get('/api/v1/workspace', { schema: workspaceSchema, preHandler: forWorkspace }, async ({ caller }) => {
    const [row] = await servers.inTenant('control', caller.tenant_id, (query) => query('get_tenant',
      'select tenant_id, slug, name, created_at from tenancy.tenant where tenant_id = $1'));
    return { object: 'workspace', id: typeId('tenant', row.tenant_id), slug: row.slug, name: row.name, created_at: row.created_at };
  });

  const forExport = needs({ find: who.byKey, permission: 'documents:read', feature: 'documents.export' });
  app.get('/api/v1/document_export', { preHandler: forExport }, async (request, reply) => {
    if (!await count(request.caller.tenant_id, request.id)) return reply.code(402).send({ code: 'limit_reached' });
    const lines = await servers.inTenant('app', request.caller.tenant_id, async (query) => {
      let body = '';
      let after = null;
      for (;;) {
        const part = await query('all_after', `
          select d.id, d.title, d.body, d.tags, d.created_by, d.created_at, d.updated_at
            from documents.document d
           where d.tenant_id = $1 and d.deleted_at is null and ($2::uuid is null or d.id > $2)
           order by d.id limit 500`, [after]);
        if (part.length === 0) return body;
        for (const row of part) body += `${JSON.stringify({ object: 'document', ...row, id: typeId('document', row.id) })}\n`;
        after = part.at(-1).id;
      }
    });
    return reply.type('application/x-ndjson').header('content-disposition', 'attachment; filename="documents.ndjson"').send(lines);
  });

  const forPage = needs({ find: who.bySession, permission: 'documents:read', perPerson: true });
  app.get('/t/:slug/documents/export', { preHandler: forPage }, async ({ caller }, reply) => {
    const enabled = plan.features.has('documents.export');
    const [documents, workspaces, person, steps] = await Promise.all([
      servers.inTenant('app', caller.tenant_id, (query) => query('count',
        'select count(*) from documents.document where tenant_id = $1 and deleted_at is null')),
      servers.query('control', 'belongings', 'select * from tenancy.belongings_of($1)', [caller.user_id]),
      servers.query('auth', 'person', 'select user_id, email, name from identity.account where user_id = $1', [caller.user_id]),
      servers.inTenant('control', caller.tenant_id, async (query) => {
        const steps = await query('steps', 'select key, done_at from onboarding.step where tenant_id = $1 order by done_at, key limit 100');
        await query('dismissed', 'select dismissed_at from onboarding.checklist where tenant_id = $1');
        await query('used', 'select used from metering.counter where tenant_id = $1 and meter = $2', ['documents.api_calls']);
        return steps;
      }),
    ]);
    if (!enabled) return reply.code(402).send();
    return reply.type('text/html; charset=utf-8').send(renderPage({
      csrf: caller.csrf, email: person[0].email, workspace: workspaces[0].name, count: documents[0].count, steps: steps.length + 1,
      idempotency: randomBytes(18).toString('base64url'),
    }));
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
