// What the product stands on: Freehold, and its own tables inside the tenant of whoever asks.
import { PrismaPg } from '@prisma/adapter-pg';
import { headers } from 'next/headers';
import { notFound, redirect } from 'next/navigation';
import { Forbidden, Freehold, NotSignedIn } from '../freehold';
import { PrismaClient } from '../generated/client';
import { tenantsOf } from './prisma';

export const freehold = new Freehold({ returnTo: process.env.HOME_URL ?? 'http://localhost:3000/app' });
const adapter = new PrismaPg({ connectionString: process.env.DATABASE_URL });
export const withTenant = tenantsOf(new PrismaClient({ adapter }));

// Who is asking, in this workspace or in the one that they have.
export async function visitor(slug?: string) {
  try {
    return await freehold.verify({ url: '/', headers: await headers() }, { tenant: slug });
  } catch (error) {
    if (error instanceof NotSignedIn) redirect(freehold.loginUrl());
    if (error instanceof Forbidden) notFound();
    throw error;
  }
}
