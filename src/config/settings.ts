// What runs by a configuration. Nothing of it brings YAML or the schema: worker threads, and commands without a configuration, load only this.
export { addressMatches } from './address-pattern.ts';
export { policyChooser } from './choose-policy.ts';
export type { Choice, ChoosePolicy, Facts } from './choose-policy.ts';
export { compileSettings } from './compile-settings.ts';
export type { CleanSettings, LoadResult, Settings } from './compile-settings.ts';
export { compileConsent, consents } from './consent.ts';
export type { Consent } from './consent.ts';
export { defaultConfigFile, defaultSource } from './default-source.ts';
export { endpointText, networkTest, parseEndpoint } from './endpoint.ts';
export { locate } from './located.ts';
export { nearest } from './nearest.ts';
export { problemText } from './problem.ts';
export type { Problem } from './problem.ts';
