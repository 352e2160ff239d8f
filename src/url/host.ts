import { parse } from 'tldts';

const options = { allowPrivateDomains: true, validateHostname: false } as const;

/** The domain that somebody registered (public suffix plus one label, private suffixes included); undefined for IP literals and suffixes. */
export function registrableDomain(host: string): string | undefined {
  return parse(host, options).domain ?? undefined;
}

/** Whether the name can be one of the public Internet: at least two labels under a listed public suffix, no IP literal. */
export function isPublicHost(host: string): boolean {
  const parsed = parse(host, options);
  return (
    parsed.isIp !== true && parsed.domain !== null && (parsed.isIcann === true || parsed.isPrivate === true)
  );
}
