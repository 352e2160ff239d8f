import type { Logger } from 'pino';
import { createLogger, createMetrics, logEvent, logFilter, startAdmin } from '../admin/index.ts';
import type { AdminServer, Metrics } from '../admin/index.ts';
import { endpointText, parseEndpoint, problemText } from '../config/index.ts';
import type { Settings } from '../config/index.ts';
import { messageOf } from '../errors.ts';
import { startService, watchFiles } from '../service/index.ts';
import type { Service } from '../service/index.ts';
import { rulesFor, settingsFor } from './options.ts';

export interface ServeOptions {
  readonly config?: string;
  readonly logFormat?: 'json' | 'pretty';
}

interface Running {
  settings: Settings;
  readonly log: Logger;
  readonly metrics: Metrics;
  readonly service: Service;
}

/** Reads the configuration again; it is taken as a whole, or the old one stays and the log says why. */
async function reload(running: Running, options: ServeOptions): Promise<void> {
  const { log, metrics, service } = running;
  try {
    const settings = await settingsFor(options.config, true);
    const { set } = await rulesFor(settings, false);
    await service.reload(settings);
    running.settings = settings;
    metrics.setRules(set.version, set.size);
    metrics.onReload(true);
    log.info({ rules: set.version }, 'configuration taken');
  } catch (error) {
    metrics.onReload(false);
    log.error({ code: 'E_RELOAD', why: messageOf(error) }, 'configuration not taken, the old one stays');
  }
}

function sayHello({ settings, log, service }: Running, admin: AdminServer | undefined, rules: string): void {
  for (const warning of settings.warnings) log.warn({ at: problemText(warning) }, 'configuration');
  if (settings.log.privacy === 'off') {
    log.warn('log.privacy is off: reply texts of the next hop are logged, which may repeat addresses');
  }
  log.info(
    {
      listeners: service.addresses.map(endpointText),
      metrics: admin === undefined ? 'off' : endpointText(admin.address),
      rules,
      node: process.versions.node,
    },
    'listening',
  );
}

/** Resolves with the name of the first signal that asks for the end; SIGHUP goes to `onReload`. */
function untilEnded(onReload: () => void): Promise<NodeJS.Signals> {
  process.on('SIGHUP', onReload);
  return new Promise((resolve) => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => resolve(signal));
  });
}

/** `mailsluice serve`: runs until SIGTERM or SIGINT, then lets running transactions finish. */
export async function serve(options: ServeOptions): Promise<number> {
  const settings = await settingsFor(options.config, true);
  const rules = (await rulesFor(settings, false)).set;
  const log = createLogger({ ...settings.log, format: options.logFormat ?? settings.log.format });
  const metrics = createMetrics();
  metrics.setRules(rules.version, rules.size);
  let isReady = false;
  const endpoint = parseEndpoint(settings.metricsListen);
  const admin = endpoint === undefined ? undefined : await startAdmin(endpoint, metrics, () => isReady);
  let privacy = settings.log.privacy;
  const service = await startService(settings, {
    onEvent: (event) => {
      metrics.onEvent(event);
      logEvent(log, event, privacy);
    },
    onFilter: (event) => {
      metrics.onFilter(event);
      logFilter(log, event, privacy);
    },
    onReport: (report) => metrics.onReport(report),
  }).catch(async (error: unknown) => {
    await admin?.close();
    throw error;
  });
  const running: Running = { settings, log, metrics, service };
  metrics.watchMemory(() => service.memoryInFlightBytes);
  isReady = true;
  sayHello(running, admin, rules.version);
  // One reload after the other, so that two quick signals do not meet.
  let reloading: Promise<void> = Promise.resolve();
  const reloadNext = (): void => {
    reloading = reloading
      .then(() => reload(running, options))
      .then(() => {
        privacy = running.settings.log.privacy;
      });
  };
  const watched = watchFiles(() => {
    const { settings: current } = running;
    return current.reload === 'change' ? current.files.all : current.files.consent;
  }, reloadNext);
  const signal = await untilEnded(reloadNext);
  watched.end();
  isReady = false;
  log.info({ signal }, 'ending: no new sessions, running transactions may finish');
  await reloading;
  await service.drain();
  await admin?.close();
  log.info('ended');
  return 0;
}
