// A person with a browser's patience and no browser: cookies, forms with their tokens, redirects.

export class Person {
  cookies = new Map();

  // `send` does what fetch does.
  constructor(site, send = fetch) {
    this.site = site;
    this.send = send;
  }

  get cookieHeader() {
    return [...this.cookies].map((pair) => pair.join('=')).join('; ');
  }

  async ask(path, { method = 'GET', body } = {}) {
    const headers = { cookie: this.cookieHeader, origin: this.site };
    const answer = await this.send(new URL(path, this.site), { method, body, headers, redirect: 'manual' });
    for (const line of answer.headers.getSetCookie()) {
      const [, name, value] = line.match(/^([^=]+)=([^;]*)/);
      this.cookies.set(name, value);
    }
    const place = answer.headers.get('location');
    if (place) return this.ask(place);
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${path} answers ${answer.status}:\n${text}`);
    return { path, text };
  }

  // Fills the form on `page` that is sent to `action` and sends it; the page it leads to.
  submit(page, action, fields) {
    const forms = page.text.split('<form').slice(1);
    const form = forms.find((each) => each.includes(`action="${action}"`));
    if (!form) throw new Error(`${page.path} has no form for ${action}`);
    const hidden = [...form.matchAll(/<input type="hidden" name="([^"]+)" value="([^"]*)"/g)];
    const body = new URLSearchParams(hidden.map(([, name, value]) => [name, value]));
    for (const [name, value] of Object.entries(fields)) body.set(name, value);
    return this.ask(action, { method: 'POST', body });
  }
}

// Signs up as a newcomer does, with the link from the mailbox, makes an API key and writes three
// documents with it. The person, logged in, and the key's secret.
export async function newcomer({ product, mailbox }) {
  const person = new Person(product);
  const email = 'bench@example.com';
  await person.submit(await person.ask('/signup'), '/signup',
    { email, password: 'granite-meadow-57', workspace: 'Bench' });
  const link = await letterLink(`${mailbox}/mailbox.json?to=${email}`, '/verify/');
  const path = new URL(link).pathname;
  await person.submit(await person.ask(path), path, {});
  const keys = '/t/bench/developers/keys';
  const made = await person.submit(await person.ask(keys), keys, { name: 'Bench', role: 'member', expiry: '30' });
  const [key] = made.text.match(/fh_ak_live_[A-Za-z0-9_-]+/);
  for (const title of ['One', 'Two', 'Three']) await write(product, key, title);
  return { person, key };
}

async function write(product, key, title) {
  const answer = await fetch(`${product}/api/v1/documents`, {
    method: 'POST', headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    body: JSON.stringify({ title, body: `The text of ${title}.`, tags: ['bench'] }),
  });
  if (!answer.ok) throw new Error(`a document was not written: ${await answer.text()}`);
}

export async function letterLink(url, part) {
  for (let attempt = 0; attempt < 100; ++attempt) {
    const { data } = await fetch(url).then((answer) => answer.json());
    const link = data.flatMap((letter) => letter.links).find((each) => each.includes(part));
    if (link) return link;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`${url} has no letter with a link to ${part}`);
}
