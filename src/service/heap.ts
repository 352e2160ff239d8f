import { setFlagsFromString } from 'node:v8';

/**
 * Node options of a process that relays, to be given at its start: with 64 MiB of new objects, as V8 would have it, the octets that
 * belong to them wait so long that V8 marks the whole heap to be rid of them. They are in front of what the administrator says.
 */
export const relayOptions: readonly string[] = ['--max-semi-space-size=4'];

/** Sets V8's heap for messages, which come and go; to be called before a thread starts. */
export function tuneHeap(): void {
  // For threads the pool says it, and the option above, which is the whole process's, would overrule that.
  setFlagsFromString('--max-semi-space-size=0');
  // V8 takes for lasting what of a message lived at two collections, and makes its like where only a full collection finds them.
  setFlagsFromString('--no-allocation-site-pretenuring');
}
