import cluster from 'node:cluster';
import { cachingEnvironment } from '../../compile-cache.ts';
import type { Consent } from '../../config/settings.ts';
import { AppError } from '../../errors.ts';
import { freeAbandoned } from '../../smtp/index.ts';
import type { Endpoint } from '../../smtp/index.ts';
import { relayOptions } from '../heap.ts';
import { randomSecrets } from '../secrets.ts';
import type { ServiceSettings } from '../settings.ts';
import { CentralLimits } from './central-limits.ts';
import { Child } from './child.ts';
import { closeLostHandoffs } from './handoffs.ts';
import type { ToPrimary, WorkerStart } from './messages.ts';
import { Restarts } from './restarts.ts';
import type { RestartTuning } from './restarts.ts';

/** What befalls worker processes, for the log. */
export type WorkerEvent =
  | { readonly kind: 'ready'; readonly worker: number; readonly pid: number | undefined }
  | {
      readonly kind: 'died';
      readonly worker: number;
      readonly pid: number | undefined;
      /** Exit code or signal, or what it said itself. */
      readonly why: string;
      readonly againInMs: number;
    }
  | { readonly kind: 'reload'; readonly worker: number; readonly why: string }
  /** It had no descriptor left for a connection, which was closed. */
  | { readonly kind: 'unaccepted'; readonly worker: number };

export interface PrimaryOptions {
  readonly settings: ServiceSettings;
  readonly count: number;
  /** The program of a worker process. */
  readonly exec: string;
  readonly onWorker: (event: WorkerEvent) => void;
  /** Metrics of a process, by an id that no other has; later ones stand for earlier ones. */
  readonly onMeasured: (id: number, metrics: unknown) => void;
  readonly onGone: (id: number) => void;
  readonly tuning?: RestartTuning & { readonly measureMs?: number };
}

/** The processes that do the work, and the one that watches over them. */
export interface Primary {
  readonly addresses: readonly Endpoint[];
  /** Processes that take mail. */
  readonly readyCount: number;
  /** No process can be started any more. */
  readonly failed: Promise<AppError>;
  /** All take it, or one says why not and the old one stays. */
  reload(settings: ServiceSettings): Promise<void>;
  setConsent(consent: Consent): void;
  /** Asks every process for its metrics, and waits for those that answer; `isWhole`: also for those of the process itself. */
  measure(isWhole: boolean): Promise<void>;
  drain(): Promise<void>;
  /** At once, whatever is in flight. */
  kill(): void;
}

const measureEveryMs = 2_000;
/** So often in a row without an answer (a minute), it is stuck: counted in questions, as a machine that slept would be a long time, too. */
const maxSilence = 30;
const measureWithinMs = 1_000;
const reloadWithinMs = 60_000;
/** What reaches a whole group of processes, as Ctrl-C does, and is the primary's to obey: a process that is just starting does not catch it yet. */
const groupSignals: ReadonlySet<string> = new Set(['SIGINT', 'SIGTERM', 'SIGHUP']);
/** Beyond `limits.drain`, before a process that does not end is ended. */
const graceMs = 5_000;

class Processes implements Primary {
  addresses: readonly Endpoint[] = [];
  readonly failed: Promise<AppError>;
  readonly #options: PrimaryOptions;
  readonly #secrets = randomSecrets();
  readonly #children = new Map<number, Child>();
  readonly #limits: CentralLimits;
  readonly #restarts: Restarts;
  readonly #measuring: NodeJS.Timeout;
  #settings: ServiceSettings;
  #wasFull = false;
  #isEnding = false;
  #fail: (error: AppError) => void = () => undefined;
  #settled: () => void = () => undefined;

