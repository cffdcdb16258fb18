import { freehold, visitor, withTenant } from '../../../../lib/product';

export async function GET(_: Request, { params }: { params: Promise<{ slug: string }> }) {
  const { tenant } = await visitor((await params).slug);
  const gates = await freehold.gates(tenant!);
  if (!gates.isEnabled('notes.export')) return Response.json({ upgrade: gates.snapshot().upgrade_url }, { status: 402 });
  return Response.json(await withTenant(tenant!, (db) => db.note.findMany({ select: { text: true } })));
}
