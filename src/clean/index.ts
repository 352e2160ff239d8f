export { cleanMessage, editMessage } from './clean-message.ts';
export type { Cleaned, Detail, Edited } from './clean-message.ts';
export type { CompiledPolicy } from './compiled-policy.ts';
export type { CleanContext } from './context.ts';
export { reportField } from './report-field.ts';
export { scanParts } from './scan-parts.ts';
export type {
  ActionName,
  CountedReport,
  Counts,
  Decided,
  PartState,
  Report,
  Result,
  Tally,
} from './report.ts';
