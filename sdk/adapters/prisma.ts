// Tenants for Prisma 7. Copy this file into your product.
//
//   export const withTenant = tenantsOf(new PrismaClient({ adapter: new PrismaPg({ connectionString }) }));
//   const projects = await withTenant(id, (db) => db.project.findMany());
interface Client<Tx> {
  $transaction<T>(work: (tx: Tx) => Promise<T>, options?: Options): Promise<T>;
}
interface Options {
  maxWait?: number;  // milliseconds until a connection is free
  timeout?: number;  // milliseconds for all of the transaction
}
interface Entering {
  $executeRaw(query: TemplateStringsArray, ...values: unknown[]): Promise<unknown>;
}

export function tenantsOf<Tx extends Entering>(prisma: Client<Tx>) {
  // Runs `work` in a transaction that has entered the tenant: "tenant_01…" or its uuid. What it throws
  // undoes everything. Use the client that it gets, not the one around it.
  return function withTenant<T>(tenant: string, work: (db: Tx) => Promise<T>, options?: Options): Promise<T> {
    return prisma.$transaction(async (db) => {
      await db.$executeRaw`select fh.enter(${tenant}::text)`;
      return work(db);
    }, options);
  };
}
