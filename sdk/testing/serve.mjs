// Worlds for tests in other languages: a program that makes them and does in them what it is told.
//
//   POST /                 {options}   -> {"name": "1", "url": …, "productKey": …, "issuer": …, "audience": …}
//   POST /{world}/{deed}   [arguments] -> what the world's method of that name returns
//
// It prints its port, and ends when its standard input does.
import { once } from 'node:events';
import { createServer } from 'node:http';
import { Fake } from './fake.mjs';

export async function serveWorlds(startWorld) {
  const worlds = new Map();
  const server = createServer(async (request, response) => {
    try {
      const result = await answer(request);
      response.end(JSON.stringify(result ?? null));
    } catch (error) {
      response.writeHead(500).end(error.stack);
    }
  });

  async function answer(request) {
    const chunks = [];
    for await (const chunk of request) chunks.push(chunk);
    const said = JSON.parse(Buffer.concat(chunks).toString() || 'null');
    const [name, deed] = request.url.slice(1).split('/');
    if (deed) return worlds.get(name)[deed](...said);
    const world = await startWorld(said ?? {});
    const { url, productKey, issuer, audience } = world;
    worlds.set(String(worlds.size + 1), world);
    return { name: String(worlds.size), url, productKey, issuer, audience };
  }

  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return server;
}

if (process.argv[1] === import.meta.filename) {
  const server = await serveWorlds((options) => Fake.start(options));
  console.log(server.address().port);
  process.stdin.on('close', () => process.exit());
  process.stdin.resume();
}
