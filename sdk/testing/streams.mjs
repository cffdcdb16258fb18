// Server-sent events with a place to go on from. A cursor names the life of the server, so that one of
// another life is unknown.
import { randomInt, randomUUID } from 'node:crypto';

const heartbeatEvery = 200;

export class Streams {
  // Where the place is said: with each message, or with the heartbeat after it.
  constructor({ retry, placeWith }) {
    this.placeWith = placeWith;
    this.retry = retry;
    this.life = randomUUID().slice(0, 8);
    this.told = [];
    this.open = new Set();
    this.isMute = false;  // no heartbeats
    this.isSlow = false;  // ready, and nothing yet of what was missed
    this.now = () => Date.now();
    this.timer = setInterval(() => this.#beat(), heartbeatEvery).unref();
  }

  get cursor() { return this.cursorAt(this.told.length); }

  cursorAt(place) { return `${this.life}.${place}`; }

  // `subject`: of several messages on one subject only the last is sent again.
  tell(event, makeData, subject) {
    this.told.push({ event, makeData, subject });
    const message = this.#format(this.told.length);
    for (const { response, wants } of this.open) {
      if (!wants(makeData())) continue;
      response.write(message);
      this.#beatTo(response);
    }
  }

  // Says to all what no protocol knows.
  shout(text) {
    for (const { response } of this.open) response.write(text);
  }

  // Of a life that nobody remembers: what is connected is cut, and cursors are unknown.
  forget() {
    this.life = randomUUID().slice(0, 8);
    this.told = [];
    for (const { response } of this.open) response.destroy();
  }

  connect(response, last, wants = () => true) {
    response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
    response.write(`retry: ${randomInt(...this.retry)}\n\n`);
    const connection = { response, wants };
    this.open.add(connection);
    response.on('close', () => this.open.delete(connection));
    const from = this.placeOf(last);
    if (last !== undefined && from === undefined) response.write('event: reset\ndata: {}\n\n');
    response.write(`event: ready\ndata: ${JSON.stringify({ cursor: this.cursor })}\n\n`);
    if (from === undefined || this.isSlow) return;
    for (const place of this.#missed(from, wants)) response.write(this.#format(place));
    this.#beatTo(response);
  }

  // Undefined for a cursor of another life, or of none.
  placeOf(cursor) {
    const [life, place] = (cursor ?? '').split('.');
    return life === this.life && Number(place) <= this.told.length ? Number(place) : undefined;
  }

  end() {
    clearInterval(this.timer);
    for (const { response } of this.open) response.destroy();
  }

  #missed(from, wants) {
    const last = new Map();
    for (let place = from + 1; place <= this.told.length; ++place) {
      const { subject, makeData } = this.told[place - 1];
      if (wants(makeData())) last.set(subject ?? place, place);
    }
    return [...last.values()].sort((a, b) => a - b);
  }

  #format(place) {
    const { event, makeData } = this.told[place - 1];
    const id = this.placeWith === 'message' ? `id: ${this.cursorAt(place)}\n` : '';
    return `${id}event: ${event}\ndata: ${JSON.stringify(makeData())}\n\n`;
  }

  #beat() {
    for (const { response } of this.open) this.#beatTo(response);
  }

  #beatTo(response) {
    if (this.isMute) return;
    if (this.placeWith === 'message') return response.write(': quiet\n\n');
    const at = new Date(this.now()).toISOString();
    const id = this.isSlow ? '' : `id: ${this.cursor}\n`;
    response.write(`${id}event: heartbeat\ndata: ${JSON.stringify({ at })}\n\n`);
  }
}
