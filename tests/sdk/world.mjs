// The program as a world of the SDKs' tests (`sdk/testing`): each has a line of its own to one running
// program, so that an outage is its own.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Line } from '../../sdk/testing/line.mjs';
import { startFreehold } from '../e2e/program.mjs';
import { Staff, invite, makeKey, signUp } from './people.mjs';

export async function startProgram() {
  const freehold = await startFreehold({ options: ['--no-demo'] });
  try {
    return { ...await joinProgram(freehold), stop: () => freehold.stop() };
  } catch (failure) {
    await freehold.stop();
    throw failure;
  }
}

export async function joinProgram(freehold) {
  const productKey = (await readFile(join(freehold.home, 'var/product_key'), 'utf8')).trim();
  return { freehold, productKey, staff: await Staff.logIn(freehold) };
}

export class World {
  static async start({ freehold, productKey, staff }) {
    const line = await Line.to(freehold.port);
    return Object.assign(new World(), {
      freehold, productKey, staff, line, owners: new Map(), people: new Map(),
      url: `http://127.0.0.1:${line.port}`, issuer: freehold.product, audience: freehold.product,
    });
  }

  async createTenant({ plan = 'pro' } = {}) {
    const owner = await signUp(this.freehold);
    const { tenant_id: id } = await this.#whoIs(owner);
    this.owners.set(id, owner);
    if (plan !== 'pro') await this.changePlan(id, plan);
    return { id, slug: owner.slug };
  }

  changePlan(tenant, plan) {
    return this.staff.changePlan(tenant, plan);
  }

  async visitor(tenant, { role = 'owner' } = {}) {
    const owner = this.owners.get(tenant);
    const person = role === 'owner' ? owner : await invite(this.freehold, owner, role);
    const { user_id: user } = await this.#whoIs(person);
    const cookie = `fh_sid=${person.cookies.get('fh_sid')}`;
    this.people.set(cookie, person);
    return { cookie, user };
  }

  apiKey(tenant) {
    return makeKey(this.owners.get(tenant));
  }

  async logOut(cookie) {
    const person = this.people.get(cookie);
    await person.submit(await person.ask('/account'), '/logout', {});
  }

  cut() { this.line.cut(); }
  away() { return this.line.close(); }
  back() { return this.line.open(); }

  async stop() {
    await this.line.close();
  }

  async #whoIs(person) {
    return JSON.parse((await person.ask('/api/v1/auth/verify')).text);
  }
}
