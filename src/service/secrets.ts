import { randomBytes } from 'node:crypto';

/** What all processes of one run share and nobody else knows. */
export interface Secrets {
  /** By which a message that comes back is known, whichever listener or process it comes to. */
  readonly loop: string;
  /** Where the configuration names no key: the hashes of one run belong together, and say nothing to anybody. */
  readonly messageId: string;
}

export function randomSecrets(): Secrets {
  return { loop: randomBytes(16).toString('hex'), messageId: randomBytes(32).toString('hex') };
}
