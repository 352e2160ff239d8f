import { parseUrl, percentDecode, type UrlParts } from '../../url/index.ts';

function asUrl(text: string | undefined): UrlParts | undefined {
  if (text === undefined) return undefined;
  const clear = percentDecode(text) ?? text;
  return parseUrl(text) ?? parseUrl(clear) ?? parseUrl(Buffer.from(clear, 'base64').toString('latin1'));
}

function param(url: UrlParts, name: string): string | undefined {
  return url.params.find((one) => one.name === name)?.rawValue;
}

/**
 * The image behind a mailbox provider's image proxy, as it stands in forwarded mail: Google keeps it in the fragment, Yahoo and Outlook in a
 * parameter. undefined for any other URL.
 */
export function proxied(url: UrlParts): UrlParts | undefined {
  if (!url.host.endsWith('usercontent.com') && !url.host.endsWith('.outlook.com')) return undefined;
  if (/^ci[0-9]*\.googleusercontent\.com$/.test(url.host)) return asUrl(url.fragment);
  if (/^(?:ecp|ec)\.yusercontent\.com$/.test(url.host)) return asUrl(param(url, 'url'));
  if (/^imgproxy-[a-z0-9-]+\.outlook\.com$/.test(url.host))
    return asUrl(param(url, 'u') ?? param(url, 'url'));
  return undefined;
}

const maxProxies = 4;

/** Through all proxies, one in the other. */
export function behindProxies(url: UrlParts): UrlParts {
  let inner = url;
  for (let count = 0; count < maxProxies; count += 1) {
    const next = proxied(inner);
    if (next === undefined) break;
    inner = next;
  }
  return inner;
}
