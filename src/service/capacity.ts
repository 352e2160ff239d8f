import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import type { Admission, Refusal } from '../smtp/index.ts';
import type { ServiceSettings } from './settings.ts';

/** `auto` takes no more than this: each costs some 200 MB. More are there for those who write a number. */
const mostByItself = 8;

/** Processes that relay. */
export function workerCount({ workers }: Pick<ServiceSettings, 'workers'>): number {
  return workers === 'auto' ? Math.min(availableParallelism(), mostByItself) : workers;
}

/** What a process opens beside its connections: the program, listeners, threads and those of the next configuration, refused clients. */
const ownFiles = 56;
/** The client, the next hop, and the file of a large message. */
const filesPerConnection = 3;

/** How many files a process may open; without an answer of the system as many as it likes. */
export function openFilesLimit(
  limits: () => string = () => readFileSync('/proc/self/limits', 'latin1'),
): number {
  try {
    return Number(/^Max open files +(\d+)/m.exec(limits())?.[1] ?? Infinity);
  } catch {
    return Infinity;
  }
}

/** How many connections a process can serve to their end: with more of them, those that are in could not reach the next hop. */
export function connectionsWithin(openFiles: number): number {
  return Math.max(1, Math.floor((openFiles - ownFiles) / filesPerConnection));
}

/** What to tell the administrator where the system allows fewer connections than the configuration; undefined: it allows them. */
export function connectionsWarning(
  { limits, workers }: Pick<ServiceSettings, 'limits' | 'workers'>,
  openFiles: number = openFilesLimit(),
): string | undefined {
  const count = workerCount({ workers });
  const wanted = Math.ceil(limits.connections / count);
  const possible = connectionsWithin(openFiles);
  if (possible >= wanted) return undefined;
  const needed = ownFiles + filesPerConnection * wanted;
  const each = count > 1 ? ' for each worker' : '';
  return `limits.connections: ${limits.connections} need ${needed} open files${each}, and the system allows ${openFiles} (ulimit -n, LimitNOFILE=): no more than ${possible * count} are taken at a time`;
}

/** A door of one process: lets in no more than it has descriptors for, and asks another door about the rest. */
export class DescriptorAdmission implements Admission {
  readonly #behind: Admission;
  readonly #most: number;
  #count = 0;

  constructor(behind: Admission, openFiles: number = openFilesLimit()) {
    this.#behind = behind;
    this.#most = connectionsWithin(openFiles);
  }

  enter(client: string | undefined): Refusal | undefined | Promise<Refusal | undefined> {
    if (this.#count >= this.#most) return 'descriptors';
    this.#count += 1;
    const heard = (refusal: Refusal | undefined): Refusal | undefined => {
      if (refusal !== undefined) this.#count -= 1;
      return refusal;
    };
    const answer = this.#behind.enter(client);
    return answer instanceof Promise ? answer.then(heard) : heard(answer);
  }

  leave(client: string | undefined): void {
    this.#count -= 1;
    this.#behind.leave(client);
  }

  resize(limits: Parameters<Admission['resize']>[0]): void {
    this.#behind.resize(limits);
  }
}
