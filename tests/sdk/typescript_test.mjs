// What the SDK for JavaScript promises, kept with the program at the other end.
import { after, before } from 'node:test';
import { behaviour } from '../../sdk/typescript/test/behaviour.mjs';
import { World, startProgram } from './world.mjs';

let program;
before(async () => { program = await startProgram(); });
after(() => program?.stop());

behaviour(async (t) => {
  const world = await World.start(program);
  t.after(() => world.stop());
  return world;
});
