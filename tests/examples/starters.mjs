// What `freehold init` makes of each kind, and where each of its files comes from.
import { execFileSync } from 'node:child_process';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('../../', import.meta.url));
export const kinds = ['node', 'nextjs', 'python'];

const adapters = { node: ['pg.ts', 'pg.ts'], nextjs: ['prisma.ts', 'lib/prisma.ts'], python: ['tenants.py', 'tenants.py'] };
const sdks = { node: 'sdk/typescript/dist', nextjs: 'sdk/typescript/dist', python: 'sdk/python/freehold' };

export function init(kind, folder) {
  return execFileSync(process.env.FREEHOLD_BIN, ['init', kind, folder], { encoding: 'utf8' });
}

// The files that belong into it: name there -> name in the repository.
export async function filesOf(kind) {
  const files = new Map(['plans.toml', 'setup.sh', 'tables.sql'].map((name) => [name, `examples/${name}`]));
  files.set('.gitignore', 'examples/gitignore');
  for (const name of await filesBelow(join(root, 'examples', kind))) files.set(name, `examples/${kind}/${name}`);
  const [adapter, place] = adapters[kind];
  files.set(place, `sdk/adapters/${adapter}`);
  for (const name of await filesBelow(join(root, sdks[kind]))) files.set(`freehold/${name}`, `${sdks[kind]}/${name}`);
  return files;
}

export async function filesBelow(folder) {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name).slice(folder.length + 1))
    .filter((name) => !/(^|\/)(node_modules|__pycache__|\.next|generated)\//.test(name));
}
