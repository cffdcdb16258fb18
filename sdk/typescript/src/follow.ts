// A stream of server-sent events that does not end: it connects again by itself and goes on after the
// last message that was received.
import { connect } from './connection.js';
import { FreeholdError, Unavailable, unexpected } from './errors.js';
import { type Message } from './event_stream.js';
import { type Api } from './http.js';
import { fullJitter, pause } from './pause.js';

export interface Stream {
  api: Api;
  path: string;
  signal: AbortSignal;
  /** Milliseconds without a byte after which the connection counts as broken. */
  quiet: number;
  /** Does not keep the process alive, and never gives up. */
  background: boolean;
  /** Whether a new connection, once `ready`, has nothing of the past to tell: its cursor is a place to go on from. */
  readyIsPlace: boolean;
  /** Told of each break; the stream goes on. */
  onBreak: (error: FreeholdError) => void;
}

export interface StreamMessage extends Message {
  /** Whether this connection goes on where another one stopped. */
  resumed: boolean;
}

const firstWait = 1000;
const longestWait = 15_000;

/**
 * Messages until the signal is aborted; then it returns. Throws, unless in the background, what another
 * attempt cannot mend: a refused key, a cursor that is too old.
 *
 * The place to go on from is the id of the last message. On a connection that goes on where another one
 * stopped, `ready` comes before the messages that were missed, so its cursor is not one. `reset` makes
 * the connection a new one.
 */
export async function* follow(stream: Stream): AsyncGenerator<StreamMessage> {
  let cursor: string | undefined;
  let retry = firstWait;
  let attempt = 0;
  const onRetry = (wished: number) => { retry = wished; };
  while (!stream.signal.aborted) {
    let failure: FreeholdError | undefined;
    let resumed = cursor !== undefined;
    try {
      for await (const message of connect({ ...stream, ...addressOf(stream, cursor), onRetry })) {
        attempt = 0;
        if (message.event === 'reset') {
          cursor = undefined;
          resumed = false;
        }
        cursor = placeAfter(message, stream.readyIsPlace && !resumed) ?? cursor;
        yield { ...message, resumed };
      }
    } catch (error) {
      if (stream.signal.aborted) return;
      failure = survived(error, stream);
      stream.onBreak(failure);
    }
    await rest(fullJitter(attempt, retry, longestWait) + (failure?.retryAfter ?? 0) * 1000, stream);
    attempt += 1;
  }
}

function addressOf({ api, path }: Stream, cursor: string | undefined) {
  const headers = api.headers();
  if (cursor !== undefined) headers['last-event-id'] = cursor;
  return { url: api.url + path, headers };
}

function placeAfter(message: Message, readyIsPlace: boolean): string | undefined {
  if (message.event !== 'ready') return message.id;
  return readyIsPlace ? message.id ?? dataOf<{ cursor?: string }>(message).cursor : undefined;
}

/** The JSON that a message carries. */
export function dataOf<Data>({ event, data }: Message): Data {
  try {
    return JSON.parse(data) as Data;
  } catch {
    throw unexpected(`The stream sent a message ${event} that is not JSON.`);
  }
}

function survived(error: unknown, { background }: Stream): FreeholdError {
  if (error instanceof FreeholdError && (background || error instanceof Unavailable)) return error;
  throw error;
}

async function rest(milliseconds: number, { signal, background }: Stream): Promise<void> {
  await pause(milliseconds, { signal, background }).catch(() => {});
}
