import { endpointText } from '../config/settings.ts';
import type { Consent } from '../config/settings.ts';
import type { CountedReport } from '../clean/index.ts';
import { AppError, messageOf, systemCode } from '../errors.ts';
import { ConnectionLimits, MemoryBudget, startServer } from '../smtp/index.ts';
import type {
  Admission,
  Endpoint,
  ListenerOptions,
  RunningServer,
  ServerOptions,
  SmtpEvent,
} from '../smtp/index.ts';
import { createNextHop } from '../smtp/next-hop/index.ts';
import type { NextHop } from '../smtp/next-hop/index.ts';
import { DescriptorAdmission } from './capacity.ts';
import { createFilter } from './filter.ts';
import { tuneHeap } from './heap.ts';
import type { FilterEvent, RunningFilter } from './filter.ts';
import { randomSecrets } from './secrets.ts';
import type { Secrets } from './secrets.ts';
import type { ServiceSettings } from './settings.ts';

export interface ServiceHooks {
  readonly onEvent?: (event: SmtpEvent) => void;
  readonly onFilter?: (event: FilterEvent) => void;
  /** What was found in a message: kinds, operators and rules; no texts. */
  readonly onReport?: (report: CountedReport) => void;
}

/** What a service has in common with those beside it, in processes of their own. */
export interface Together {
  /** How many they are: memory in flight and idle connections to next hops are divided by it. */
  readonly count: number;
  readonly admission: Admission;
  readonly secrets: Secrets;
}

/** Everything between the sockets: listeners, filter and next hops of one configuration, and its successor after a reload. */
export interface Service {
  /** As bound, in the order of the configuration. */
  readonly addresses: readonly Endpoint[];
  /** What messages in flight take now, as `limits.memory_in_flight` counts it. */
  readonly memoryInFlightBytes: number;
  /**
   * Takes new settings for new sessions and the next transactions, once a thread is ready to clean by them. Throws where none starts or a new
   * listener cannot be opened: then the old ones stay. Sessions of a listener that is no more may finish, and are not waited for.
   */
  reload(settings: ServiceSettings): Promise<void>;
  /** For new sessions and the next transactions; no thread is started for it. */
  setConsent(consent: Consent): void;
  /** Running transactions may finish; then everything is closed. */
  drain(): Promise<void>;
}

interface Listening {
  readonly key: string;
  readonly server: RunningServer;
  nextHop: NextHop;
}

function listenError(listener: ListenerOptions, error: unknown): AppError {
  const address = endpointText(listener.endpoint);
  if (systemCode(error) === 'EADDRINUSE') {
    return new AppError(
      'E_ADDRESS_IN_USE',
      `${address} is in use by another program`,
      'Choose another address for the listener, or end that program.',
    );
  }
  return new AppError('E_LISTEN', `${address} cannot be listened on: ${messageOf(error)}`);
}

/** Listeners by what a reload knows them by: their address, with a number where several have it, as on port 0. */
function keyed(listeners: readonly ListenerOptions[]): ReadonlyMap<string, ListenerOptions> {
  const counts = new Map<string, number>();
  return new Map(
    listeners.map((listener) => {
      const address = endpointText(listener.endpoint);
      const count = (counts.get(address) ?? 0) + 1;
      counts.set(address, count);
      return [`${address} ${count}`, listener];
    }),
  );
}

class RunningService implements Service {
  #listening: readonly Listening[] = [];
  #filter: RunningFilter;
  #settings: ServiceSettings;
  readonly #hooks: ServiceHooks;
  /** One for all listeners: what the machine has is theirs together. */
  readonly #budget: MemoryBudget;
  readonly #together: Together;
  /** Listeners that a reload took out, while their sessions end. */
  readonly #leaving = new Set<Promise<void>>();

  constructor(settings: ServiceSettings, hooks: ServiceHooks, together: Together | undefined) {
    const { count, admission, secrets }: Together = together ?? {
      count: 1,
      admission: new ConnectionLimits(settings.limits),
      secrets: randomSecrets(),
    };
    this.#together = { count, secrets, admission: new DescriptorAdmission(admission) };
    this.#settings = this.#ownShare(settings);
    this.#hooks = hooks;
    this.#budget = new MemoryBudget(this.#settings.limits.memoryInFlightBytes);
    this.#filter = this.#filterFor(settings);
  }

  get addresses(): readonly Endpoint[] {
    return this.#listening.map(({ server }) => server.address);
  }

  get memoryInFlightBytes(): number {
    return this.#budget.usedBytes;
  }

  async start(): Promise<void> {
    try {
      this.#listening = await this.#open(this.#settings, keyed(this.#settings.listeners), this.#filter);
    } catch (error) {
      await this.#filter.retire();
      throw error;
    }
  }

