import cluster from 'node:cluster';
import type { Consent } from '../../config/settings.ts';
import { AppError, messageOf } from '../../errors.ts';
import type { Admission } from '../../smtp/index.ts';
import type { Service } from '../service.ts';
import type { ServiceSettings } from '../settings.ts';
import type { ToPrimary, ToWorker, WorkerStart } from './messages.ts';
import { RemoteAdmission } from './remote-admission.ts';

/** What a worker process does of its own. */
export interface WorkerPart {
  readonly service: Service;
  /** Its metrics, as plain data; `isWhole`: with those of the process. */
  measure(isWhole: boolean): Promise<unknown>;
  onSettings(settings: ServiceSettings): void;
  /** The primary died: new sessions are over, running transactions may finish. */
  onOrphaned(): void;
}

function send(message: ToPrimary, sent: () => void = () => undefined): void {
  if (process.connected && process.send !== undefined) process.send(message, undefined, {}, sent);
  else sent();
}

/** Runs a worker process by the primary's word, to its end. */
export function runWorker(begin: (start: WorkerStart, admission: Admission) => Promise<WorkerPart>): void {
  // Ctrl-C in a terminal reaches every process of the group: what follows of it is the primary's to say.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => undefined);
  const admission = new RemoteAdmission(send);
  let part: WorkerPart | undefined;
  let isEnding = false;

  const start = async (message: WorkerStart): Promise<void> => {
    admission.setFull(message.isFull);
    try {
      part = await begin(message, admission);
      send({ kind: 'ready', addresses: part.service.addresses });
    } catch (error) {
      const known = error instanceof AppError ? error : new AppError('E_BUG', messageOf(error));
      const { code, message: text, hint } = known;
      send({ kind: 'failed', code, message: text, hint }, () => process.exit(known.exit));
    }
  };
  const reload = async (settings: ServiceSettings): Promise<void> => {
    try {
      await part?.service.reload(settings);
      part?.onSettings(settings);
      send({ kind: 'reloaded', why: undefined });
    } catch (error) {
      send({ kind: 'reloaded', why: messageOf(error) });
    }
  };
  const measure = async (isWhole: boolean): Promise<void> => {
    if (part !== undefined) send({ kind: 'measured', metrics: await part.measure(isWhole) });
  };
  const end = async (): Promise<void> => {
    if (isEnding) return;
    isEnding = true;
    await part?.service.drain();
    // The last counts: with them the sums of all are whole.
    send({ kind: 'measured', metrics: await part?.measure(true) }, () => process.exit(0));
  };

  // One after the other, and nothing before the start is through.
  let last: Promise<void> = Promise.resolve();
  let measuring: Promise<void> = Promise.resolve();
  const next = (step: () => Promise<void>): void => {
    last = last.then(step);
  };
  const setConsent = async (consent: Consent): Promise<void> => part?.service.setConsent(consent);
  process.on('message', (message: ToWorker) => {
    switch (message.kind) {
      case 'start':
        next(() => start(message));
        return;
      case 'reload':
        next(() => reload(message.settings));
        return;
      case 'consent':
        next(() => setConsent(message.consent));
        return;
      case 'drain':
        next(end);
        return;
      case 'measure':
        // Answers in the order of the questions.
        measuring = measuring.then(() => measure(message.isWhole));
        return;
      case 'entered':
        admission.answered(message.ask, message.refusal);
        return;
      case 'full':
        admission.setFull(message.isFull);
    }
  });
  cluster.worker?.on('disconnect', () => {
    // Node would end the process right now, in the middle of messages, if this did not say that the end is meant.
    if (cluster.worker !== undefined) cluster.worker.exitedAfterDisconnect = true;
    admission.close();
    part?.onOrphaned();
    next(end);
  });
}
