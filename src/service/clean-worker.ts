import { parentPort, workerData } from 'node:worker_threads';
import { free } from '../free.ts';
import { createCleaner } from './cleaner.ts';
import { withoutTexts } from './jobs.ts';
import type { FromWorker, Job, WorkerStart } from './jobs.ts';
import { loadRules } from './rule-packs.ts';

// The thread in which messages are cleaned: it can be ended where one takes too long or too much memory.
const { settings } = workerData as WorkerStart;
const { set } = await loadRules(settings.rules);
const cleaner = createCleaner(settings, set);
const port = parentPort;

function send(message: FromWorker, transfer: readonly ArrayBuffer[] = []): void {
  port?.postMessage(message, [...transfer]);
}

/** The octets in memory of their own that can be moved to the other thread; copied only where they share it with others. */
function movable(octets: Buffer): Uint8Array<ArrayBuffer> {
  const { buffer, byteOffset, byteLength } = octets;
  const isOwn = buffer instanceof ArrayBuffer && byteOffset === 0 && byteLength === buffer.byteLength;
  return isOwn ? new Uint8Array(buffer) : new Uint8Array(octets);
}

port?.on('message', ({ octets, context, consent }: Job) => {
  const began = performance.now();
  const input = Buffer.from(octets.buffer, octets.byteOffset, octets.byteLength);
  const prepend = context.prepend;
  const cleaned = cleaner.clean(
    input,
    prepend === undefined ? context : { ...context, prepend: Buffer.from(prepend) },
    undefined,
    consent,
  );
  const output = movable(cleaned.octets);
  if (output.buffer !== input.buffer) free(input);
  const answer = {
    octets: output,
    report: withoutTexts(cleaned.report),
    choices: cleaned.choices.map(({ policy }) => policy),
    ms: performance.now() - began,
  };
  send({ kind: 'answer', answer }, [output.buffer]);
});
send({ kind: 'ready', rules: set.version });
