// The simulator as a process of its own, and Stripe's package pointed at it.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { createServer } from 'node:http';
import { fileURLToPath } from 'node:url';
import Stripe from 'stripe';

const program = process.env.FREEHOLD_SIMULATOR ??
  fileURLToPath(new URL('../../build/dev/simulator/simulator_main', import.meta.url));

export class Simulator {
  static async start(...options) {
    const child = spawn(program, ['--seed', '1', ...options], { stdio: ['ignore', 'pipe', 'inherit'] });
    const lines = createInterface({ input: child.stdout });
    const exited = once(child, 'exit').then(([code]) => { throw new Error(`the simulator ended with ${code}`); });
    const [line] = await Promise.race([once(lines, 'line'), exited]);
    exited.catch(() => {});
    const port = Number(/^listening on (\d+)$/.exec(line)[1]);
    return new Simulator(child, port);
  }

  constructor(child, port) {
    this.child = child;
    this.port = port;
    this.url = `http://127.0.0.1:${port}`;
  }

  // Stripe's own client. Each answer's body is told to `onAnswer` as {method, path, body}.
  client({ key = 'sk_test_sim_node', onAnswer, ...options } = {}) {
    const fetchAndTell = async (url, request) => {
      const response = await fetch(url, request);
      if (onAnswer) {
        const body = await response.clone().json();
        onAnswer({ method: request.method, path: new URL(url).pathname, status: response.status, body });
      }
      return response;
    };
    return new Stripe(key, {
      host: '127.0.0.1', port: this.port, protocol: 'http', maxNetworkRetries: 0, telemetry: false,
      httpClient: Stripe.createFetchHttpClient(fetchAndTell), ...options,
    });
  }

  // A control: POST /_sim/<path> with these fields.
  async control(path, fields = {}, method = 'POST') {
    const body = method === 'GET' ? undefined : new URLSearchParams(fields).toString();
    const response = await fetch(`${this.url}/_sim/${path}`, { method, body });
    const answer = await response.json();
    if (!response.ok) throw new Error(`${path}: ${answer.error.message}`);
    return answer;
  }

  async stop(signal = 'SIGTERM') {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    this.child.kill(signal);
    await once(this.child, 'exit');
  }
}

// An endpoint that keeps what it gets and answers what `answer` says, 200 by default.
export async function listen(answer = () => 200) {
  const received = [];
  const waiting = [];
  const server = createServer(async (request, response) => {
    const chunks = [];
    for await (const chunk of request) chunks.push(chunk);
    const delivery = { body: Buffer.concat(chunks).toString(), signature: request.headers['stripe-signature'] };
    received.push(delivery);
    response.writeHead(answer(delivery, received.length)).end();
    for (const check of waiting.splice(0)) check();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${server.address().port}/hook`,
    received,
    // Waits until `enough(received)` holds.
    async until(enough) {
      while (!enough(received)) await new Promise((resolve) => waiting.push(resolve));
    },
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}
