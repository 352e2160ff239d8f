import type { Admission, Refusal } from '../../smtp/index.ts';
import type { ToPrimary } from './messages.ts';

/**
 * A worker's door: the primary is asked about each stranger, so that a client's limit holds over all processes. Trusted peers count among all
 * connections only; they wait for no answer, and hear of a full house within the time of a message between processes.
 */
export class RemoteAdmission implements Admission {
  readonly #send: (message: ToPrimary) => void;
  readonly #asked = new Map<number, (refusal: Refusal | undefined) => void>();
  #asks = 0;
  #isFull = false;

  constructor(send: (message: ToPrimary) => void) {
    this.#send = send;
  }

  enter(client: string | undefined): Refusal | undefined | Promise<Refusal | undefined> {
    if (this.#isFull) return 'connections';
    if (client === undefined) {
      this.#send({ kind: 'enter', client, ask: undefined });
      return undefined;
    }
    this.#asks += 1;
    const ask = this.#asks;
    return new Promise((resolve) => {
      this.#asked.set(ask, resolve);
      this.#send({ kind: 'enter', client, ask });
    });
  }

  leave(client: string | undefined): void {
    this.#send({ kind: 'leave', client });
  }

  resize(): void {
    // The primary has the limits.
  }

  answered(ask: number, refusal: Refusal | undefined): void {
    this.#asked.get(ask)?.(refusal);
    this.#asked.delete(ask);
  }

  setFull(isFull: boolean): void {
    this.#isFull = isFull;
  }

  /** Nobody answers any more: nobody comes in. */
  close(): void {
    this.#isFull = true;
    for (const ask of this.#asked.keys()) this.answered(ask, 'connections');
  }
}
