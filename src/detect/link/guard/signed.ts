import type { UrlParts } from '../../../url/index.ts';

const signatures: ReadonlySet<string> = new Set([
  'sig', 'signature', 'sign', 'hmac', 'expires', 'policy', 'key-pair-id', 'md5', 'sha1', 'sha256', 'checksum', 'digest', '_signature',
  'x-amz-signature', 'x-goog-signature', 'jwt', 'se', 'mac', 'nonce', 'integrity', 'verify', 'auth', 'authkey', 'securitytoken',
]); // prettier-ignore
/** Names that are signatures only where the value looks like one: `s` is a search on many sites. */
const maybe: ReadonlySet<string> = new Set([
  'h',
  's',
  'hash',
  'key',
  'k',
  'token',
  'code',
  'ticket',
  't',
  'st',
  'oh',
  'cs',
  'hs',
]);

function looksSigned(value: string): boolean {
  return value.length >= 16 && /\d/.test(value) && /^[\w.~%=+/-]+$/.test(value) && !/^\d{1,16}$/.test(value);
}

/**
 * Whether the URL carries what may be a signature over the whole of it, or a one-time secret: then no parameter may be cut, since the
 * site would refuse the rest. `cut` are the names that are to go: they are known to be no signature.
 */
export function isSigned(url: UrlParts, cut: readonly string[]): boolean {
  return url.params.some(({ name, rawValue }) => {
    if (cut.includes(name)) return false;
    const key = name.toLowerCase();
    if (signatures.has(key) || key.startsWith('x-amz-') || key.startsWith('x-goog-')) return true;
    if (key.endsWith('token') || key.endsWith('signature') || key.endsWith('hmac'))
      return rawValue.length >= 6;
    return maybe.has(key) && looksSigned(rawValue);
  });
}
