export { checkRules, matchesAlone, type Decode, type UrlRule } from './check.ts';
export * from './matching.ts';
export { parseRulePack, type RulePack } from './parse.ts';
export { kinds, stepNames } from './schema.ts';
