import type { AuthResult, Verdict } from './types.ts';

/** What is known of a message that could not be checked: `temperror` for trouble, `permerror` for one over the caps. */
export function noResult(
  id: string,
  verdict: Extract<Verdict, 'temperror' | 'permerror'>,
  capped: readonly string[],
): AuthResult {
  return {
    spf: 'none',
    dkim: [],
    dmarc: verdict,
    dmarcPolicy: verdict === 'temperror' ? 'unknown' : 'none',
    fromDomain: '',
    arc: 'none',
    arcOpen: false,
    authResults: `${id};\r\n dkim=${verdict};\r\n dmarc=${verdict}`,
    hadDnsTrouble: verdict === 'temperror',
    capped,
  };
}

/** Domains whose mail this is beyond doubt: the author's, where DMARC passed. */
export function authenticatedDomains(result: AuthResult): readonly string[] {
  return result.dmarc === 'pass' && result.fromDomain !== '' ? [result.fromDomain] : [];
}
