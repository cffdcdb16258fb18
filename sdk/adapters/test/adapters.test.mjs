// What each adapter for Node promises, on a pool of three connections.
import { execFileSync, spawnSync } from 'node:child_process';
import { after, before, beforeEach, describe, test } from 'node:test';
import assert from 'node:assert/strict';
import pg from 'pg';
import { drizzle } from 'drizzle-orm/node-postgres';
import { integer, pgTable, serial, text, uuid } from 'drizzle-orm/pg-core';
import { sql } from 'drizzle-orm';
import { tenantsOf as tenantsOfPg } from '../pg.ts';
import { tenantsOf as tenantsOfDrizzle } from '../drizzle.ts';
import { tenantsOf as tenantsOfPrisma } from '../prisma.ts';
import { generatePrismaClient } from './prisma.mjs';
import { World, acme, bolt, program } from './world.mjs';

const poolSize = 3;

// Each way to the database, in the same words.
const ways = {
  'node-postgres'(world) {
    const pool = new pg.Pool({ ...world.connection, max: poolSize });
    return {
      withTenant: tenantsOfPg(pool),
      outside: pool,
      names: async (db) => (await db.query('select name from project')).rows.map(({ name }) => name),
      add: (db, name) => db.query('insert into project (name) values ($1)', [name]),
      addFor: (db, tenant, name) => db.query('insert into project (tenant_id, name) values ($1, $2)', [tenant, name]),
      enter: (db, tenant) => db.query('select fh.enter($1::text)', [tenant]),
      session: async (db) => (await db.query('select pg_backend_pid() as pid, current_setting($1, true) as tenant', ['app.current_tenant'])).rows[0],
      close: () => pool.end(),
    };
  },

  Drizzle(world) {
    const pool = new pg.Pool({ ...world.connection, max: poolSize });
    const project = pgTable('project', {
      tenant_id: uuid().notNull().default(sql`fh.tid()`), id: serial().primaryKey(), name: text().notNull(),
    });
    const db = drizzle(pool, { schema: { project } });
    return {
      withTenant: tenantsOfDrizzle(db),
      outside: db,
      names: async (tx) => (await tx.select().from(project)).map(({ name }) => name),
      add: (tx, name) => tx.insert(project).values({ name }),
      addFor: (tx, tenant_id, name) => tx.insert(project).values({ tenant_id, name }),
      enter: (tx, tenant) => tx.execute(sql`select fh.enter(${tenant}::text)`),
      session: async (tx) => (await tx.execute(sql`select pg_backend_pid() as pid, current_setting('app.current_tenant', true) as tenant`)).rows[0],
      close: () => pool.end(),
    };
  },

  async Prisma(world) {
    const { PrismaClient, PrismaPg } = await generatePrismaClient();
    const prisma = new PrismaClient({ adapter: new PrismaPg({ ...world.connection, max: poolSize }) });
    const withTenant = tenantsOfPrisma(prisma);
    return {
      // Its own limits are 2 and 5 s, which a busy machine exceeds.
      withTenant: (tenant, work) => withTenant(tenant, work, { maxWait: 60_000, timeout: 60_000 }),
      outside: prisma,
      names: async (db) => (await db.project.findMany()).map(({ name }) => name),
      add: (db, name) => db.project.create({ data: { name } }),
      addFor: (db, tenant_id, name) => db.project.create({ data: { tenant_id, name } }),
      enter: (db, tenant) => db.$executeRaw`select fh.enter(${tenant}::text)`,
      session: async (db) => (await db.$queryRaw`select pg_backend_pid() as pid, current_setting('app.current_tenant', true) as tenant`)[0],
      close: () => prisma.$disconnect(),
    };
  },
};

// Drizzle and Prisma wrap what PostgreSQL said.
function said(error) {
  return [error, error.cause, error.cause?.cause].filter(Boolean).map((each) => `${each.code ?? ''} ${each.message} ${JSON.stringify(each.meta ?? '')}`).join('\n');
}

const refused = (promise, pattern) => assert.rejects(promise, (error) => {
  assert.match(said(error), pattern);
  return true;
});

const secondTenant = /FH003|already belongs to another tenant/;
const notAllowed = /row-level security/;

let world;
before(async () => { world = await World.start(); });
after(() => world.stop());

test('the doctor has nothing to say of isolation', () => {
  assert.match(world.doctor(), /^Isolation: no findings\n/);
});

test('the program says in its status what it found', async () => {
  const ask = (...words) => spawnSync(program, words, { encoding: 'utf8' });
  const dsn = ['--dsn', world.dsn('postgres'), '--role', world.role];
  assert.deepEqual(
    (({ status, stdout }) => [status, stdout])(ask('protect', ...dsn, 'project', 'task')),
    [0, '-- Nothing to do: the tables are protected.\n']);
  assert.deepEqual(
    (({ status, stdout, stderr }) => [status, stdout, stderr])(ask('protect', ...dsn, '--apply', 'projekt')),
    [1, '', 'There is no table projekt in the schema public.\n']);

  await world.run('postgres', 'alter table project disable row level security');
  const { status, stdout } = ask('doctor', ...dsn);
  assert.equal(status, 1);
  assert.match(stdout, /^Isolation: \d findings?\n.* {2}table\.rls_off {2}public\.project\n/s);
  assert.match(ask('protect', ...dsn, '--apply', 'project').stdout, /enable row level security/);
  assert.equal(ask('doctor', ...dsn).status, 0);
});

