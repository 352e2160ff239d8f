import { percentDecode, type UrlParts } from '../../../url/index.ts';
import { fromBase64 } from './binary.ts';
import { unescapeHtml } from './text.ts';

const runAlphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

function rawParam(url: UrlParts, name: string): string | undefined {
  return url.params.find((param) => param.name === name)?.rawValue;
}

function version1(url: UrlParts): string | undefined {
  const decoded = percentDecode(rawParam(url, 'u') ?? '%');
  return decoded === undefined ? undefined : unescapeHtml(decoded);
}

function version2(url: UrlParts): string | undefined {
  const raw = rawParam(url, 'u');
  if (raw === undefined) return undefined;
  const decoded = percentDecode(raw.replaceAll('-', '%').replaceAll('_', '/'));
  return decoded === undefined ? undefined : unescapeHtml(decoded);
}

/**
 * `__URL__;REPLACED!`: each `*` of the URL stands for the next octet of REPLACED, each `**X` for a run of them whose length X says.
 * Counted in octets of UTF-8, so that a run may end inside a character.
 */
function version3(url: UrlParts): string | undefined {
  const start = url.text.indexOf('/v3/__', url.pathStart) + 6;
  const end = url.text.indexOf('__;', start);
  const bang = url.text.indexOf('!', end);
  if (start < 6 || end < 0 || bang < 0) return undefined;
  const encoded = url.text.slice(end + 3, bang);
  const replaced = encoded === '' ? Buffer.alloc(0) : fromBase64(encoded);
  if (replaced === undefined) return undefined;
  const written = Buffer.from(url.text.slice(start, end), 'utf8');
  const pieces: Buffer[] = [];
  let used = 0;
  let from = 0;
  for (let at = written.indexOf(0x2a); at >= 0; at = written.indexOf(0x2a, from)) {
    const isRun = written[at + 1] === 0x2a && at + 2 < written.length;
    const run = isRun ? runAlphabet.indexOf(String.fromCharCode(written[at + 2] ?? 0)) + 2 : 1;
    if (run < 1 || (isRun && run < 2) || used + run > replaced.length) return undefined;
    pieces.push(written.subarray(from, at), replaced.subarray(used, used + run));
    used += run;
    from = at + (isRun ? 3 : 1);
  }
  pieces.push(written.subarray(from));
  const text = Buffer.concat(pieces).toString('utf8');
  return repairScheme(text);
}

/** Gives back the slash of `https:/host`, which a path normaliser on the way had collapsed. */
export function repairScheme(text: string): string {
  const colon = text.indexOf(':/');
  const scheme = text.slice(0, Math.max(colon, 0)).toLowerCase();
  if ((scheme !== 'http' && scheme !== 'https') || text.charAt(colon + 2) === '/') return text;
  return `${text.slice(0, colon + 2)}/${text.slice(colon + 2)}`;
}

/** What a Proofpoint URL Defense link wraps. */
export function decodeProofpoint(version: 1 | 2 | 3, url: UrlParts): string | undefined {
  if (version === 1) return version1(url);
  return version === 2 ? version2(url) : version3(url);
}
