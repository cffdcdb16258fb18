// Prisma's client for schema.prisma. `prisma generate` wants to fetch the engine of `prisma migrate`
// first, which generating does not use; named one that exists, it fetches nothing.
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const here = fileURLToPath(new URL('.', import.meta.url));
let generated;

export async function generatePrismaClient() {
  generated ??= execFileSync(process.execPath, [`${here}../node_modules/prisma/build/index.js`, 'generate'], {
    cwd: here,
    env: {
      ...process.env,
      PRISMA_SCHEMA_ENGINE_BINARY: process.execPath,
      CHECKPOINT_DISABLE: '1',
      // Whatever would be fetched all the same fails here.
      HTTPS_PROXY: 'http://127.0.0.1:1',
    },
  });
  const { PrismaClient } = await import('./generated/client.ts');
  const { PrismaPg } = await import('@prisma/adapter-pg');
  return { PrismaClient, PrismaPg };
}
