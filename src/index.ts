// The library: the pure function, and what it takes to make its arguments.
export { cleanMessage } from './clean/index.ts';
export type {
  Cleaned,
  CleanContext,
  CompiledPolicy,
  Counts,
  Decided,
  PartState,
  Report,
  Result,
} from './clean/index.ts';
export { defaultCoreLimits, defaultPolicy } from './policy/index.ts';
export type { AllowEntry, CoreLimits, Policy } from './policy/index.ts';
export { compileRules, parseRulePack } from './rules/index.ts';
export type { Rule, RuleSet } from './rules/index.ts';
export { loadBuiltin } from './rules/load.ts';
