// The network between an SDK and Freehold, on a port of its own: it can be cut, closed and opened.
import { once } from 'node:events';
import { connect, createServer } from 'node:net';

export class Line {
  static async to(target) {
    const line = new Line(target);
    await line.open();
    return line;
  }

  constructor(target) {
    this.target = target;
    this.port = 0;
    this.sockets = new Set();
    this.joinedAt = [];  // when each connection since it was made came, in milliseconds
  }

  async open() {
    this.server = createServer((near) => this.#join(near)).listen(this.port, '127.0.0.1');
    await once(this.server, 'listening');
    this.port = this.server.address().port;
  }

  // Breaks what is connected; new connections are taken.
  cut() {
    for (const socket of this.sockets) socket.destroy();
  }

  // Breaks what is connected and refuses what is new.
  async close() {
    if (!this.server.listening) return;
    this.server.close();
    this.cut();
    await once(this.server, 'close');
  }

  #join(near) {
    this.joinedAt.push(performance.now());
    const far = connect(this.target, '127.0.0.1');
    for (const [socket, other] of [[near, far], [far, near]]) {
      this.sockets.add(socket);
      socket.on('error', () => {});
      socket.on('close', () => {
        this.sockets.delete(socket);
        other.destroy();
      });
    }
    near.pipe(far).pipe(near);
  }
}
