// What withTenant costs beside the same query alone, with node-postgres on one connection:
//   FREEHOLD_TEST_PG='host=/run/postgresql user=postgres' FREEHOLD_BIN=build/release/freehold \
//     node sdk/adapters/test/cost.mjs
// Rounds of both alternate, so that neither has the quieter minute; medians of a row read by its key,
// and what is left of it: the round trips, the row, the policy.
import pg from 'pg';
import { tenantsOf } from '../pg.ts';
import { World, acme } from './world.mjs';

const rounds = 40;
const perRound = 250;
const world = await World.start();
await world.reset();
await world.run('postgres', `
  insert into project (tenant_id, name) select gen_random_uuid(), 'x' from generate_series(1, 10000);
  create table plain as select id, tenant_id, name from project;
  alter table plain add primary key (id);
  grant select on plain to ${world.role};
  analyze;`);
const [{ id }] = await world.run('postgres', "select id from project where name = 'of acme'");
const tcp = process.env.FREEHOLD_COST_HOST;
const pool = new pg.Pool({ ...world.connection, ...(tcp ? { host: tcp } : {}), max: 1 });
const withTenant = tenantsOf(pool);
const read = (db, table) => db.query({ name: table, text: `select name from ${table} where id = $1`, values: [id] });

const ways = {
  'the query alone, no row level security': () => read(pool, 'plain'),
  'begin, the query, commit': async () => {
    const db = await pool.connect();
    await db.query('begin');
    await read(db, 'plain');
    await db.query('commit');
    db.release();
  },
  'withTenant, one query': () => withTenant(acme, (db) => read(db, 'project')),
  'withTenant, ten queries': () => withTenant(acme, async (db) => {
    for (let i = 0; i < 10; ++i) await read(db, 'project');
  }),
};

const times = Object.fromEntries(Object.keys(ways).map((name) => [name, []]));
for (let round = -2; round < rounds; ++round) {
  for (const [name, way] of Object.entries(ways)) {
    const begin = process.hrtime.bigint();
    for (let i = 0; i < perRound; ++i) await way();
    if (round >= 0) times[name].push(Number(process.hrtime.bigint() - begin) / 1000 / perRound);
  }
}
for (const [name, list] of Object.entries(times)) {
  const median = list.sort((a, b) => a - b)[rounds / 2];
  console.log(`${name.padEnd(40)} ${median.toFixed(0).padStart(6)} µs`);
}
await pool.end();
await world.stop();
