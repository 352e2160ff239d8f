import { Worker } from 'node:worker_threads';
import type { CleanSettings } from '../config/index.ts';
import type { Answer, FromWorker, Job } from './jobs.ts';

export type Ran =
  | { readonly kind: 'done'; readonly answer: Answer }
  /** It took longer than it may; its thread was ended. */
  | { readonly kind: 'timeout' }
  /** Its thread died: out of memory, or a fault that nothing caught. */
  | { readonly kind: 'crashed'; readonly cause: unknown }
  /** No thread was free for too long, or the pool is closed. */
  | { readonly kind: 'busy' };

interface Task {
  readonly job: Job;
  readonly limitMs: number;
  readonly settle: (ran: Ran) => void;
  readonly patience: NodeJS.Timeout;
}

interface Thread {
  readonly worker: Worker;
  task: Task | undefined;
  timer: NodeJS.Timeout | undefined;
  isReady: boolean;
}

/** Heap of one thread; a message needs little beside its own octets, which do not count here. */
const heapMiB = 1_024;
/** A thread that dies before it was ready is started again no sooner than this, so that a broken start does not spin. */
const restartMs = 1_000;

function workerFile(): URL {
  return new URL(
    import.meta.filename.endsWith('.ts') ? './clean-worker.ts' : './clean-worker.js',
    import.meta.url,
  );
}

/** Threads that clean one message at a time each. A thread that takes too long is ended and replaced; nothing else waits for it. */
export class WorkerPool {
  readonly #settings: CleanSettings;
  readonly #threads = new Set<Thread>();
  readonly #waiting: Task[] = [];
  #isClosed = false;

  constructor(settings: CleanSettings, size: number) {
    this.#settings = settings;
    for (let at = 0; at < size; at += 1) this.#start();
  }

  /** Runs a job for at most `limitMs` once a thread takes it, after waiting at most `patienceMs` for one. */
  run(job: Job, limitMs: number, patienceMs: number): Promise<Ran> {
    if (this.#isClosed) return Promise.resolve({ kind: 'busy' });
    return new Promise((settle) => {
      const patience = setTimeout(() => {
        const at = this.#waiting.indexOf(task);
        if (at >= 0) this.#waiting.splice(at, 1);
        settle({ kind: 'busy' });
      }, patienceMs);
      const task: Task = { job, limitMs, settle, patience };
      this.#waiting.push(task);
      this.#assign();
    });
  }

  /** Ends all threads once the jobs that it has are done; it takes no more. */
  async close(): Promise<void> {
    this.#isClosed = true;
    if (this.#waiting.length > 0) return;
    const idle = [...this.#threads].filter((thread) => thread.task === undefined);
    await Promise.all(idle.map((thread) => this.#end(thread)));
  }

  #start(): void {
    const worker = new Worker(workerFile(), {
      workerData: { settings: this.#settings },
      resourceLimits: { maxOldGenerationSizeMb: heapMiB },
    });
    const thread: Thread = { worker, task: undefined, timer: undefined, isReady: false };
    this.#threads.add(thread);
    worker.on('message', (message: FromWorker) => {
      if (message.kind === 'ready') {
        thread.isReady = true;
        this.#assign();
      } else this.#done(thread, { kind: 'done', answer: message.answer });
    });
    worker.on('error', (cause) => this.#lost(thread, { kind: 'crashed', cause }));
    worker.on('exit', () => this.#lost(thread, { kind: 'crashed', cause: undefined }));
  }

  #assign(): void {
    for (const thread of this.#threads) {
      if (this.#waiting.length === 0) return;
      if (!thread.isReady || thread.task !== undefined) continue;
      const task = this.#waiting.shift();
      if (task === undefined) return;
      clearTimeout(task.patience);
      thread.task = task;
      thread.timer = setTimeout(() => this.#lost(thread, { kind: 'timeout' }), task.limitMs);
      thread.worker.postMessage(task.job);
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
    if (this.#isClosed && this.#waiting.length === 0) void this.close();
    else this.#assign();
  }

  /** A thread is given up, whatever the reason; another takes its place. */
  #lost(thread: Thread, ran: Ran): void {
    if (!this.#threads.delete(thread)) return;
    this.#release(thread, ran);
    void thread.worker.terminate();
    if (this.#isClosed && this.#waiting.length === 0) return;
    if (thread.isReady) this.#start();
    else setTimeout(() => this.#isClosed || this.#start(), restartMs).unref();
  }

  async #end(thread: Thread): Promise<void> {
    this.#threads.delete(thread);
    await thread.worker.terminate();
  }
}
