import type { LimitName } from './events.ts';

/** The cap that keeps a connection out. */
export type Refusal = Extract<LimitName, 'connections' | 'connections_per_client' | 'descriptors'>;

export interface AdmissionLimits {
  readonly connections: number;
  readonly connectionsPerClient: number;
}

/** Who may come in. Shared by all listeners, and through the primary by all processes. */
export interface Admission {
  /**
   * Counts a connection until `leave`, unless a cap keeps it out, which then is the answer. `client` is undefined for one that counts only
   * among all. Never rejects.
   */
  enter(client: string | undefined): Refusal | undefined | Promise<Refusal | undefined>;
  leave(client: string | undefined): void;
  /** Other limits from now on; whoever is in stays. */
  resize(limits: AdmissionLimits): void;
}

/** Connections in all, and by client. */
export class ConnectionLimits implements Admission {
  readonly #perClient = new Map<string, number>();
  #limits: AdmissionLimits;
  #count = 0;

  constructor(limits: AdmissionLimits) {
    this.#limits = limits;
  }

  get isFull(): boolean {
    return this.#count >= this.#limits.connections;
  }

  resize(limits: AdmissionLimits): void {
    this.#limits = limits;
  }

  /** `isIn`: it was let in already, and counts whatever the limits say. */
  enter(client: string | undefined, isIn = false): Refusal | undefined {
    if (this.isFull && !isIn) return 'connections';
    if (client !== undefined) {
      const count = this.#perClient.get(client) ?? 0;
      if (count >= this.#limits.connectionsPerClient && !isIn) return 'connections_per_client';
      this.#perClient.set(client, count + 1);
    }
    this.#count += 1;
    return undefined;
  }

  leave(client: string | undefined): void {
    this.#count -= 1;
    if (client === undefined) return;
    const count = this.#perClient.get(client) ?? 0;
    if (count <= 1) this.#perClient.delete(client);
    else this.#perClient.set(client, count - 1);
  }
}
