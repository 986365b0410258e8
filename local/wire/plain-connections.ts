import type { Server } from 'node:http';
import type { Socket } from 'node:net';
import { Places } from '../host/places.ts';
import { type AnswerPlain, PlainConnection } from './plain-connection.ts';

/** As many large bodies may come in at once before one needs a new place. */
const PLACES = 4;
/** How often connections are looked after. */
const SWEEP_INTERVAL = 5000;

/** The connections on which only plain requests have come so far. */
export class PlainConnections {
  /** Without it every connection is Node's server's. */
  answer: AnswerPlain | undefined;
  readonly #keepAlive: number;
  readonly #places = new Places(PLACES);
  readonly #connections = new Set<PlainConnection>();
  #sweeping: NodeJS.Timeout | undefined;
  #isLast = false;

  /** Connections that are quiet for `keepAlive` milliseconds are ended. */
  constructor(keepAlive: number) {
    this.#keepAlive = keepAlive;
  }

  /** Takes the connections to a server; the server gets those that are not for this side. */
  goBefore(server: Server): void {
    const listeners = server.listeners('connection') as ((socket: Socket) => void)[];
    server.removeAllListeners('connection').on('connection', (socket: Socket) => {
      const leave = () => {
        for (const listener of listeners) listener.call(server, socket);
      };
      if (this.answer && !this.#isLast) this.#take(socket, this.answer, leave);
      else leave();
    });
  }

  /** Ends each connection after the answer that is under way. */
  finish(): void {
    this.#isLast = true;
    clearInterval(this.#sweeping);
    for (const connection of this.#connections) connection.finish();
  }

  destroy(): void {
    for (const connection of this.#connections) connection.destroy();
  }

  #take(socket: Socket, answer: AnswerPlain, leave: () => void): void {
    const forget = () => this.#connections.delete(connection);
    const connection = new PlainConnection({
      socket,
      answer,
      leave: () => {
        socket.off('close', forget);
        forget();
        leave();
      },
      keepAliveSeconds: this.#keepAlive / 1000,
      places: this.#places,
    });
    socket.on('close', forget);
    this.#connections.add(connection);
    this.#sweeping ??= setInterval(() => this.#sweep(), SWEEP_INTERVAL).unref();
  }

  #sweep(): void {
    const quietLimit = this.#keepAlive / SWEEP_INTERVAL;
    for (const connection of this.#connections) connection.sweep(quietLimit);
  }
}
