import type { Worker } from 'node:cluster';
import type { ToPrimary, ToWorker } from './messages.ts';

type Answer = Extract<ToPrimary, { readonly kind: 'reloaded' | 'measured' }>;

interface Asked {
  readonly kind: Answer['kind'];
  readonly resolve: (answer: Answer | undefined) => void;
}

/** A worker process as the primary sees it. */
export class Child {
  readonly place: number;
  readonly worker: Worker;
  /** When it was ready; undefined: not yet. */
  readySince: number | undefined;
  /** Why it could not start, in its own words. */
  failure: Extract<ToPrimary, { readonly kind: 'failed' }> | undefined;
  /** How often it was asked since it last said anything. */
  silence = 0;
  #asked: Asked[] = [];

  constructor(place: number, worker: Worker) {
    this.place = place;
    this.worker = worker;
  }

  get id(): number {
    return this.worker.id;
  }

  get pid(): number | undefined {
    return this.worker.process.pid;
  }

  send(message: ToWorker): void {
    // It may have died this moment; its exit says so.
    if (this.worker.isConnected()) this.worker.send(message, () => undefined);
  }

  /** Its answer; undefined where it dies before, or `withinMs` passes. */
  ask(message: ToWorker, kind: Answer['kind'], withinMs: number): Promise<Answer | undefined> {
    return new Promise((resolve) => {
      const settle = (answer: Answer | undefined): void => {
        clearTimeout(timer);
        this.#asked = this.#asked.filter((each) => each !== asked);
        resolve(answer);
      };
      const asked: Asked = { kind, resolve: settle };
      const timer = setTimeout(() => settle(undefined), withinMs);
      this.#asked.push(asked);
      this.send(message);
    });
  }

  answered(answer: Answer): void {
    this.#asked.find(({ kind }) => kind === answer.kind)?.resolve(answer);
  }

  gone(): void {
    for (const { resolve } of this.#asked) resolve(undefined);
  }

  kill(): void {
    this.worker.process.kill('SIGKILL');
  }
}
