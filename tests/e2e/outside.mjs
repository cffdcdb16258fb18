// What a walk reaches without a browser: the mailbox, the simulator's controls, the API.
import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';

export const day = 24 * 3600;

// Repeats `look` until it gives something, at most for `seconds`.
export async function eventually(what, look, seconds = 10) {
  const deadline = Date.now() + seconds * 1000;
  for (;;) {
    const found = await look();
    if (found) return found;
    assert.ok(Date.now() < deadline, `${what}: not within ${seconds} s`);
    await sleep(40);
  }
}

async function json(url, options) {
  const response = await fetch(url, options);
  assert.ok(response.ok, `${url} answered ${response.status}`);
  return response.json();
}

// Logs somebody of the demo in by the tour, as a browser without JavaScript would; the cookies.
export async function logInByTour({ product }, email) {
  const tour = await fetch(`${product}/tour`);
  const [, token] = (await tour.text()).match(/name="csrf_token" value="([^"]+)"/);
  const cookie = cookiesOf(tour);
  const answer = await fetch(`${product}/tour/log-in`, {
    method: 'POST', redirect: 'manual', headers: { Cookie: cookie, Origin: product },
    body: new URLSearchParams({ csrf_token: token, email }),
  });
  assert.equal(answer.status, 303);
  return `${cookie}; ${cookiesOf(answer)}`;
}

function cookiesOf(answer) {
  return answer.headers.getSetCookie().map((line) => line.split(';')[0]).join('; ');
}

// The letters to an address whose subject matches, newest first.
export async function letters({ simulator }, to, subject) {
  const { data } = await json(`${simulator}/mailbox.json?to=${encodeURIComponent(to)}`);
  return data.filter((letter) => subject.test(letter.subject));
}

export async function letter(freehold, to, subject) {
  const [newest] = await eventually(`a letter to ${to} like ${subject}`, async () => {
    const found = await letters(freehold, to, subject);
    return found.length > 0 && found;
  });
  return newest;
}

export function linkIn(mail, part) {
  const link = mail.links.find((url) => url.includes(part));
  assert.ok(link, `${mail.subject} has no link with ${part}: ${mail.links}`);
  return link;
}

export const clock = ({ simulator }) => json(`${simulator}/_sim/clock`);

export function advance({ simulator }, days) {
  return json(`${simulator}/_sim/clock`, { method: 'POST', body: new URLSearchParams({ seconds: days * day }) });
}

// A program with a key of the workspace. It waits when it is told to: only rates are refused with 429.
export function api({ product }, key) {
  const call = async (method, path, body, headers = {}) => {
    const response = await fetch(`${product}/api/v1${path}`, {
      method,
      headers: { Authorization: `Bearer ${key}`, ...(body ? { 'Content-Type': 'application/json' } : {}), ...headers },
      body: body && JSON.stringify(body),
    });
    if (response.status === 429) {
      await sleep(Number(response.headers.get('Retry-After')) * 1000);
      return call(method, path, body, headers);
    }
    const text = await response.text();
    const isJson = /[/+]json(;|$)/.test(response.headers.get('Content-Type') ?? '');
    return { status: response.status, text, body: isJson ? JSON.parse(text) : null };
  };
  return {
    get: (path) => call('GET', path),
    post: (path, body, headers) => call('POST', path, body, headers),
    patch: (path, body) => call('PATCH', path, body),
    delete: (path) => call('DELETE', path),
  };
}
