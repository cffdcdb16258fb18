// A product that records usage and comes to its end at once, in a process of its own.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

export const python = process.env.FREEHOLD_PYTHON ?? '/usr/bin/python3';
export const pythonHome = fileURLToPath(new URL('../../sdk/python', import.meta.url));

const inJavaScript = `
  const { Freehold } = await import(process.env.SDK);
  const freehold = new Freehold();
  for (let i = 0; i < 30; ++i) freehold.record(process.env.TENANT, process.env.METER);`;

const inPython = `
import os
from freehold import Freehold
freehold = Freehold()
for _ in range(30):
    freehold.record(os.environ["TENANT"], os.environ["METER"])`;

export function recordAndEndInJavaScript(facts) {
  return run(process.execPath, ['--input-type=module', '-e', inJavaScript], facts);
}

export function recordAndEndInPython(facts) {
  return run(python, ['-B', '-c', inPython], facts);
}

async function run(program, words, { url, productKey, tenant, meter }) {
  const env = {
    ...process.env, FREEHOLD_URL: url, FREEHOLD_PRODUCT_KEY: productKey, TENANT: tenant, METER: meter,
    SDK: String(new URL('../../sdk/typescript/dist/index.js', import.meta.url)),
  };
  const [code] = await once(spawn(program, words, { cwd: pythonHome, env, stdio: ['ignore', 'inherit', 'inherit'] }), 'close');
  if (code !== 0) throw new Error(`the product ended with ${code}`);
}
