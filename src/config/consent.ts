import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { messageOf } from '../errors.ts';
import { locate } from './located.ts';
import type { Problem } from './problem.ts';
import type { Source } from './read-config.ts';

/** A sender by whom a reader lets himself be measured. */
export interface ConsentLine {
  readonly domain: string;
  /** `file:line`, for `explain`. */
  readonly at: string;
}

/** Who allowed whom to measure: plain data that can be handed to a worker. */
export interface Consent {
  /** By recipient, lower case. */
  readonly readers: ReadonlyMap<string, readonly ConsentLine[]>;
  readonly needsAuthentication: boolean;
}

interface Compiled {
  readonly consent: Consent;
  readonly problems: readonly Problem[];
  readonly warnings: readonly Problem[];
}

function filesOf(path: string): readonly string[] {
  if (!statSync(path).isDirectory()) return [path];
  return readdirSync(path, { withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.name.startsWith('.'))
    .map((entry) => join(path, entry.name))
    .toSorted();
}

const domainPattern = /^[a-z0-9_-]+(\.[a-z0-9_-]+)+$/;

/**
 * Reads `consent.files`. A line that is not understood is a warning and no consent, so that one reader's slip stops nobody's mail; a file that
 * cannot be read is a problem.
 */
export function compileConsent({ config, root }: Source): Compiled {
  const readers = new Map<string, ConsentLine[]>();
  const problems: Problem[] = [];
  const warnings: Problem[] = [];
  const { files, unauthenticated } = config.consent;
  const readFile = (file: string): void => {
    for (const [index, line] of readFileSync(file, 'utf8').split('\n').entries()) {
      const words = line.replace(/#.*$/, '').trim().toLowerCase().split(/\s+/);
      const [reader = '', domain = '', ...more] = words;
      if (reader === '') continue;
      if (more.length > 0 || !reader.includes('@') || !domainPattern.test(domain)) {
        const at = { file, line: index + 1, column: 1 };
        warnings.push({ at, message: 'is no consent; write: reader@uni.example sender.example' });
        continue;
      }
      const own = readers.get(reader) ?? [];
      own.push({ domain, at: `${file}:${index + 1}` });
      readers.set(reader, own);
    }
  };
  files.forEach((path, index) => {
    try {
      filesOf(path).forEach(readFile);
    } catch (error) {
      const at = locate(root, ['consent', 'files', index]);
      problems.push({ at, message: `cannot be read: ${messageOf(error)}` });
    }
  });
  const knowsDomains = config.auth.verify === 'on' || config.auth.trust.length > 0;
  const at = locate(root, ['consent'], 'key');
  if (files.length > 0 && unauthenticated === 'ok') {
    warnings.push({ at, message: 'consent.unauthenticated: ok lets anybody measure who forges a sender' });
  } else if (files.length > 0 && !knowsDomains) {
    warnings.push({
      at,
      message: 'a consent holds only for authenticated senders, and auth.verify is off: it never holds',
    });
  }
  return { consent: { readers, needsAuthentication: unauthenticated === 'no' }, problems, warnings };
}

export type Consents =
  | { readonly kind: 'holds'; readonly at: string }
  | { readonly kind: 'unauthenticated'; readonly at: string }
  | { readonly kind: 'none' };

const isBelow = (name: string, domain: string): boolean => name === domain || name.endsWith(`.${domain}`);

/** Whether this reader lets this sender measure. `senders`: what the message says of itself; `authenticated`: for which DMARC passed. */
export function consents(
  { readers, needsAuthentication }: Consent,
  recipient: string,
  senders: readonly string[],
  authenticated: readonly string[],
): Consents {
  const lines = readers.get(recipient.toLowerCase()) ?? [];
  const find = (names: readonly string[]): ConsentLine | undefined =>
    lines.find(({ domain }) => names.some((name) => isBelow(name, domain)));
  const sure = find(authenticated);
  if (sure !== undefined) return { kind: 'holds', at: sure.at };
  const claimed = find(senders);
  if (claimed === undefined) return { kind: 'none' };
  return { kind: needsAuthentication ? 'unauthenticated' : 'holds', at: claimed.at };
}
