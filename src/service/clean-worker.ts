import { readSync } from 'node:fs';
import { parentPort, workerData } from 'node:worker_threads';
import { free } from '../free.ts';
import { createCleaner } from './cleaner.ts';
import { counted } from './jobs.ts';
import type { FromWorker, Job, JobMessage, WorkerStart } from './jobs.ts';
import { packEdits } from './packed-edits.ts';
import { loadRules } from './rule-packs.ts';

// The thread in which messages are cleaned: it can be ended where one takes too long or too much memory.
const { settings, slot } = workerData as WorkerStart;
const { set } = await loadRules(settings.rules);
const cleaner = createCleaner(settings, set);
const port = parentPort;

function send(message: FromWorker, transfer: readonly ArrayBuffer[] = []): void {
  port?.postMessage(message, [...transfer]);
}

/** Reads at a place of its own: should the file have been closed in the meantime, a socket in its stead loses nothing. */
function octetsOf(message: JobMessage): Buffer {
  if (message instanceof Uint8Array) {
    return Buffer.from(message.buffer, message.byteOffset, message.byteLength);
  }
  if ('slotBytes' in message) return Buffer.from(slot, 0, message.slotBytes);
  const { descriptor, bytes } = message;
  const octets = Buffer.allocUnsafeSlow(bytes);
  for (let at = 0; at < bytes;) {
    const read = readSync(descriptor, octets, at, bytes - at, at);
    if (read === 0) throw new Error('the spool file is shorter than it was');
    at += read;
  }
  return octets;
}

port?.on('message', ({ message, context, consent }: Job) => {
  const began = performance.now();
  const octets = octetsOf(message);
  const { prepend } = context;
  const { edits, report, choices } = cleaner.edit(
    octets,
    prepend === undefined ? context : { ...context, prepend: Buffer.from(prepend) },
    undefined,
    consent,
  );
  const packed = packEdits(edits);
  free(octets);
  const answer = {
    edits: packed,
    report: counted(report),
    choices: choices.map(({ policy }) => policy),
    ms: performance.now() - began,
  };
  send({ kind: 'answer', answer }, [packed.places.buffer, packed.text.buffer]);
});
send({ kind: 'ready', rules: set.version });