  setConsent(consent: Consent): void {
    const settings = { ...this.#settings, clean: { ...this.#settings.clean, consent } };
    this.#settings = settings;
    this.#filter = this.#filter.withConsent(consent);
    const listeners = keyed(settings.listeners);
    for (const { server, nextHop, key } of this.#listening) {
      const listener = listeners.get(key);
      if (listener !== undefined) server.update(this.#options(settings, listener, this.#filter, nextHop));
    }
  }

  async reload(whole: ServiceSettings): Promise<void> {
    const settings = this.#ownShare(whole);
    const filter = this.#filterFor(settings);
    const known = new Map(this.#listening.map((each) => [each.key, each]));
    const listeners = keyed(settings.listeners);
    const fresh = new Map([...listeners].filter(([key]) => !known.has(key)));
    let opened: readonly Listening[];
    try {
      // Until it can clean the old one does, so that no message waits for rules to be read.
      const trouble = await filter.startTrouble;
      if (trouble !== undefined) throw new AppError('E_RELOAD', `no thread can clean by it: ${trouble}`);
      opened = await this.#open(settings, fresh, filter);
    } catch (error) {
      await filter.retire();
      throw error;
    }
    const kept = [...listeners].flatMap(([key, listener]) => {
      const each = known.get(key);
      if (each === undefined) return [];
      const former = each.nextHop;
      each.nextHop = createNextHop(listener.nextHop);
      each.server.update(this.#options(settings, listener, filter, each.nextHop));
      former.close();
      return [each];
    });
    const gone = this.#listening.filter((each) => !kept.includes(each));
    this.#listening = [...kept, ...opened];
    const retired = this.#filter;
    this.#filter = filter;
    await retired.retire();
    this.#settings = settings;
    for (const each of gone) this.#leave(each);
  }

  async drain(): Promise<void> {
    await Promise.all([...this.#listening.map(end), ...this.#leaving]);
    await this.#filter.retire();
  }

  /** Not waited for: one slow session would hold up the next reload, and the end of all. */
  #leave(each: Listening): void {
    const left = end(each).finally(() => this.#leaving.delete(left));
    this.#leaving.add(left);
  }

  /** The settings with this process's part of what is divided, rounded up. */
  #ownShare(settings: ServiceSettings): ServiceSettings {
    const share = (whole: number): number => Math.ceil(whole / this.#together.count);
    return {
      ...settings,
      limits: { ...settings.limits, memoryInFlightBytes: share(settings.limits.memoryInFlightBytes) },
      listeners: settings.listeners.map((listener) => ({
        ...listener,
        nextHop: { ...listener.nextHop, poolSize: share(listener.nextHop.poolSize) },
      })),
    };
  }

  #filterFor(settings: ServiceSettings): RunningFilter {
    return createFilter(settings, { onEvent: this.#hooks.onFilter, onReport: this.#hooks.onReport });
  }

  #options(
    settings: ServiceSettings,
    listener: ListenerOptions,
    filter: RunningFilter,
    nextHop: NextHop,
  ): ServerOptions {
    const { limits, hostname } = settings;
    const { onEvent } = this.#hooks;
    const { admission, secrets } = this.#together;
    return {
      listener,
      limits,
      filter: filter.protecting(listener.nextHop.verifies === 'yes'),
      nextHop,
      hostname,
      budget: this.#budget,
      admission,
      tuning: { loopSecret: secrets.loop },
      messageIdKey: settings.messageIdKey === '' ? secrets.messageId : settings.messageIdKey,
      ...(onEvent === undefined ? {} : { onEvent }),
    };
  }

  async #open(
    settings: ServiceSettings,
    listeners: ReadonlyMap<string, ListenerOptions>,
    filter: RunningFilter,
  ): Promise<readonly Listening[]> {
    const opened: Listening[] = [];
    for (const [key, listener] of listeners) {
      const nextHop = createNextHop(listener.nextHop);
      try {
        const server = await startServer(this.#options(settings, listener, filter, nextHop));
        opened.push({ key, server, nextHop });
      } catch (error) {
        await Promise.all(opened.map(end));
        throw listenError(listener, error);
      }
    }
    return opened;
  }
}

async function end({ server, nextHop }: Listening): Promise<void> {
  await server.drain();
  nextHop.close();
}

/** Opens every listener, or none: rejects with an `AppError` that names the address. `together`: where it is not the only one. */
export async function startService(
  settings: ServiceSettings,
  hooks: ServiceHooks = {},
  together?: Together,
): Promise<Service> {
  tuneHeap();
  const service = new RunningService(settings, hooks, together);
  await service.start();
  return service;
}
