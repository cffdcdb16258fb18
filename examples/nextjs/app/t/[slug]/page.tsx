import { redirect } from 'next/navigation';
import { freehold, visitor, withTenant } from '../../../lib/product';

async function add(slug: string, form: FormData) {
  'use server';
  const { tenant } = await visitor(slug);
  await withTenant(tenant!, (db) => db.note.create({ data: { text: String(form.get('text')) } }));
  redirect(`/t/${slug}`);
}

async function summarise(slug: string) {
  'use server';
  const { tenant } = await visitor(slug);
  const { allowed } = await freehold.consume(tenant!, 'notes.summaries');
  redirect(`/t/${slug}?summary=${allowed ? 'made' : 'used-up'}`);
}

interface Place { params: Promise<{ slug: string }>; searchParams: Promise<{ summary?: string }> }

export default async function Page({ params, searchParams }: Place) {
  const [{ slug }, { summary }] = await Promise.all([params, searchParams]);
  const { tenant, name } = await visitor(slug);
  const gates = await freehold.gates(tenant!);
  const notes = await withTenant(tenant!, (db) => db.note.findMany({ orderBy: { id: 'asc' } }));
  const plans = <a href={gates.snapshot().upgrade_url}>See plans</a>;
  return (
    <>
      <h1>Notes of {slug}</h1><p>{name} · {gates.snapshot().plan_name} plan</p>
      <ul>{notes.map(({ id, text }) => <li key={id}>{text}</li>)}</ul>
      <form action={add.bind(null, slug)}><input name="text" aria-label="Note" required /> <button>Add</button></form>
      <form action={summarise.bind(null, slug)}><button>Summarise</button></form>
      <p role="status">{summary === 'made' && `${notes.length} notes, in short.`}
        {summary === 'used-up' && <>All summaries are used up. {plans}</>}</p>
      {gates.isEnabled('notes.export') ? <a href={`/app/t/${slug}/export`}>Export</a> : <>Export comes with a larger plan. {plans}</>}
    </>
  );
}
