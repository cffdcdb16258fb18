// Tenants for Drizzle on PostgreSQL. Copy this file into your product.
//
//   export const withTenant = tenantsOf(drizzle(new Pool()));
//   const projects = await withTenant(id, (db) => db.select().from(project));
import { sql, type SQL } from 'drizzle-orm';

interface Database<Tx> {
  transaction<T>(work: (tx: Tx) => Promise<T>): Promise<T>;
}

export function tenantsOf<Tx extends { execute(query: SQL): PromiseLike<unknown> }>(db: Database<Tx>) {
  // Runs `work` in a transaction that has entered the tenant: "tenant_01…" or its uuid. What it throws
  // undoes everything. Use the `tx` that it gets, not the database around it.
  return function withTenant<T>(tenant: string, work: (tx: Tx) => Promise<T>): Promise<T> {
    return db.transaction(async (tx) => {
      await tx.execute(sql`select fh.enter(${tenant}::text)`);
      return work(tx);
    });
  };
}
