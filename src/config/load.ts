import { hostname } from 'node:os';
import type { CoreLimits, Policy } from '../policy/index.ts';
import type { ListenerOptions, ShellLimits } from '../smtp/options.ts';
import type { AuthOptions } from '../auth/index.ts';
import { compileAuth } from './auth.ts';
import { compileListeners } from './listeners.ts';
import { compilePolicies } from './policies.ts';
import type { Problem } from './problem.ts';
import { readConfig } from './read-config.ts';
import type { Source } from './read-config.ts';
import { relayProblems, relayWarnings } from './relay-problems.ts';
import type { Config } from './schema.ts';
import { compileSelection } from './selection.ts';
import type { SelectEntry } from './selection.ts';
import { durationMs, sizeBytes } from './units.ts';

/** What cleaning a message needs of the configuration: plain data that can be handed to a worker. */
export interface CleanSettings {
  readonly policies: ReadonlyMap<string, Policy>;
  readonly select: readonly SelectEntry[];
  readonly exempt: readonly string[];
  readonly localNetworks: readonly string[];
  readonly limits: CoreLimits;
  readonly headerName: string;
  readonly headerId: string;
  readonly rules: {
    readonly builtin: boolean;
    readonly files: readonly string[];
    readonly disable: readonly string[];
    /** Filter lists in adblock syntax. */
    readonly lists: readonly string[];
  };
}

export interface Settings {
  readonly clean: CleanSettings;
  readonly hostname: string;
  readonly listeners: readonly ListenerOptions[];
  readonly limits: ShellLimits;
  readonly auth: AuthOptions;
  /** A next hop rejects by DMARC: mail of domains that ask for it stays unedited. */
  readonly protectDmarcReject: boolean;
  readonly onError: Config['on_error'];
  readonly log: Config['log'];
  readonly metricsListen: string;
  readonly workers: Config['workers'];
  /** As written, with defaults: for `config dump`. */
  readonly source: Source;
  readonly warnings: readonly Problem[];
}

export type LoadResult =
  | { readonly kind: 'ok'; readonly settings: Settings }
  | { readonly kind: 'bad'; readonly problems: readonly Problem[] };

function coreLimits({ limits }: Config): CoreLimits {
  return {
    messageBytes: sizeBytes(limits.message_bytes),
    parts: limits.parts,
    nesting: limits.nesting,
    htmlBytes: sizeBytes(limits.html_bytes),
    htmlDepth: limits.html_depth,
    htmlAttributes: limits.html_attributes,
    htmlElements: limits.html_elements,
  };
}

function shellLimits({ limits }: Config): ShellLimits {
  return {
    connections: limits.connections,
    connectionsPerClient: limits.connections_per_client,
    recipients: limits.recipients,
    commands: limits.commands,
    errors: limits.errors,
    messageBytes: sizeBytes(limits.max_message),
    headerBytes: sizeBytes(limits.header_bytes),
    minRateBytes: sizeBytes(limits.min_rate),
    commandTimeoutMs: durationMs(limits.command_timeout),
    sessionLifeMs: durationMs(limits.session_life),
    deadlineMs: durationMs(limits.deadline),
    rewriteTimeMs: durationMs(limits.rewrite_time),
    memoryInFlightBytes: sizeBytes(limits.memory_in_flight),
    hops: limits.hops,
    drainMs: durationMs(limits.drain),
  };
}

/**
 * Reads and compiles a configuration (the defaults where there is no file). `serving`: the listeners must be complete and safe too; the
 * commands that only clean files do not look at them.
 */
export function loadSettings(
  file: string | undefined,
  options: { readonly serving: boolean; readonly environment?: Readonly<Record<string, string | undefined>> },
): LoadResult {
  const read = readConfig(file, options.environment);
  if (read.kind === 'bad') return read;
  const { source } = read;
  const { config } = source;
  const name = config.hostname === '' ? hostname() : config.hostname;
  const policies = compilePolicies(source);
  const authed = compileAuth(source, name);
  const selection = compileSelection(source, policies);
  const compiled = options.serving ? compileListeners(source, name) : { listeners: [], problems: [] };
  const problems = [
    ...authed.problems,
    ...selection.problems,
    ...compiled.problems,
    ...(options.serving ? relayProblems(source) : []),
  ];
  if (problems.length > 0) return { kind: 'bad', problems };
  const settings: Settings = {
    clean: {
      policies,
      select: selection.entries,
      exempt: config.exempt,
      localNetworks: config.local_networks,
      limits: coreLimits(config),
      headerName: config.header.name,
      headerId: config.header.id === '' ? name : config.header.id,
      rules: {
        builtin: config.rules.packs.includes('builtin'),
        files: config.rules.files,
        disable: config.rules.disable,
        lists: config.rules.lists,
      },
    },
    hostname: name,
    listeners: compiled.listeners,
    limits: shellLimits(config),
    auth: authed.auth,
    protectDmarcReject: config.listeners.some(({ next_hop: hop }) => hop?.verifies === 'yes'),
    onError: config.on_error,
    log: config.log,
    metricsListen: config.metrics.listen,
    workers: config.workers,
    source,
    warnings: [...selection.warnings, ...(options.serving ? relayWarnings(source) : [])],
  };
  return { kind: 'ok', settings };
}
