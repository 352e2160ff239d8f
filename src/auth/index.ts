export { Authenticator } from './authenticator.ts';
export type { Authenticated, AuthOptions } from './authenticator.ts';
export type { ArcOptions, AuthFacts, AuthResult } from './types.ts';
