import { Worker } from 'node:worker_threads';
import { cachingEnvironment } from '../compile-cache.ts';
import type { CleanSettings } from '../config/index.ts';
import { messageOf } from '../errors.ts';
import type { Answer, FromWorker, Job, WorkerStart } from './jobs.ts';

export type Ran =
  | { readonly kind: 'done'; readonly answer: Answer }
  /** It took longer than it may; its thread was ended. */
  | { readonly kind: 'timeout' }
  /** Its thread died: out of memory, or a fault that nothing caught. */
  | { readonly kind: 'crashed'; readonly cause: unknown }
  /** No thread was free for too long. */
  | { readonly kind: 'busy' };

interface Task {
  readonly job: Job;
  readonly limitMs: number;
  readonly settle: (ran: Ran) => void;
  readonly patience: NodeJS.Timeout;
}

interface Thread {
  readonly worker: Worker;
  /** Its slot for messages; nobody but the thread looks at it while a task runs. */
  readonly slot: Buffer;
  task: Task | undefined;
  /** When the task began. */
  since: number;
  /** Of the task's limit; of the idle time where there is no task. */
  timer: NodeJS.Timeout | undefined;
  isReady: boolean;
}

export interface PoolTuning {
  /** How long a message may keep the only thread from others before they get a second one. */
  readonly longMs?: number | undefined;
  /** How long a second thread without work stays. */
  readonly idleMs?: number | undefined;
}

/** Heap of one thread; a message needs little beside its own octets, which do not count here. */
const heapMiB = 1_024;
/** Of it, for what dies young. By itself it grows to three times as much, which stays after the first rush and cleans no faster. */
const youngMiB = 24;
/** A thread that dies before it was ready is started again no sooner than this, so that a broken start does not spin. */
const restartMs = 1_000;
/** One that works, and one beside it while that is held up by a long message. */
const maxThreads = 2;

/**
 * Octets of messages that are kept in memory have room in a thread's slot: written there they need no new memory in the thread, for which it
 * would collect its whole heap now and then, in the middle of a message. Pages that no message reached take no memory.
 */
const slotBytes = 1_048_576;

function inSlot(slot: Buffer, job: Job): Job {
  const { message } = job;
  if (!(message instanceof Uint8Array) || message.length > slot.length) return job;
  slot.set(message);
  return { ...job, message: { slotBytes: message.length } };
}

function workerFile(): URL {
  return new URL(
    import.meta.filename.endsWith('.ts') ? './clean-worker.ts' : './clean-worker.js',
    import.meta.url,
  );
}

/**
 * A thread that cleans one message at a time, and a second one while a long message holds the first. One that takes too long is ended and
 * replaced; nothing else waits for it.
 */
export class WorkerPool {
  /** Known once the first thread can clean (undefined) or died of its start. Never rejects. */
  readonly startTrouble: Promise<string | undefined>;
  readonly #settings: CleanSettings;
  readonly #longMs: number;
  readonly #idleMs: number;
  readonly #onNoThread: (cause: string) => void;
  readonly #threads = new Set<Thread>();
  readonly #waiting: Task[] = [];
  #look: NodeJS.Timeout | undefined;
  #isRetired = false;
  #began: (trouble?: string) => void = () => undefined;

