// The format of server-sent events: bytes in, messages out.
import { unexpected } from './errors.js';

export interface Message {
  /** The name of the event; `message` when it has none. */
  event: string;
  data: string;
  /** Only when this message says so. */
  id?: string;
}

// A message is a few kilobytes; what never ends must not fill the memory.
const longestMessage = 4 * 1024 * 1024;

export class EventStreamReader {
  /** Milliseconds to wait before connecting again, when the server has said so. */
  retry: number | undefined;
  readonly #decoder = new TextDecoder();
  #rest = '';
  #event = '';
  #data: string[] = [];
  #id: string | undefined;
  #size = 0;

  /** The messages that these bytes complete. */
  read(bytes: Uint8Array): Message[] {
    const lines = (this.#rest + this.#decoder.decode(bytes, { stream: true })).split('\n');
    this.#rest = lines.pop() ?? '';
    if (this.#size + this.#rest.length > longestMessage) throw unexpected('A message of the stream has no end.');
    return lines.flatMap((line) => this.#take(line.endsWith('\r') ? line.slice(0, -1) : line));
  }

  #take(line: string): Message[] {
    if (line === '') return this.#complete();
    this.#size += line.length;
    const colon = line.indexOf(':');
    const field = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? '' : line.slice(line[colon + 1] === ' ' ? colon + 2 : colon + 1);
    if (field === 'data') this.#data.push(value);
    else if (field === 'event') this.#event = value;
    else if (field === 'id' && !value.includes('\0')) this.#id = value;
    else if (field === 'retry' && /^\d{1,6}$/.test(value)) this.retry = Number(value);
    return [];
  }

  #complete(): Message[] {
    const message: Message = { event: this.#event || 'message', data: this.#data.join('\n') };
    if (this.#id !== undefined) message.id = this.#id;
    const isEmpty = this.#data.length === 0;
    this.#event = '';
    this.#data = [];
    this.#id = undefined;
    this.#size = 0;
    return isEmpty ? [] : [message];
  }
}
