// What a product writes; only its types are looked at. Each line with an error expected is one that must
// not pass.
import pg from 'pg';
import { drizzle } from 'drizzle-orm/node-postgres';
import { pgTable, text } from 'drizzle-orm/pg-core';
import { PrismaPg } from '@prisma/adapter-pg';
import { PrismaClient } from './generated/client.ts';
import { tenantsOf as tenantsOfPg } from '../pg.ts';
import { tenantsOf as tenantsOfDrizzle } from '../drizzle.ts';
import { tenantsOf as tenantsOfPrisma } from '../prisma.ts';

const tenant = 'tenant_0000000000000000000000000a';

const byPg = tenantsOfPg(new pg.Pool());
export const count: number | null = await byPg(tenant, async (db) => (await db.query('select 1')).rowCount);
// @ts-expect-error a tenant is text
await byPg(1, async () => {});

const project = pgTable('project', { name: text().notNull() });
const byDrizzle = tenantsOfDrizzle(drizzle(new pg.Pool()));
export const names: { name: string }[] = await byDrizzle(tenant, (db) => db.select().from(project));
// @ts-expect-error there is no such column
await byDrizzle(tenant, (db) => db.insert(project).values({ title: 'x' }));

const byPrisma = tenantsOfPrisma(new PrismaClient({ adapter: new PrismaPg({}) }));
export const ids: { id: number }[] = await byPrisma(tenant, (db) => db.project.findMany({ select: { id: true } }));
// @ts-expect-error there is no such model
await byPrisma(tenant, (db) => db.projects.findMany());
