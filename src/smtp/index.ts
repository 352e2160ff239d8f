export type { LimitName, MessageEvent, Outcome, SmtpEvent } from './events.ts';
export type { Envelope, Filtered, MessageFilter } from './filter.ts';
export { messageIdHash } from './message-id.ts';
export { MemoryBudget } from './memory-budget.ts';
export type { Endpoint, ListenerOptions, NextHopOptions, ShellLimits } from './options.ts';
export type { ServerOptions, Tuning } from './server-context.ts';
export { startServer } from './server.ts';
export type { RunningServer } from './server.ts';
