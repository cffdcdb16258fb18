// Tenants for node-postgres. Copy this file into your product.
//
//   export const withTenant = tenantsOf(new Pool());
//   const { rows } = await withTenant(id, (db) => db.query('select title from project'));
import type { Pool, PoolClient } from 'pg';

export function tenantsOf(pool: Pool) {
  // Runs `work` in a transaction that has entered the tenant: "tenant_01…" or its uuid. What it throws
  // undoes everything. The connection leaves the tenant with the end of the transaction.
  return async function withTenant<T>(tenant: string, work: (db: PoolClient) => Promise<T>): Promise<T> {
    const db = await pool.connect();
    let broken: Error | undefined;
    try {
      // One round trip for both.
      await db.query(`begin; select fh.enter(${db.escapeLiteral(tenant)})`);
      const result = await work(db);
      const { command } = await db.query('commit');
      // A statement failed, and `work` caught the error: PostgreSQL has undone all of it.
      if (command === 'ROLLBACK') throw new Error('the transaction was rolled back');
      return result;
    } catch (error) {
      await db.query('rollback').catch((failure: Error) => { broken = failure; });
      throw error;
    } finally {
      db.release(broken);
    }
  };
}
