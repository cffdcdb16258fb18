// One connection to a stream of server-sent events. node:http rather than fetch, because only its
// socket can be kept from holding the process alive.
import { request as requestHttp, type IncomingMessage } from 'node:http';
import { request as requestHttps } from 'node:https';
import { FreeholdError, errorOf, noAnswer, unexpected } from './errors.js';
import { EventStreamReader, type Message } from './event_stream.js';
import { reasonOf } from './http.js';

export interface Connection {
  url: string;
  headers: Record<string, string>;
  signal: AbortSignal;
  /** Milliseconds without a byte after which the connection counts as broken. */
  quiet: number;
  /** Does not keep the process alive. */
  background: boolean;
  /** Told what the server wishes, in milliseconds. */
  onRetry: (retry: number) => void;
}

/** The messages of one connection until it ends. Throws FreeholdError when it cannot be had or breaks. */
export async function* connect(connection: Connection): AsyncGenerator<Message> {
  const silence = new Silence(connection);
  try {
    const response = await silence.bounds(opened(connection, silence));
    const reader = new EventStreamReader();
    const chunks = response[Symbol.asyncIterator]() as AsyncIterator<Uint8Array>;
    for (;;) {
      const { done, value } = await silence.bounds(chunks.next());
      if (done) return;
      const messages = reader.read(value);
      if (reader.retry !== undefined) connection.onRetry(reader.retry);
      yield* messages;
    }
  } catch (error) {
    if (error instanceof FreeholdError) throw error;
    throw noAnswer(`The stream ${new URL(connection.url).pathname} broke: ${reasonOf(error)}.`, error);
  } finally {
    silence.end();
  }
}

// Breaks the connection when nothing has come for too long. Only the wait for the server counts: a
// consumer may take its time.
class Silence {
  readonly signal: AbortSignal;
  readonly #controller = new AbortController();
  readonly #connection: Connection;
  readonly #stop = () => this.#controller.abort(this.#connection.signal.reason);

  constructor(connection: Connection) {
    this.#connection = connection;
    this.signal = this.#controller.signal;
    if (connection.signal.aborted) this.#stop();
    connection.signal.addEventListener('abort', this.#stop, { once: true });
  }

  async bounds<Result>(waiting: Promise<Result>): Promise<Result> {
    const { quiet, background } = this.#connection;
    const timer = setTimeout(() => this.#controller.abort(new Error(`nothing came for ${quiet} ms`)), quiet);
    if (background) timer.unref();
    try {
      return await waiting;
    } finally {
      clearTimeout(timer);
    }
  }

  end(): void {
    this.#connection.signal.removeEventListener('abort', this.#stop);
    this.#controller.abort(new Error('the stream is not read any more'));
  }
}

function opened({ url, headers, background }: Connection, { signal }: Silence): Promise<IncomingMessage> {
  const send = url.startsWith('https:') ? requestHttps : requestHttp;
  return new Promise((resolve, reject) => {
    const request = send(url, {
      agent: false,
      signal,
      headers: { ...headers, accept: 'text/event-stream', 'cache-control': 'no-store' },
    });
    if (background) request.on('socket', (socket) => socket.unref());
    request.on('error', (error) => reject(signal.aborted ? signal.reason : error));
    request.on('response', (response) => { checked(response).then(resolve, reject); });
    request.end();
  });
}

async function checked(response: IncomingMessage): Promise<IncomingMessage> {
  const status = response.statusCode ?? 0;
  const header = (name: string) => [response.headers[name] ?? null].flat()[0] ?? null;
  if (status === 200) {
    if (header('content-type')?.startsWith('text/event-stream')) return response;
    response.destroy();
    throw unexpected('Freehold answered something that is not an event stream.');
  }
  let text = '';
  for await (const chunk of response) text += String(chunk);
  throw errorOf(status, header, text);
}
