import { parentPort, workerData } from 'node:worker_threads';
import { cachedLookup, systemLookup } from './resolver.ts';
import { arcSet } from './seal.ts';
import type { ArcOptions, AuthCaps, AuthFacts, AuthResult } from './types.ts';
import { verifyMessage } from './verify.ts';

export interface AuthStart {
  readonly id: string;
  readonly caps: AuthCaps;
  /** DNS server to ask; '' is the system's. */
  readonly server: string;
  readonly arc: ArcOptions | undefined;
}

export type AuthJob =
  | { readonly kind: 'verify'; readonly job: number; readonly octets: Uint8Array; readonly facts: AuthFacts }
  | { readonly kind: 'seal'; readonly job: number; readonly octets: Uint8Array; readonly result: AuthResult };

export type AuthAnswer =
  | { readonly kind: 'verified'; readonly job: number; readonly result: AuthResult }
  | { readonly kind: 'sealed'; readonly job: number; readonly set: Uint8Array | undefined };

// A thread of its own: signatures and hostile headers cost CPU time, and some of a verifier's code writes to standard output.
const start = workerData as AuthStart;
const lookup = cachedLookup(systemLookup(start.server, start.caps.dnsTimeoutMs), () => performance.now());

async function answer(job: AuthJob): Promise<AuthAnswer> {
  const octets = Buffer.from(job.octets.buffer, job.octets.byteOffset, job.octets.byteLength);
  if (job.kind === 'verify') {
    const result = await verifyMessage(octets, job.facts, start.id, lookup, start.caps);
    return { kind: 'verified', job: job.job, result };
  }
  const set = start.arc === undefined ? undefined : await arcSet(octets, job.result, start.arc);
  return { kind: 'sealed', job: job.job, set };
}

parentPort?.on('message', (job: AuthJob) => {
  answer(job).then(
    (done) => parentPort?.postMessage(done),
    () => parentPort?.postMessage({ kind: 'sealed', job: job.job, set: undefined } satisfies AuthAnswer),
  );
});
