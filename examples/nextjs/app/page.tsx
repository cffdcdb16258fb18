import { redirect } from 'next/navigation';
import { freehold, visitor } from '../lib/product';

export default async function Home({ searchParams }: { searchParams: Promise<{ tenant?: string }> }) {
  const chosen = (await searchParams).tenant ?? (await visitor()).tenantSlug;
  redirect(chosen ? `/t/${encodeURIComponent(chosen)}` : freehold.selectUrl());
}
