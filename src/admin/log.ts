import { pino } from 'pino';
import type { Logger } from 'pino';
import type { Settings } from '../config/index.ts';
import type { FilterEvent } from '../service/index.ts';
import type { SmtpEvent } from '../smtp/index.ts';

type LogSettings = Settings['log'];

/** A JSON line as `HH:MM:SS LEVEL words key=value …`, for people who watch. */
function prettyLine(line: string): string {
  const { time, level, msg, ...rest } = JSON.parse(line) as Readonly<Record<string, unknown>>;
  const flat = Object.entries(rest).flatMap(([key, value]) =>
    typeof value === 'object' && value !== null && !Array.isArray(value)
      ? Object.entries(value).map(
          ([inner, each]) => `${inner}=${typeof each === 'object' ? JSON.stringify(each) : String(each)}`,
        )
      : [`${key}=${String(value)}`],
  );
  return `${String(time).slice(11, 19)} ${String(level).padEnd(5)} ${String(msg)} ${flat.join(' ')}`.trimEnd();
}

/** Where all lines of a logger and its children go; the form of a line may change while it runs. */
class Output {
  format: LogSettings['format'];
  readonly #out = pino.destination({ dest: 1, sync: true });

  constructor(format: LogSettings['format']) {
    this.format = format;
  }

  write(line: string): void {
    this.#out.write(this.format === 'json' ? line : `${prettyLine(line)}\n`);
  }
}

/** A logger to standard output: JSON lines, or lines for people. */
export function createLogger({ level, format }: LogSettings): Logger {
  const options = {
    level,
    base: null,
    timestamp: () => `,"time":"${new Date().toISOString()}"`,
    formatters: { level: (label: string) => ({ level: label }) },
  };
  return pino(options, new Output(format));
}

/** Level and form of the lines from now on, after a reload. */
export function adjustLogger(log: Logger, { level, format }: LogSettings): void {
  log.level = level;
  const output: unknown = Reflect.get(log, pino.symbols.streamSym);
  if (output instanceof Output) output.format = format;
}

function withoutUndefined(record: object): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(record).filter(([, value]) => value !== undefined));
}

/**
 * Logs what happened on the wire: one line a message. Everything stands under one key, so that nothing can pass for a field of the log. With
 * `privacy: on` the texts of the next hop, which may repeat an address, are left out.
 */
export function logEvent(log: Logger, event: SmtpEvent, privacy: LogSettings['privacy']): void {
  const { kind, ...rest } = event;
  switch (event.kind) {
    case 'message': {
      const level = event.possibleDouble || event.outcome === 'deferred' ? 'warn' : 'info';
      const { kind: _kind, nextHopText, ...facts } = event;
      const message = privacy === 'off' ? { ...facts, nextHopText } : facts;
      log[level](
        { message: withoutUndefined(message) },
        event.possibleDouble ? 'message, possible double' : 'message',
      );
      return;
    }
    case 'fault': {
      const { session, text } = event;
      const facts = { session, text: privacy === 'off' ? text : className(text) };
      log.error({ code: 'E_BUG', session: facts }, 'a fault of mailsluice');
      return;
    }
    case 'unavailable': {
      const { text, ...facts } = event;
      log.warn(
        { session: withoutUndefined(privacy === 'off' ? { ...facts, text } : facts) },
        'next hop unavailable',
      );
      return;
    }
    case 'system': {
      const { kind: _kind, what, ...facts } = event;
      log.error({ session: facts }, systemTroubles[what]);
      return;
    }
    case 'limit':
      log.warn({ session: rest }, 'limit');
      return;
    case 'opened':
    case 'closed':
    case 'tls':
      log.debug({ session: rest }, kind);
  }
}

const systemTroubles = {
  spool: 'a large message could not be put into a file in TMPDIR',
  accept: 'a connection could not be accepted',
} as const satisfies Readonly<Record<Extract<SmtpEvent, { readonly kind: 'system' }>['what'], string>>;

/** Logs the filter's own troubles. */
export function logFilter(log: Logger, event: FilterEvent, privacy: LogSettings['privacy']): void {
  const { kind, ...rest } = event;
  const facts =
    event.kind === 'crash' && privacy === 'on' ? { ...rest, cause: className(event.cause) } : rest;
  log.warn({ filter: facts }, `cleaning: ${kind}`);
}

const errorClasses: ReadonlySet<string> = new Set(
  [Error, AggregateError, EvalError, RangeError, ReferenceError, SyntaxError, TypeError, URIError].map(
    ({ name }) => name,
  ),
);

/**
 * Of the text of an exception, which may quote the message in any word, its class if that is one of the language's, and Node's code if
 * there is one: `TypeError`, `Error [ERR_WORKER_OUT_OF_MEMORY]`.
 */
function className(text: string): string {
  const [, name = '', code = ''] = /^([A-Za-z]+)( \[ERR_[A-Z_]{1,60}\])?(?=:|$)/.exec(text) ?? [];
  return errorClasses.has(name) ? `${name}${code}` : 'Error';
}
