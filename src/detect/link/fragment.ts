import type { UrlParts } from '../../url/index.ts';

/** A client carries the fragment of a redirect over to a destination without one (Fetch, "location URL"); so does the rewriting. */
export function withFragment(destination: string, redirect: UrlParts): string {
  const { fragment } = redirect;
  return fragment === undefined || fragment === '' || destination.includes('#')
    ? destination
    : `${destination}#${fragment}`;
}
