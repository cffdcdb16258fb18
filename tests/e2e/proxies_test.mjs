// Forward authentication behind the real proxies, with the configurations that deploy/ ships: a product
// on a port of its own knows who is asking, and what a client says of itself never arrives.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { cp, mkdir, readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { once } from 'node:events';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { after, before, describe, test } from 'node:test';
import { eventually, logInByTour } from './outside.mjs';
import { answers, startFreehold, threeFreePorts } from './program.mjs';

const deploy = fileURLToPath(new URL('../../deploy/', import.meta.url));
const identityHeaders = ['assertion', 'user', 'key', 'session', 'tenant', 'tenant-slug', 'role', 'permissions',
  'entitlement-version'].map((name) => `freehold-${name}`);

let freehold;
let product;
let cookie;

before(async () => {
  freehold = await startFreehold();
  cookie = await logInByTour(freehold, 'ada@northwind.example');
  product = await startProduct();
});

after(async () => {
  product?.close();
  await freehold?.stop();
});

// Says which identity headers reached it.
async function startProduct() {
  const server = createServer((request, response) => {
    const seen = Object.fromEntries(Object.entries(request.headers).filter(([name]) => name.startsWith('freehold')));
    response.setHeader('Content-Type', 'application/json');
    response.end(JSON.stringify({ path: request.url, seen }));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return server;
}

// The file that deploy/ ships, with the addresses of this test.
async function placed(file, ports) {
  const text = await readFile(join(deploy, file), 'utf8');
  return text.replaceAll('127.0.0.1:8080', `127.0.0.1:${freehold.port}`)
    .replaceAll('127.0.0.1:3000', `127.0.0.1:${product.address().port}`)
    .replaceAll('127.0.0.1:8000', `127.0.0.1:${ports.proxy}`);
}

async function startNginx(folder, ports) {
  await mkdir(join(folder, 'logs'), { recursive: true });
  const server = await placed('nginx/freehold.conf', ports);
  await writeFile(join(folder, 'nginx.conf'), `
    daemon off; worker_processes 1; pid ${folder}/nginx.pid; error_log ${folder}/logs/error.log;
    ${process.getuid() === 0 ? 'user root;' : ''}
    events { worker_connections 256; }
    http {
      access_log off;
      client_body_temp_path ${folder}/body; proxy_temp_path ${folder}/proxy; fastcgi_temp_path ${folder}/fastcgi;
      uwsgi_temp_path ${folder}/uwsgi; scgi_temp_path ${folder}/scgi;
      ${server}
    }`);
  return spawn('/usr/sbin/nginx', ['-p', folder, '-c', join(folder, 'nginx.conf')], { stdio: 'ignore' });
}

async function startHaproxy(folder, ports) {
  await mkdir(folder, { recursive: true });
  await cp(join(deploy, 'haproxy/freehold.lua'), join(folder, 'freehold.lua'));
  await writeFile(join(folder, 'haproxy.cfg'), await placed('haproxy/haproxy.cfg', ports));
  return spawn('/usr/sbin/haproxy', ['-f', 'haproxy.cfg', '-db'], {
    cwd: folder, stdio: 'ignore', env: { ...process.env, FREEHOLD_ADDRESS: `127.0.0.1:${freehold.port}` },
  });
}

for (const [name, start] of [['nginx', startNginx], ['HAProxy', startHaproxy]]) {
  describe(`behind ${name}`, () => {
    let proxy;
    let origin;

    before(async () => {
      const port = await threeFreePorts();
      origin = `http://localhost:${port}`;
      proxy = await start(join(freehold.home, name), { proxy: port });
      await eventually(`${name} answers`, () => answers(`${origin}/pricing`));
    });

    after(async () => {
      proxy.kill('SIGTERM');
      await once(proxy, 'exit');
    });

    const ask = (path, headers = {}) => fetch(origin + path, { redirect: 'manual', headers });

    test('the product is told who is asking, where, and what they may do', async () => {
      const answer = await ask('/app/t/northwind-labs/reports', { Cookie: cookie });
      assert.equal(answer.status, 200);
      const { path, seen } = await answer.json();
      assert.equal(path, '/app/t/northwind-labs/reports');
      assert.equal(seen['freehold-role'], 'member');
      assert.equal(seen['freehold-tenant-slug'], 'northwind-labs');
      assert.match(seen['freehold-user'], /^user_/);
      assert.match(seen['freehold-permissions'], /documents:write/);
      const claims = JSON.parse(Buffer.from(seen['freehold-assertion'].split('.')[1], 'base64url'));
      assert.deepEqual([claims.sub, claims.tenant_id, claims.email],
        [seen['freehold-user'], seen['freehold-tenant'], 'ada@northwind.example']);
    });

    test('what a client says of itself never reaches the product', async () => {
      const forged = Object.fromEntries(identityHeaders.map((header) => [header, 'forged']));
      const answer = await ask('/app/', { Cookie: cookie, ...forged });
      const { seen } = await answer.json();
      assert.deepEqual(Object.values(seen).filter((value) => value.includes('forged')), []);
      assert.equal(seen['freehold-key'], undefined);
      assert.equal((await ask('/app/', forged)).status, 302);
    });

    test('a stranger is led to the log-in and back to where they were going', async () => {
      const answer = await ask('/app/reports?page=2');
      assert.equal(answer.status, 302);
      assert.equal(new URL(answer.headers.get('Location')).pathname, '/login');
      assert.equal(new URL(answer.headers.get('Location')).searchParams.get('next'), '/app/reports?page=2');
    });

    test('a program with a wrong key is nobody', async () => {
      assert.equal((await ask('/app/', { Authorization: 'Bearer fh_ak_live_wrong' })).status, 302);
    });

    test('everything else is the program itself', async () => {
      assert.equal((await ask('/login')).status, 200);
      assert.equal((await ask('/t/northwind-labs/documents', { Cookie: cookie })).status, 200);
    });
  });
}
