// What the SDK for JavaScript promises, kept with the program at the other end.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { behaviour } from '../../sdk/typescript/test/behaviour.mjs';
import { clientOf, meter } from '../../sdk/typescript/test/support.mjs';
import { recordAndEndInJavaScript } from './ends.mjs';
import { World, startProgram } from './world.mjs';

let program;
before(async () => { program = await startProgram(); });
after(() => program?.stop());

async function startWorld(t) {
  const world = await World.start(program);
  t.after(() => world.stop());
  return world;
}

// Most of the time they wait, so some run at once.
describe('the SDK for JavaScript', { concurrency: 3 }, () => {
  behaviour(startWorld);

  test('what a process recorded is counted when it ends, and once', async (t) => {
    const world = await startWorld(t);
    const { id: tenant } = await world.createTenant();
    await recordAndEndInJavaScript({ ...world, tenant, meter });
    assert.equal((await clientOf(t, world).consume(tenant, meter)).used, 31);
  });
});
