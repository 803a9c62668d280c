// The line to the service: one web socket that comes back by itself; what was moved meanwhile is sent then, and made once.

const WAITS = [250, 500, 1000, 2000, 4000];

export class Line {
  constructor(seat, hear) {
    this.seat = seat;
    this.hear = hear;
    this.heard = 0;
    this.tries = 0;
    this.waiting = new Map();
    this.prefix = Math.random().toString(36).slice(2, 8);
    this.count = 0;
    this.connect();
  }

  connect() {
    const address = new URL(`../v1/sessions/${this.seat.session}/line`, location.href);
    address.protocol = address.protocol.replace("http", "ws");
    address.hash = "";
    const socket = new WebSocket(address);
    this.socket = socket;
    socket.onopen = () => socket.send(JSON.stringify({ token: this.seat.token, since: this.heard }));
    socket.onmessage = (event) => this.receive(JSON.parse(event.data));
    socket.onclose = (event) => this.closed(event.code);
  }

  receive(message) {
    if (message.kind === "welcome") {
      this.tries = 0;
      this.open = true;
      this.heard = message.moves;
      for (const entry of message.log) this.waiting.delete(entry.id);
      for (const text of this.waiting.values()) this.socket.send(text);
    } else if (message.kind === "moved") {
      this.heard = message.entry.number;
      this.waiting.delete(message.entry.id);
    } else if (message.kind === "refused") {
      this.waiting.delete(message.id);
    }
    this.hear(message);
  }

  closed(code) {
    this.open = false;
    if (code === 4401 || code === 4404 || code === 4403) {
      this.hear({ kind: "ended" });
      return;
    }
    this.hear({ kind: "lost" });
    const wait = WAITS[Math.min(this.tries++, WAITS.length - 1)];
    setTimeout(() => this.connect(), wait);
  }

  // Returns the id of the move.
  move(move) {
    const id = `${this.prefix}-${++this.count}`;
    const text = JSON.stringify({ move, id });
    // of places of one slider that wait, only the last counts
    for (const [other, waits] of this.waiting) {
      const earlier = JSON.parse(waits).move;
      if (!this.open && earlier.do === "set" && move.do === "set" && earlier.path === move.path) this.waiting.delete(other);
    }
    this.waiting.set(id, text);
    if (this.open) this.socket.send(text);
    return id;
  }

  focus(good) {
    if (this.open) this.socket.send(JSON.stringify({ focus: good }));
  }
}