  constructor(options: PrimaryOptions) {
    this.#options = options;
    this.#settings = options.settings;
    this.#limits = new CentralLimits(options.settings.limits);
    this.#restarts = new Restarts(options.tuning);
    this.failed = new Promise((resolve) => (this.#fail = resolve));
    // What a process that dies had counted until then stays; so it is asked often.
    const everyMs = options.tuning?.measureMs ?? measureEveryMs;
    this.#measuring = setInterval(() => this.#look(), everyMs);
    // The primary accepts and deals out (not SCHED_NONE, where whoever is quickest takes): of 300 sessions that came in bursts of 100 and stayed,
    // two processes got 145 and 155, against 214 and 86. Sessions of mail servers stay long, so what came unevenly would stay so.
    cluster.schedulingPolicy = cluster.SCHED_RR;
    const execArgv = [...relayOptions, ...process.execArgv];
    cluster.setupPrimary({ exec: options.exec, execArgv, args: [], serialization: 'advanced' });
  }

  get readyCount(): number {
    return this.#ready().length;
  }

  async start(): Promise<void> {
    for (const { endpoint } of this.#settings.listeners) await freeAbandoned(endpoint);
    // All at the same time, or the sessions that come at once would all stay with the first.
    for (let place = 1; place <= this.#options.count; place += 1) this.#fork(place);
    const first = new Promise<void>((resolve) => (this.#settled = resolve));
    const error = await Promise.race([first, this.failed]);
    if (error !== undefined) {
      this.kill();
      throw error;
    }
  }

  async reload(settings: ServiceSettings): Promise<void> {
    const before = new Set(this.#settings.listeners.map(({ endpoint }) => JSON.stringify(endpoint)));
    for (const { endpoint } of settings.listeners) {
      if (!before.has(JSON.stringify(endpoint))) await freeAbandoned(endpoint);
    }
    const told = this.#ready();
    const [first, ...others] = told;
    const why = first === undefined ? undefined : await this.#reloadOne(first, settings);
    if (why !== undefined) throw new AppError('E_RELOAD', why);
    this.#settings = settings;
    this.#limits.resize(settings.limits);
    this.#tellWhetherFull();
    const late = [...this.#children.values()].filter((child) => !told.includes(child));
    await Promise.all(
      [...others, ...late].map(async (child) => {
        const trouble = await this.#reloadOne(child, settings);
        if (trouble === undefined || this.#children.get(child.id) !== child) return;
        // What the first could do this one cannot: its replacement begins with the new settings.
        this.#options.onWorker({ kind: 'reload', worker: child.place, why: trouble });
        child.send({ kind: 'drain' });
      }),
    );
  }

  setConsent(consent: Consent): void {
    this.#settings = { ...this.#settings, clean: { ...this.#settings.clean, consent } };
    for (const child of this.#children.values()) child.send({ kind: 'consent', consent });
  }

  async measure(isWhole: boolean): Promise<void> {
    await Promise.all(
      this.#ready().map((child) => child.ask({ kind: 'measure', isWhole }, 'measured', measureWithinMs)),
    );
  }

  async drain(): Promise<void> {
    this.#isEnding = true;
    clearInterval(this.#measuring);
    this.#restarts.end();
    for (const child of this.#children.values()) child.send({ kind: 'drain' });
    const all = new Promise<void>((resolve) => (this.#settled = resolve));
    if (this.#children.size === 0) return;
    const timer = setTimeout(() => this.kill(), this.#settings.limits.drainMs + graceMs);
    await all;
    clearTimeout(timer);
  }

  kill(): void {
    this.#isEnding = true;
    clearInterval(this.#measuring);
    this.#restarts.end();
    for (const child of this.#children.values()) child.kill();
  }

  #look(): void {
    for (const child of this.#ready()) {
      child.silence += 1;
      if (child.silence > maxSilence) child.kill();
    }
    void this.measure(false);
  }

  #ready(): readonly Child[] {
    return [...this.#children.values()].filter(({ readySince }) => readySince !== undefined);
  }

  async #reloadOne(child: Child, settings: ServiceSettings): Promise<string | undefined> {
    const answer = await child.ask({ kind: 'reload', settings }, 'reloaded', reloadWithinMs);
    return answer?.kind === 'reloaded' ? answer.why : 'the process does not answer';
  }

  #fork(place: number): void {
    const worker = cluster.fork(cachingEnvironment());
    const child = new Child(place, worker);
    closeLostHandoffs(worker, () => this.#options.onWorker({ kind: 'unaccepted', worker: place }));
    this.#children.set(child.id, child);
    const start: WorkerStart = {
      kind: 'start',
      place,
      count: this.#options.count,
      settings: this.#settings,
      secrets: this.#secrets,
      isFull: this.#limits.isFull,
    };
    child.send(start);
    worker.on('message', (message: ToPrimary) => this.#heard(child, message));
    worker.on('exit', (code: number, signal: string | undefined) =>
      this.#left(child, signal ?? `exit code ${code}`),
    );
    worker.on('error', (error) => {
      // It could not be started at all: then there is no exit.
      if (worker.process.pid === undefined) this.#left(child, error.message);
    });
  }

  #heard(child: Child, message: ToPrimary): void {
    child.silence = 0;
    switch (message.kind) {
      case 'ready':
        child.readySince = performance.now();
        this.addresses = message.addresses;
        this.#options.onWorker({ kind: 'ready', worker: child.place, pid: child.pid });
        if (!this.#isEnding) this.#settled();
        return;
      case 'failed':
        child.failure = message;
        return;
      case 'reloaded':
        child.answered(message);
        return;
      case 'measured':
        this.#options.onMeasured(child.id, message.metrics);
        child.answered(message);
        return;
      case 'enter': {
        const { client, ask } = message;
        const refusal = this.#limits.enter(child.id, client, ask === undefined);
        if (ask !== undefined) child.send({ kind: 'entered', ask, refusal });
        this.#tellWhetherFull();
        return;
      }
      case 'leave':
        this.#limits.leave(child.id, message.client);
        this.#tellWhetherFull();
    }
  }

  #tellWhetherFull(): void {
    const { isFull } = this.#limits;
    if (isFull === this.#wasFull) return;
    this.#wasFull = isFull;
    for (const child of this.#children.values()) child.send({ kind: 'full', isFull });
  }

  #left(child: Child, how: string): void {
    if (!this.#children.delete(child.id)) return;
    child.gone();
    this.#limits.drop(child.id);
    this.#tellWhetherFull();
    this.#options.onGone(child.id);
    if (this.#isEnding) {
      if (this.#children.size === 0) this.#settled();
      return;
    }
    if (child.readySince === undefined && groupSignals.has(how)) {
      this.#fork(child.place);
      return;
    }
    const why = child.failure?.message ?? (child.silence > maxSilence ? 'did not answer for a minute' : how);
    const isFirst = this.addresses.length === 0;
    const againInMs = this.#restarts.after(child.readySince);
    if (isFirst || (this.readyCount === 0 && this.#restarts.isHopeless)) {
      const { code = 'E_BUG', hint } = child.failure ?? {};
      this.#fail(new AppError(code, child.failure?.message ?? `a worker process ended: ${how}`, hint));
      return;
    }
    this.#options.onWorker({ kind: 'died', worker: child.place, pid: child.pid, why, againInMs });
    this.#restarts.schedule(() => this.#fork(child.place), againInMs);
  }
}

/** Starts the worker processes. Rejects with the first one's `AppError` where it cannot listen. */
export async function startPrimary(options: PrimaryOptions): Promise<Primary> {
  const processes = new Processes(options);
  await processes.start();
  return processes;
}
