export { Authenticator } from './authenticator.ts';
export type { Authenticated, AuthOptions } from './authenticator.ts';
export { checkPublished, keyRecord } from './published.ts';
export type { DnsRecord, Published } from './published.ts';
export type { ArcOptions, AuthFacts, AuthResult } from './types.ts';
