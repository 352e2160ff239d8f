import { ConnectionLimits } from '../../smtp/index.ts';
import type { AdmissionLimits, Refusal } from '../../smtp/index.ts';

/** The connections of all worker processes, as the primary counts them: what a worker had goes with it. */
export class CentralLimits {
  readonly #limits: ConnectionLimits;
  readonly #byWorker = new Map<number, Map<string | undefined, number>>();

  constructor(limits: AdmissionLimits) {
    this.#limits = new ConnectionLimits(limits);
  }

  get isFull(): boolean {
    return this.#limits.isFull;
  }

  resize(limits: AdmissionLimits): void {
    this.#limits.resize(limits);
  }

  /** `isIn`: it was let in already, and counts whatever the limits say. */
  enter(worker: number, client: string | undefined, isIn: boolean): Refusal | undefined {
    const refusal = this.#limits.enter(client, isIn);
    if (refusal !== undefined) return refusal;
    const own = this.#byWorker.get(worker) ?? new Map<string | undefined, number>();
    this.#byWorker.set(worker, own.set(client, (own.get(client) ?? 0) + 1));
    return undefined;
  }

  leave(worker: number, client: string | undefined): void {
    const own = this.#byWorker.get(worker);
    const count = own?.get(client) ?? 0;
    if (own === undefined || count === 0) return;
    if (count === 1) own.delete(client);
    else own.set(client, count - 1);
    this.#limits.leave(client);
  }

  drop(worker: number): void {
    for (const [client, count] of this.#byWorker.get(worker) ?? []) {
      for (let left = count; left > 0; left -= 1) this.#limits.leave(client);
    }
    this.#byWorker.delete(worker);
  }
}
