/** What a message's authentication is judged by, beside its octets. */
export interface AuthFacts {
  /** Address of the client that handed the message in at the border; '' where it is not known: then SPF is not checked. */
  readonly ip: string;
  readonly helo: string;
  /** Envelope sender, '' for the null sender. */
  readonly sender: string;
}

export type Verdict =
  'pass' | 'fail' | 'softfail' | 'neutral' | 'none' | 'policy' | 'temperror' | 'permerror';

export interface SignatureVerdict {
  readonly domain: string;
  readonly selector: string;
  readonly result: Verdict;
}

/** What was found on the message as received. Plain data: it crosses a thread. */
export interface AuthResult {
  readonly spf: Verdict;
  readonly dkim: readonly SignatureVerdict[];
  readonly dmarc: Verdict;
  /** What the author's domain asks for; `unknown` where DNS did not say. A `reject` in test mode (t=y) counts as `reject`: not every
   *  receiver knows that tag. */
  readonly dmarcPolicy: 'none' | 'quarantine' | 'reject' | 'unknown';
  /** Domain of the author (From), '' where there is none or more than one. */
  readonly fromDomain: string;
  readonly arc: 'none' | 'pass' | 'fail';
  /** The chain may take one more set: it is sound, or failed and was not yet sealed as failed (RFC 8617 5.1.2). */
  readonly arcOpen: boolean;
  /** Value of our Authentication-Results field, authserv-id first, CRLF folds. */
  readonly authResults: string;
  /** A DNS answer did not come: nothing may be sealed as failed. */
  readonly hadDnsTrouble: boolean;
  /** What stood over a cap and was not looked at: `headers`, `from`, `signatures`, `return-path`. */
  readonly capped: readonly string[];
}

/** Caps that bound what a hostile header can cost (see README). */
export interface AuthCaps {
  readonly headerBytes: number;
  readonly headerLines: number;
  readonly signatures: number;
  /** Of one From field; a longer one is not parsed and DMARC is `permerror`. */
  readonly fromBytes: number;
  readonly dnsQueries: number;
  readonly dnsTimeoutMs: number;
  /** For all checks of one message; then what is known counts and the rest is `temperror`. */
  readonly deadlineMs: number;
}

export const defaultAuthCaps: AuthCaps = {
  headerBytes: 256 * 1024,
  headerLines: 2_000,
  signatures: 10,
  fromBytes: 8 * 1024,
  dnsQueries: 60,
  dnsTimeoutMs: 4_000,
  deadlineMs: 15_000,
};

/** How we seal (RFC 8617): only where a receiver is named that trusts it, since ARC is on its way to Historic. */
export interface ArcOptions {
  readonly domain: string;
  readonly selector: string;
  /** PEM, RSA or Ed25519. */
  readonly privateKey: string;
  readonly messages: 'edited' | 'all';
}
