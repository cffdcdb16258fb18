// How long something that was taken away still counts: inside Freehold (forward authentication, which
// asks on each request), and for a product that trusts an assertion until it ends. While one credential
// is used without a pause, it is taken away; the time until the first refusal is measured, and what is
// left of the last assertion that was handed out.
//
//   node bench/trust.mjs [ROUNDS]
//
// Needs build/release/freehold (./dev bench builds it).
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { answer, fail, folder, freePort, median, start, stop } from './measure.mjs';
import { letterLink, newcomer, Person } from './person.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const program = process.env.FREEHOLD_BIN ?? join(root, 'build/release/freehold');
const rounds = Number(process.argv[2] ?? 8);
const password = 'granite-meadow-57';

const port = await freePort();
start('freehold', program, ['up', '--no-demo', '--var', join(folder, 'var'), '--port', String(port)]);
await answer(`http://127.0.0.1:${port + 1}/readyz`);
const product = `http://localhost:${port}`;
const mailbox = `http://localhost:${port + 2}`;
const { person: owner } = await newcomer({ product, mailbox });

function ask(headers) {
  return fetch(`http://127.0.0.1:${port}/api/v1/auth/verify?tenant=bench`, { headers });
}

// Asks without a pause until it is refused. How long after `takeAway` that was, and how long the last
// assertion would have been believed, both in seconds.
async function untilRefused(headers, takeAway) {
  const first = await ask(headers);
  if (first.status !== 200) fail(`the credential was refused from the start: ${await first.text()}`);
  let assertion = (await first.json()).assertion;
  let taken;
  takeAway().then(() => { taken = Date.now(); }, fail);
  for (;;) {
    const heard = await ask(headers);
    if (heard.status !== 200) break;
    ({ assertion } = await heard.json());
  }
  const refused = Date.now();
  while (taken === undefined) await new Promise((resolve) => setTimeout(resolve, 1));
  const { exp } = JSON.parse(Buffer.from(assertion.split('.')[1], 'base64url'));
  return { inside: Math.max(0, refused - taken) / 1000, outside: exp - taken / 1000 };
}

async function key(round) {
  const keys = '/t/bench/developers/keys';
  const made = await owner.submit(await owner.ask(keys), keys, { name: `Key ${round}`, role: 'member', expiry: '30' });
  const [secret] = made.text.match(/fh_ak_live_[A-Za-z0-9_-]+/);
  const list = await owner.ask(keys);
  const row = list.text.slice(0, list.text.indexOf(`>Key ${round}<`) + 2000).split(`>Key ${round}<`)[1];
  const [place] = row.match(/\/t\/bench\/developers\/keys\/key_[a-z0-9]+\/revocation/);
  const page = await owner.ask(place);
  return untilRefused({ authorization: `Bearer ${secret}` }, () => owner.submit(page, place, {}));
}

async function session() {
  const person = new Person(product);
  await person.submit(await person.ask('/login'), '/login', { email: 'bench@example.com', password });
  const headers = { cookie: person.cookieHeader };
  const page = await person.ask('/logout');
  return untilRefused(headers, () => person.submit(page, '/logout', {}));
}

async function member(round) {
  const email = `member-${round}@example.com`;
  const invitations = '/t/bench/team/invitations';
  await owner.submit(await owner.ask(invitations), invitations, { email, role: 'member' });
  const place = new URL(await letterLink(`${mailbox}/mailbox.json?to=${email}`, '/invite/')).pathname;
  const guest = new Person(product);
  await guest.submit(await guest.ask(place), place, { name: `Member ${round}`, password });
  const team = await owner.ask('/t/bench/team');
  const [removal] = team.text.match(/\/t\/bench\/team\/[a-z0-9_]+\/removal/);
  const page = await owner.ask(removal);
  return untilRefused({ cookie: guest.cookieHeader }, () => owner.submit(page, removal, {}));
}

const show = (seconds) => seconds.toFixed(2).padStart(8);
console.log(`\n${'seconds after it was taken away'.padEnd(34)}median     most   bound`);
for (const [what, take] of Object.entries({ 'an API key': key, 'a session (log-out)': session, 'a membership': member })) {
  const seen = [];
  for (let round = 0; round < rounds; ++round) seen.push(await take(round));
  for (const [place, bound] of [['inside', 1], ['outside', 61]]) {
    const times = seen.map((each) => each[place]);
    const name = place === 'inside' ? `${what}: refused` : '  its last assertion ends';
    console.log(`${name.padEnd(32)}${show(median(times))} ${show(Math.max(...times))} ${String(bound).padStart(7)}`);
  }
}
await stop();
