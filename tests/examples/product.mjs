// A product that `freehold init` has made, prepared and started with the commands that it printed.
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { symlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { eventually } from '../e2e/outside.mjs';
import { init, root } from './starters.mjs';

const run = promisify(execFile);
const startSeconds = 60;

export class Product {
  // `home` is the address that people reach it at, `port` the one that it listens on.
  static async start(kind, { folder, freehold, home, port }) {
    init(kind, folder);
    await symlink(join(freehold.home, 'var'), join(folder, 'var'));
    const product = new Product(folder, home, port);
    await product.#installed(kind);
    await product.#does('sh setup.sh');
    if (kind === 'nextjs') await product.#does('npm run build');
    await product.#begin(kind === 'python' ? 'sh start.sh' : 'npm start');
    return product;
  }

  constructor(folder, home, port) {
    const paths = [dirname(process.env.FREEHOLD_BIN), dirname(process.execPath), '/usr/bin', '/bin'];
    this.folder = folder;
    this.env = { ...process.env, PATH: paths.join(':'), HOME_URL: home, PORT: String(port), NEXT_TELEMETRY_DISABLED: '1' };
  }

  // What `npm install` brings was brought by scripts/install.sh, from the example's own lock file.
  async #installed(kind) {
    const modules = join(root, 'examples', kind, 'node_modules');
    if (kind === 'node') await symlink(modules, join(this.folder, 'node_modules'));
    if (kind === 'nextjs') await run('cp', ['-al', modules, this.folder]);
  }

  #does(command) {
    return run('sh', ['-c', command], { cwd: this.folder, env: this.env });
  }

  async #begin(command) {
    this.printed = '';
    this.process = spawn('sh', ['-c', `exec ${command}`], { cwd: this.folder, env: this.env, stdio: ['ignore', 'pipe', 'pipe'], detached: true });
    for (const stream of [this.process.stdout, this.process.stderr]) stream.on('data', (data) => { this.printed += data; });
    this.exited = once(this.process, 'exit');
    const own = `http://localhost:${this.env.PORT}/app`;
    const ready = () => fetch(own, { redirect: 'manual' }).then(({ status }) => status < 400, () => false);
    await eventually(`${command} answers`, ready, startSeconds).catch(async (failure) => {
      await this.stop();
      throw new Error(`${failure.message}\n${this.printed}`);
    });
  }

  // With all that npm has started.
  async stop() {
    process.kill(-this.process.pid, 'SIGTERM');
    await this.exited;
  }
}
