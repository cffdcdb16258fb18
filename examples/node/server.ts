// Notes: a product beside Freehold, in plain Node. Whatever is not about notes is Freehold's.
import { createServer, type IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import pg from 'pg';
import { Forbidden, Freehold, NotSignedIn, type Identity } from './freehold/index.js';
import { tenantsOf } from './pg.ts';

const home = process.env.HOME_URL ?? 'http://localhost:3000/app';
const freehold = new Freehold({ returnTo: home });
const withTenant = tenantsOf(new pg.Pool({ connectionString: process.env.DATABASE_URL }));

interface Answer { status?: number; location?: string; body?: string }

async function answer(request: IncomingMessage): Promise<Answer> {
  const { pathname, searchParams } = new URL(request.url ?? '/', home);
  const [, , t, slug, deed] = pathname.split('/');  // /app/t/acme/notes
  if (t !== 't') {
    const chosen = searchParams.get('tenant') ?? (await freehold.verify(request)).tenantSlug;
    return { status: 303, location: chosen ? `/app/t/${encodeURIComponent(chosen)}` : freehold.selectUrl() };
  }
  const who = await freehold.verify(request, { tenant: slug });
  const gates = await freehold.gates(who.tenant!);
  if (deed === 'export' && gates.isEnabled('notes.export')) return { body: (await notesOf(who)).map(html).join('<br>') };
  if (deed === 'export') return { status: 402, body: prompt('Export comes with a larger plan.', gates.snapshot().upgrade_url) };
  if (request.method !== 'POST') return { body: await page(who) };
  if (deed === 'summaries') return summarise(who);
  const note = new URLSearchParams(await text(request)).get('text');
  await withTenant(who.tenant!, (db) => db.query('insert into note (text) values ($1)', [note]));
  return { status: 303, location: `/app/t/${who.tenantSlug}` };
}

async function summarise(who: Identity): Promise<Answer> {
  const { allowed, upgrade } = await freehold.consume(who.tenant!, 'notes.summaries');
  if (!allowed) return { status: 402, body: await page(who, prompt('All summaries are used up.', upgrade?.url)) };
  return { body: await page(who, `${(await notesOf(who)).length} notes, in short.`) };
}

async function notesOf({ tenant }: Identity): Promise<string[]> {
  const { rows } = await withTenant(tenant!, (db) => db.query('select text from note order by id'));
  return rows.map((row) => row.text);
}

async function page(who: Identity, message = ''): Promise<string> {
  const { plan_name, features } = await freehold.snapshot(who.tenant!);
  const here = `/app/t/${who.tenantSlug}`;
  return `<h1>Notes of ${html(who.tenantSlug)}</h1><p>${html(who.name)} · ${html(plan_name)} plan</p>
    <ul>${(await notesOf(who)).map((note) => `<li>${html(note)}`).join('')}</ul>
    <form method="post" action="${here}/notes"><input name="text" aria-label="Note" required> <button>Add</button></form>
    <form method="post" action="${here}/summaries"><button>Summarise</button></form> <p role="status">${message}</p>
    <a href="${here}/export">${features['notes.export'] ? 'Export' : 'Export (larger plans)'}</a>`;
}

const prompt = (why: string, upgrade = '/') => `${why} <a href="${html(upgrade)}">See plans</a>`;
const html = (text: unknown) => String(text).replace(/[&<>"]/g, (letter) => `&#${letter.charCodeAt(0)};`);

function refusal(error: unknown): Answer {
  if (error instanceof NotSignedIn) return { status: 303, location: freehold.loginUrl() };
  if (error instanceof Forbidden) return { status: 403, body: html(error.detail) };
  console.error(error);
  return { status: 500, body: 'That did not work. Try again.' };
}

createServer(async (request, response) => {
  const { status = 200, location, body = '' } = await answer(request).catch(refusal);
  response.writeHead(status, { 'content-type': 'text/html; charset=utf-8', ...(location && { location }) });
  response.end(body && `<!doctype html><html lang="en"><title>Notes</title>${body}`);
}).listen(Number(process.env.PORT ?? 3000), 'localhost');