for (const [name, way] of Object.entries(ways)) {
  describe(name, () => {
    let db;
    before(async () => { db = await way(world); });
    after(() => db.close());
    beforeEach(() => world.reset());

    test('a query without a WHERE returns the rows of the tenant only', async () => {
      assert.deepEqual(await db.withTenant(acme, db.names), ['of acme']);
      assert.deepEqual(await db.withTenant(bolt, db.names), ['of bolt']);
    });

    test('a new row is the tenant\'s, and none can be made for another', async () => {
      await db.withTenant(acme, (tx) => db.add(tx, 'new'));
      assert.deepEqual((await db.withTenant(acme, db.names)).sort(), ['new', 'of acme']);
      await refused(db.withTenant(acme, (tx) => db.addFor(tx, bolt, 'theirs')), notAllowed);
      assert.deepEqual(await db.withTenant(bolt, db.names), ['of bolt']);
    });

    test('without a tenant there are no rows, and none can be made', async () => {
      assert.deepEqual(await db.names(db.outside), []);
      await refused(db.add(db.outside, 'nobody\'s'), notAllowed);
      await refused(db.addFor(db.outside, bolt, 'theirs'), notAllowed);
      assert.deepEqual(await world.everything(), ['of acme', 'of bolt']);
    });

    test('a connection that goes back to the pool is in no tenant', async () => {
      const used = new Set();
      for (const tenant of [acme, bolt, acme]) {
        await Promise.all(Array.from({ length: poolSize }, () => db.withTenant(tenant, async (tx) => {
          used.add((await db.session(tx)).pid);
        })));
      }
      const after = await Promise.all(Array.from({ length: poolSize }, () => db.session(db.outside)));
      assert.ok(after.some(({ pid }) => used.has(pid)), 'the same connections');
      assert.deepEqual(after.map(({ tenant }) => tenant || null), after.map(() => null));
    });

    test('an error in the middle leaves nothing, and the connection is good again', async () => {
      await refused(db.withTenant(acme, async (tx) => {
        await db.add(tx, 'half');
        throw new Error('thought better of it');
      }), /thought better of it/);
      await refused(db.withTenant(acme, async (tx) => {
        await db.add(tx, 'half');
        await db.add(tx, null);
      }), /null|name/i);
      assert.deepEqual(await world.everything(), ['of acme', 'of bolt']);
      assert.deepEqual(await db.withTenant(acme, db.names), ['of acme']);
    });

    test('a transaction that is in a tenant cannot enter another one', async () => {
      await refused(db.withTenant(acme, async (tx) => {
        await db.add(tx, 'half');
        await db.enter(tx, bolt);
      }), secondTenant);
      await db.withTenant(acme, (tx) => db.enter(tx, acme));
      assert.deepEqual(await world.everything(), ['of acme', 'of bolt']);
    });

    test('no tenant, or what is not the id of one, is refused before anything runs', async () => {
      for (const wrong of ['', 'acme', 'user_0000000000000000000000000a', "'; drop table project; --"]) {
        let ran = false;
        await refused(db.withTenant(wrong, async () => { ran = true; }), /22P02|uuid/);
        assert.equal(ran, false);
      }
    });

    test('forty transactions of two tenants at once on three connections mix nothing', async () => {
      await Promise.all(Array.from({ length: 40 }, (_, i) => {
        const tenant = i % 2 ? acme : bolt;
        return db.withTenant(tenant, async (tx) => {
          await db.add(tx, `${tenant} ${i}`);
          const own = tenant === acme ? 'of acme' : 'of bolt';
          for (const seen of await db.names(tx)) assert.ok(seen === own || seen.startsWith(tenant), `${tenant} sees ${seen}`);
        });
      }));
      assert.equal((await world.everything()).length, 42);
    });
  });
}

test('node-postgres: a caught error of a statement does not pass for success', async (t) => {
  const pool = new pg.Pool({ ...world.connection, max: 1 });
  t.after(() => pool.end());
  const withTenant = tenantsOfPg(pool);
  await world.reset();
  await refused(withTenant(acme, async (db) => {
    await db.query("insert into project (name) values ('half')");
    await db.query('select 1 / 0').catch(() => {});
  }), /rolled back/);
  assert.deepEqual(await world.everything(), ['of acme', 'of bolt']);
});

test('node-postgres: a connection that broke inside is not used again', async (t) => {
  const pool = new pg.Pool({ ...world.connection, max: 1 });
  pool.on('error', () => {});
  t.after(() => pool.end());
  const withTenant = tenantsOfPg(pool);
  await assert.rejects(withTenant(acme, async (db) => {
    db.on('error', () => {});
    await db.query('select pg_terminate_backend(pg_backend_pid())');
  }));
  assert.equal((await withTenant(acme, (db) => db.query('select 1'))).rowCount, 1);
});

test('Prisma: relations stay inside the tenant', async (t) => {
  const { PrismaClient, PrismaPg } = await generatePrismaClient();
  const prisma = new PrismaClient({ adapter: new PrismaPg(world.connection) });
  t.after(() => prisma.$disconnect());
  const withTenant = tenantsOfPrisma(prisma);
  await world.reset();
  const [theirs] = await withTenant(bolt, (db) => db.project.findMany());
  await withTenant(acme, async (db) => {
    const [ours] = await db.project.findMany();
    await db.task.create({ data: { project_id: ours.id, title: 'x' } });
    const [found] = await db.project.findMany({ include: { tasks: true } });
    assert.equal(found.tasks[0].title, 'x');
    assert.equal(await db.project.findUnique({ where: { id: theirs.id } }), null);
  });
  await refused(withTenant(acme, (db) => db.task.create({ data: { project_id: theirs.id, title: 'x' } })), /foreign key/i);
});

test('the adapters have the types of what they adapt', async () => {
  await generatePrismaClient();
  const here = import.meta.dirname;
  execFileSync(`${here}/../../../node_modules/.bin/tsc`, ['-p', here], { stdio: 'inherit' });
});
