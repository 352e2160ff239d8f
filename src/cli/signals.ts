/** What the operating system asks of a running `serve`. */
export interface Signals {
  /** The first SIGTERM or SIGINT. */
  readonly end: Promise<NodeJS.Signals>;
  /** Calls this for each SIGHUP; at once if one came before. */
  readonly onReload: (reload: () => void) => void;
  /** What a second SIGTERM or SIGINT does before the process exits with 1. */
  readonly onKill: (kill: () => void) => void;
}

/**
 * Takes SIGHUP, SIGTERM and SIGINT from now on. One that comes while the service starts is kept until it runs: what these
 * signals do by default would end the process in the middle of it.
 */
export function catchSignals(): Signals {
  const { promise: end, resolve } = Promise.withResolvers<NodeJS.Signals>();
  let isEnding = false;
  let isReloadAsked = false;
  let kill = (): void => undefined;
  let reload = (): void => {
    isReloadAsked = true;
  };
  process.on('SIGHUP', () => reload());
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.on(signal, () => {
      // Whoever asks twice does not want to wait.
      if (isEnding) {
        kill();
        process.exit(1);
      }
      isEnding = true;
      resolve(signal);
    });
  }
  return {
    end,
    onReload: (action) => {
      reload = action;
      if (isReloadAsked) action();
      isReloadAsked = false;
    },
    onKill: (action) => {
      kill = action;
    },
  };
}
