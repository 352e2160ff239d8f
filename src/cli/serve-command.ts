import { isDeepStrictEqual } from 'node:util';
import type { Logger } from 'pino';
import { adjustLogger, createLogger, createMetrics, startAdmin } from '../admin/index.ts';
import type { AdminServer, Metrics } from '../admin/index.ts';
import { compileConsent, endpointText, parseEndpoint, problemText } from '../config/settings.ts';
import type { Consent, Settings } from '../config/settings.ts';
import { AppError, messageOf } from '../errors.ts';
import { connectionsWarning, serviceSettings, watchFiles, workerCount } from '../service/processes/index.ts';
import type { Endpoint } from '../smtp/index.ts';
import { rulesFor, settingsFor } from './options.ts';
import { catchSignals } from './signals.ts';
import type { Signals } from './signals.ts';
import { version } from './version.ts';

export interface ServeOptions {
  readonly config?: string;
  readonly logFormat?: 'json' | 'pretty';
}

/** What `serve` runs: the relay in this process, or in several that it watches over. */
interface Relay {
  readonly addresses: () => readonly Endpoint[];
  readonly isReady: () => boolean;
  readonly metricsText: () => Promise<string>;
  readonly reload: (settings: Settings) => Promise<void>;
  readonly setConsent: (consent: Consent) => void;
  readonly drain: () => Promise<void>;
  /** At once, whatever is in flight. */
  readonly kill: () => void;
  /** It cannot go on. */
  readonly failed: Promise<AppError>;
}

interface Running {
  settings: Settings;
  readonly log: Logger;
  readonly metrics: Metrics;
  readonly relay: Relay;
}

async function startRelay(settings: Settings, log: Logger, metrics: Metrics): Promise<Relay> {
  const count = workerCount(settings);
  if (count > 1) {
    const { serveMany } = await import('./serve-many.ts');
    const { primary, metricsText } = await serveMany(serviceSettings(settings), count, log, metrics);
    return {
      addresses: () => primary.addresses,
      isReady: () => primary.readyCount > 0,
      metricsText,
      reload: (others) => primary.reload(serviceSettings(others)),
      setConsent: (consent) => primary.setConsent(consent),
      drain: () => primary.drain(),
      kill: () => primary.kill(),
      failed: primary.failed,
    };
  }
  // Not for a process that only watches over others.
  const { serveOne } = await import('./serve-one.ts');
  const { service, onSettings } = await serveOne(settings, log, metrics);
  metrics.watchWorkers(() => 1);
  return {
    addresses: () => service.addresses,
    isReady: () => true,
    metricsText: async () =>
      `${await metrics.processRegistry.metrics()}\n${await metrics.registry.metrics()}`,
    reload: async (others) => {
      await service.reload(others);
      onSettings(others);
    },
    setConsent: (consent) => service.setConsent(consent),
    drain: () => service.drain(),
    kill: () => undefined,
    failed: new Promise(() => undefined),
  };
}

/** The settings with the format of the command line. */
async function readSettings({ config, logFormat }: ServeOptions): Promise<Settings> {
  const settings = await settingsFor(config, true);
  return { ...settings, log: { ...settings.log, format: logFormat ?? settings.log.format } };
}

/**
 * The same with the texts of its rule files: threads and processes that start later go by what was read and found right here, and not by what
 * somebody is just writing. Of the rules themselves only version and size: they are for those that clean.
 */
async function readAll(options: ServeOptions): Promise<{
  readonly settings: Settings;
  readonly set: { readonly version: string; readonly size: number };
}> {
  const settings = await readSettings(options);
  const { set, texts } = await rulesFor(settings, false);
  const { version, size } = set;
  const { clean } = settings;
  const held = { ...settings, clean: { ...clean, rules: { ...clean.rules, texts } } };
  return { settings: held, set: { version, size } };
}

/** Keys that a running mailsluice cannot take on, of those that were changed. */
function needingRestart(before: Settings, after: Settings): readonly string[] {
  return [
    ...(before.metricsListen === after.metricsListen ? [] : ['metrics.listen']),
    ...(workerCount(before) === workerCount(after) ? [] : ['workers']),
  ];
}

/** The listeners, where they are others than before. */
function changedListeners(before: Settings, after: Settings): { readonly listeners?: readonly string[] } {
  const addresses = ({ listeners }: Settings): readonly string[] =>
    listeners.map(({ endpoint }) => endpointText(endpoint));
  return isDeepStrictEqual(addresses(before), addresses(after)) ? {} : { listeners: addresses(after) };
}

function warnOf(settings: Settings, log: Logger): void {
  for (const warning of settings.warnings) log.warn({ at: problemText(warning) }, 'configuration');
  const few = connectionsWarning(settings);
  if (few !== undefined) log.warn({ at: few }, 'configuration');
  if (settings.log.privacy === 'off') {
    log.warn('log.privacy is off: reply texts of the next hop are logged, which may repeat addresses');
  }
}