  /** `onNoThread` hears why a thread died of its start. */
  constructor(
    settings: CleanSettings,
    { longMs = 200, idleMs = 60_000 }: PoolTuning = {},
    onNoThread: (cause: string) => void = () => undefined,
  ) {
    this.#settings = settings;
    this.#onNoThread = onNoThread;
    this.#longMs = longMs;
    this.#idleMs = idleMs;
    this.startTrouble = new Promise((resolve) => (this.#began = resolve));
    this.#start();
  }

  /** Threads there are now. */
  get size(): number {
    return this.#threads.size;
  }

  /** Runs a job for at most `limitMs` once a thread takes it, after waiting at most `patienceMs` for one. */
  run(job: Job, limitMs: number, patienceMs: number): Promise<Ran> {
    return new Promise((settle) => {
      const patience = setTimeout(() => {
        const at = this.#waiting.indexOf(task);
        if (at >= 0) this.#waiting.splice(at, 1);
        settle({ kind: 'busy' });
      }, patienceMs);
      const task: Task = { job, limitMs, settle, patience };
      this.#waiting.push(task);
      this.#assign();
      this.#lookSoon();
    });
  }

  /**
   * Another pool takes the new work: threads end as soon as they are idle. A job that comes all the same (of a message that began before a
   * reload) gets a thread of its own.
   */
  async retire(): Promise<void> {
    this.#isRetired = true;
    if (this.#waiting.length > 0) return;
    const idle = [...this.#threads].filter((thread) => thread.task === undefined);
    await Promise.all(idle.map((thread) => this.#end(thread)));
  }

  #start(): void {
    const slot = new SharedArrayBuffer(slotBytes);
    let worker: Worker;
    try {
      worker = new Worker(workerFile(), {
        workerData: { settings: this.#settings, slot } satisfies WorkerStart,
        env: cachingEnvironment(),
        resourceLimits: { maxOldGenerationSizeMb: heapMiB, maxYoungGenerationSizeMb: youngMiB },
      });
    } catch (error) {
      // The system allows no other thread now.
      this.#notStarted(error);
      return;
    }
    const thread: Thread = {
      worker,
      slot: Buffer.from(slot),
      task: undefined,
      since: 0,
      timer: undefined,
      isReady: false,
    };
    this.#threads.add(thread);
    worker.on('message', (message: FromWorker) => {
      if (message.kind === 'ready') {
        thread.isReady = true;
        this.#began();
        this.#next(thread);
      } else this.#done(thread, { kind: 'done', answer: message.answer });
    });
    worker.on('error', (cause) => this.#lost(thread, { kind: 'crashed', cause }));
    worker.on('exit', () => this.#lost(thread, { kind: 'crashed', cause: undefined }));
  }

  #replace(): void {
    if (this.#threads.size > 0) this.#lookSoon();
    else if (!this.#isRetired || this.#waiting.length > 0) this.#start();
  }

  /** A second thread does not help where there is simply much to do; it does where one long message holds up all others. */
  #lookSoon(): void {
    if (this.#look !== undefined || this.#waiting.length === 0 || this.#threads.size >= maxThreads) return;
    this.#look = setTimeout(() => {
      this.#look = undefined;
      const longSince = performance.now() - this.#longMs;
      // Without any thread one is about to be started again, and not sooner for those who wait.
      const isHeldUp =
        this.#threads.size > 0 &&
        [...this.#threads].every(({ task, since }) => task !== undefined && since <= longSince);
      if (this.#waiting.length > 0 && isHeldUp && this.#threads.size < maxThreads) this.#start();
      else this.#lookSoon();
    }, this.#longMs).unref();
  }

  #assign(): void {
    if (this.#isRetired && this.#threads.size === 0 && this.#waiting.length > 0) this.#start();
    for (const thread of this.#threads) {
      if (this.#waiting.length === 0) return;
      if (!thread.isReady || thread.task !== undefined) continue;
      const task = this.#waiting.shift();
      if (task === undefined) return;
      clearTimeout(task.patience);
      clearTimeout(thread.timer);
      thread.task = task;
      thread.since = performance.now();
      thread.timer = setTimeout(() => this.#lost(thread, { kind: 'timeout' }), task.limitMs);
      thread.worker.postMessage(inSlot(thread.slot, task.job));
    }
  }

  #release(thread: Thread, ran: Ran): void {
    clearTimeout(thread.timer);
    const { task } = thread;
    thread.task = undefined;
    task?.settle(ran);
  }

  #done(thread: Thread, ran: Ran): void {
    this.#release(thread, ran);
    this.#next(thread);
  }

  /** What a thread does that has nothing to do. */
  #next(thread: Thread): void {
    if (this.#isRetired && this.#waiting.length === 0) {
      void this.#end(thread);
      return;
    }
    this.#assign();
    if (thread.task !== undefined || this.#threads.size === 1) return;
    thread.timer = setTimeout(() => {
      if (this.#threads.size > 1) void this.#end(thread);
    }, this.#idleMs).unref();
  }

  /** A thread is given up, whatever the reason; another takes its place. */
  #lost(thread: Thread, ran: Ran): void {
    if (!this.#threads.delete(thread)) return;
    this.#release(thread, ran);
    void thread.worker.terminate();
    if (thread.isReady) this.#replace();
    else this.#notStarted(ran.kind === 'crashed' ? ran.cause : undefined);
  }

  #notStarted(cause: unknown): void {
    const why = cause === undefined ? 'it ended by itself' : messageOf(cause);
    this.#began(why);
    this.#onNoThread(why);
    setTimeout(() => this.#replace(), restartMs).unref();
  }

  async #end(thread: Thread): Promise<void> {
    clearTimeout(thread.timer);
    this.#threads.delete(thread);
    this.#began();
    await thread.worker.terminate();
  }
}
