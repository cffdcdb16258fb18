// People of a running program (`freehold up`) without browsers: they sign up, invite each
// other and log out; one works for the owner and changes plans.
import { execFile } from 'node:child_process';
import { request } from 'node:http';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Person } from '../../bench/person.mjs';
import { letter, linkIn } from '../e2e/outside.mjs';

const run = promisify(execFile);

export const password = 'granite-meadow-57';

// Sign-ups are limited by network, so each person comes from an address of their own on this machine.
function fromSomewhere() {
  const address = `127.${random(1, 254)}.${random(1, 254)}.${random(1, 254)}`;
  return (url, { method, body, headers }) => new Promise((resolve, reject) => {
    const form = body === undefined ? {} : { 'content-type': 'application/x-www-form-urlencoded' };
    const sent = request(url, { method, headers: { ...headers, ...form }, localAddress: address, family: 4 });
    sent.on('error', reject);
    sent.on('response', (answer) => { answerOf(answer).then(resolve, reject); });
    sent.end(body === undefined ? undefined : String(body));
  });
}

async function answerOf(answer) {
  const headers = new Headers();
  for (let i = 0; i < answer.rawHeaders.length; i += 2) headers.append(answer.rawHeaders[i], answer.rawHeaders[i + 1]);
  const chunks = [];
  for await (const chunk of answer) chunks.push(chunk);
  return new Response(chunks.length > 0 ? Buffer.concat(chunks) : null, { status: answer.statusCode, headers });
}

function random(from, to) {
  return from + Math.floor(Math.random() * (to - from + 1));
}

let count = 0;

// An owner of a new workspace, on a trial of Pro.
export async function signUp(freehold) {
  count += 1;
  const name = `Sdk ${process.pid} ${count}`;
  const email = `${name.toLowerCase().replaceAll(' ', '-')}@example.com`;
  const owner = new Person(freehold.product, fromSomewhere());
  await owner.submit(await owner.ask('/signup'), '/signup', { email, password, workspace: name });
  const { pathname } = new URL(linkIn(await letter(freehold, email, /./), '/verify/'));
  await owner.submit(await owner.ask(pathname), pathname, {});
  return Object.assign(owner, { email, slug: name.toLowerCase().replaceAll(' ', '-') });
}

export async function invite(freehold, owner, role) {
  count += 1;
  const email = `colleague-${count}-of-${owner.slug}@example.com`;
  const page = `/t/${owner.slug}/team/invitations`;
  await owner.submit(await owner.ask(page), page, { email, role });
  const { pathname } = new URL(linkIn(await letter(freehold, email, /invited you/), '/invite/'));
  const colleague = new Person(freehold.product, fromSomewhere());
  await colleague.submit(await colleague.ask(pathname), pathname, { name: 'Mira', password });
  return colleague;
}

export async function makeKey(owner) {
  const page = `/t/${owner.slug}/developers/keys`;
  const made = await owner.submit(await owner.ask(page), page, { name: 'Reports', role: 'viewer', expiry: '30' });
  return made.text.match(/fh_ak_live_[A-Za-z0-9_-]+/)[0];
}

// Who works for the owner of the installation.
export class Staff {
  static async logIn({ home, staff }) {
    count += 1;
    const email = `staff-${process.pid}-${count}@freehold.example`;
    const words = ['--config', join(home, 'var/freehold.toml'), 'staff', 'create', email];
    const { stdout } = await run(process.env.FREEHOLD_BIN, words, { env: { PATH: process.env.PATH } });
    const person = new Person(staff);
    const [, secret] = stdout.match(/^ {2}(\S+)$/m);
    await person.submit(await person.ask('/login'), '/login', { email, password: secret });
    return new Staff(person);
  }

  constructor(person) {
    this.person = person;
  }

  async changePlan(tenant, plan) {
    const page = await this.person.ask(`/tenants/${tenant}/entitlements`);
    const override = { subject: `plan ${plan}`, reason: 'A test of the SDKs asks for it.' };
    await this.person.submit(page, `/tenants/${tenant}/overrides`, override);
  }
}
