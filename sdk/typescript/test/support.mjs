// What the tests share: a Freehold that goes wrong on demand, clients that are closed after the test,
// and waiting for what is to happen instead of for time to pass.
import { setTimeout as wait } from 'node:timers/promises';
import { Fake } from '../../testing/fake.mjs';
import { Freehold } from '../dist/index.js';

export const meter = 'documents.api_calls';

export async function startFake(t, options) {
  const fake = await Fake.start(options);
  t.after(() => fake.stop());
  return fake;
}

export function clientOf(t, { url, productKey, issuer, audience }, options = {}) {
  const client = new Freehold({ url, productKey, issuer, audience, ...options });
  t.after(() => client.close({ timeout: 1 }));
  return client;
}

// A fake, a client of it and a tenant.
export async function startWorld(t, options = {}) {
  const fake = await startFake(t, options.fake);
  return { fake, client: clientOf(t, fake, options), tenant: fake.createTenant().id };
}

export async function until(holds, { within = 5000, what = String(holds) } = {}) {
  const ends = performance.now() + within;
  const begin = performance.now();
  while (!(await holds())) {
    if (performance.now() > ends) throw new Error(`not within ${within} ms: ${what}`);
    await wait(5);
  }
  return performance.now() - begin;
}

export async function refusal(promise) {
  try {
    await promise;
  } catch (error) {
    return error;
  }
  throw new Error('it was not refused');
}
