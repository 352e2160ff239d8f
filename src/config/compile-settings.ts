import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import type { CoreLimits, Policy } from '../policy/index.ts';
import type { ListenerOptions, ShellLimits } from '../smtp/options.ts';
import type { AuthOptions } from '../auth/index.ts';
import { compileAuth } from './auth.ts';
import { compileConsent } from './consent.ts';
import type { Consent } from './consent.ts';
import { filesRead } from './files-read.ts';
import type { FilesRead } from './files-read.ts';
import { messageOf } from '../errors.ts';
import { compileListeners } from './listeners.ts';
import { locate } from './located.ts';
import { compilePolicies } from './policies.ts';
import type { Problem } from './problem.ts';
import type { Source } from './read-config.ts';
import { relayProblems, relayWarnings } from './relay-problems.ts';
import { ruleFileProblems } from './rule-files.ts';
import type { Config } from './schema.ts';
import { compileSelection } from './selection.ts';
import type { SelectEntry } from './selection.ts';
import { durationMs, sizeBytes } from './units.ts';

/** What cleaning a message needs of the configuration: plain data that can be handed to a worker. */
export interface CleanSettings {
  readonly policies: ReadonlyMap<string, Policy>;
  readonly select: readonly SelectEntry[];
  readonly consent: Consent;
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
    /** What stood in each of these files when the configuration was taken; they are not read again. */
    readonly texts?: ReadonlyMap<string, string>;
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
  /** Secret by which Message-IDs are hashed in the log; empty where the configuration names none. */
  readonly messageIdKey: string;
  readonly reload: Config['reload'];
  readonly files: FilesRead;
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

/** Entries of `allow` that are over: they do nothing and may go. */
function endedAllowances({ config, root }: Source): readonly Problem[] {
  const today = new Date().toISOString().slice(0, 10);
  return config.allow.flatMap(({ until }, index) =>
    until === undefined || until > today
      ? []
      : { at: locate(root, ['allow', index]), message: `this entry ended on ${until}` },
  );
}

/** A secret in a file of its own; `` names none. */
function secretOf(
  { root }: Source,
  file: string,
  path: readonly PropertyKey[],
): { readonly text: string; readonly problems: readonly Problem[] } {
  if (file === '') return { text: '', problems: [] };
  try {
    return { text: readFileSync(file, 'utf8').trim(), problems: [] };
  } catch (error) {
    return {
      text: '',
      problems: [{ at: locate(root, path), message: `cannot be read: ${messageOf(error)}` }],
    };
  }
}

/**
 * Compiles a configuration as read. `serving`: the listeners must be complete and safe too; the commands that only clean files do not look
 * at them.
 */
export function compileSettings(source: Source, options: { readonly serving: boolean }): LoadResult {
  const { config } = source;
  const name = config.hostname === '' ? hostname() : config.hostname;
  const policies = compilePolicies(source);
  const authed = compileAuth(source, name);
  const selection = compileSelection(source, policies);
  const consent = compileConsent(source);
  const key = secretOf(source, config.log.key_file, ['log', 'key_file']);
  const compiled = options.serving ? compileListeners(source, name) : { listeners: [], problems: [] };
  const problems = [
    ...authed.problems,
    ...ruleFileProblems(source),
    ...selection.problems,
    ...consent.problems,
    ...key.problems,
    ...compiled.problems,
    ...(options.serving ? relayProblems(source) : []),
  ];
  if (problems.length > 0) return { kind: 'bad', problems };
  const settings: Settings = {
    clean: {
      policies,
      select: selection.entries,
      consent: consent.consent,
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
    messageIdKey: key.text,
    reload: config.reload,
    files: filesRead(source),
    metricsListen: config.metrics.listen,
    workers: config.workers,
    source,
    warnings: [
      ...endedAllowances(source),
      ...selection.warnings,
      ...consent.warnings,
      ...(options.serving ? relayWarnings(source) : []),
    ],
  };
  return { kind: 'ok', settings };
}