/** Reads the configuration again; it is taken as a whole, or the old one stays and the log says why. */
async function reload(running: Running, options: ServeOptions): Promise<void> {
  const { log, metrics, relay } = running;
  try {
    const { settings, set } = await readAll(options);
    await relay.reload(settings);
    adjustLogger(log, settings.log);
    const waiting = needingRestart(running.settings, settings);
    const listening = changedListeners(running.settings, settings);
    running.settings = settings;
    metrics.setRules(set.version, set.size);
    metrics.onReload(true);
    warnOf(settings, log);
    for (const key of waiting) log.warn({ key }, 'this key takes effect at the next start');
    log.info({ rules: set.version, ...listening }, 'configuration taken');
  } catch (error) {
    metrics.onReload(false);
    log.error({ code: 'E_RELOAD', why: messageOf(error) }, 'configuration not taken, the old one stays');
  }
}

/** Reads the consents again that the running configuration names, and nothing else of it. */
async function reloadConsent(running: Running): Promise<void> {
  const { settings, log, metrics, relay } = running;
  const { consent, problems, warnings } = compileConsent(settings.source);
  if (problems.length > 0) {
    metrics.onReload(false);
    log.error({ code: 'E_RELOAD', why: problems.map(problemText).join('\n') }, 'consent not taken');
    return;
  }
  for (const warning of warnings) log.warn({ at: problemText(warning) }, 'configuration');
  relay.setConsent(consent);
  running.settings = { ...settings, clean: { ...settings.clean, consent } };
  metrics.onReload(true);
  log.info('consent taken');
}

function sayHello({ settings, log, relay }: Running, admin: AdminServer | undefined, rules: string): void {
  warnOf(settings, log);
  log.info(
    {
      version: version(),
      config: settings.source.files,
      listeners: relay.addresses().map(endpointText),
      metrics: admin === undefined ? 'off' : endpointText(admin.address),
      rules,
      workers: workerCount(settings),
      node: process.versions.node,
    },
    'listening',
  );
}

/** Runs until a signal, or until the relay cannot go on. */
async function run(
  running: Running,
  options: ServeOptions,
  signals: Signals,
): Promise<NodeJS.Signals | AppError> {
  // One after the other, so that two quick signals do not meet.
  let last: Promise<void> = Promise.resolve();
  let isEnding = false;
  const next = (step: () => Promise<void>): void => {
    last = last.then(() => (isEnding ? undefined : step()));
  };
  let isReloadNext = false;
  const reloadNext = (): void => {
    // One that has not begun reads what is on disk by then: no other needs to stand behind it.
    if (isReloadNext) return;
    isReloadNext = true;
    next(async () => {
      isReloadNext = false;
      await reload(running, options);
    });
  };
  const consents = watchFiles(
    () => running.settings.files.consent,
    () => next(() => reloadConsent(running)),
  );
  const others = watchFiles(() => {
    const { reload: when, files } = running.settings;
    return when === 'change' ? files.all.filter((file) => !files.consent.includes(file)) : [];
  }, reloadNext);
  signals.onReload(reloadNext);
  const end = await Promise.race([signals.end, running.relay.failed]);
  consents.end();
  others.end();
  // One that comes now would make threads that nobody ends; those that wait would only keep it from ending.
  signals.onReload(() => undefined);
  isEnding = true;
  await last;
  return end;
}

/** `mailsluice serve`: runs until SIGTERM or SIGINT, then lets running transactions finish. */
export async function serve(options: ServeOptions): Promise<number> {
  const signals = catchSignals();
  const {
    settings,
    set: { version: rules, size },
  } = await readAll(options);
  const log = createLogger(settings.log);
  const metrics = createMetrics();
  metrics.setRules(rules, size);
  let relay: Relay | undefined;
  let isEnding = false;
  const endpoint = parseEndpoint(settings.metricsListen);
  const admin =
    endpoint === undefined
      ? undefined
      : await startAdmin(
          endpoint,
          async () => (await relay?.metricsText()) ?? '',
          () => !isEnding && relay?.isReady() === true,
        );
  try {
    relay = await startRelay(settings, log, metrics);
    signals.onKill(relay.kill);
    const running: Running = { settings, log, metrics, relay };
    sayHello(running, admin, rules);
    const end = await run(running, options, signals);
    isEnding = true;
    if (end instanceof AppError) {
      relay.kill();
      throw end;
    }
    log.info({ signal: end }, 'ending: no new sessions, running transactions may finish');
    await relay.drain();
    log.info('ended');
    return 0;
  } finally {
    await admin?.close();
  }
}
