import type { DecodeStep } from '../../../rules/format.ts';
import { percentDecode, type UrlParts } from '../../../url/index.ts';
import {
  fromBase32,
  fromBase64,
  fromHex,
  goesOnBehindSlash,
  inflate,
  protobufField,
  sparkpostField,
} from './binary.ts';
import { hasFormBlank } from './form-value.ts';
import { pathPrefixLength } from './path-prefix.ts';
import { decodeProofpoint, repairScheme } from './proofpoint.ts';
import { jsonString, unescapeHtml } from './text.ts';

/** Longer links are left: nothing in mail needs them, and work stays small. */
export const maxDecodedCharacters = 8192;

type Value = string | Buffer | undefined;

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

function textOf(value: Value): string | undefined {
  if (value === undefined || typeof value === 'string') return value;
  try {
    return utf8.decode(value);
  } catch {
    return undefined;
  }
}

function octetsOf(value: Value): Buffer | undefined {
  return typeof value === 'string' ? Buffer.from(value, 'utf8') : value;
}

function queryValue(url: UrlParts, names: string | readonly string[], isLast: boolean): string | undefined {
  const wanted = typeof names === 'string' ? [names] : names;
  const found = url.params.filter((param) => wanted.includes(param.name));
  const param = isLast ? found.at(-1) : found[0];
  const decoded = param === undefined ? undefined : percentDecode(param.rawValue);
  return param !== undefined && hasFormBlank(param.rawValue, decoded ?? '') ? undefined : decoded;
}

function queryTail(url: UrlParts, name: string): string | undefined {
  const param = url.params.find(
    (each) => each.name === name && url.text.charAt(each.span.start + name.length) === '=',
  );
  return param === undefined ? undefined : url.text.slice(param.span.start + name.length + 1);
}

function behindPath(url: UrlParts, prefix: string): string | undefined {
  const length = pathPrefixLength(prefix, url.path);
  return length === undefined ? undefined : url.text.slice(url.pathStart + length);
}

function ofParameter(text: string | undefined, name: string): string | undefined {
  for (const pair of text?.split('&') ?? []) {
    const equals = pair.indexOf('=');
    if (equals >= 0 && percentDecode(pair.slice(0, equals)) === name)
      return percentDecode(pair.slice(equals + 1));
  }
  return undefined;
}

function schemed(text: string | undefined, scheme: string): string | undefined {
  if (text === undefined || text === '' || text.startsWith('//')) return undefined;
  return /^[a-z][a-z0-9+.-]*:(?!\d)/i.test(text) ? text : scheme + text;
}

/** Without a signature, which is all that stands behind the last separator; undefined where there is none of this length. */
function unsigned(text: string, separator: string, length: number): string | undefined {
  const end = text.length - length - separator.length;
  const isSigned =
    end > 0 && text.startsWith(separator, end) && /^[\w-]+$/.test(text.slice(end + separator.length));
  return isSigned ? text.slice(0, end) : undefined;
}

function isCutByPath(previous: DecodeStep | undefined, url: UrlParts, value: Value): boolean {
  if (previous === undefined || !('segment' in previous) || typeof value !== 'string') return false;
  const at = previous.segment < 0 ? url.segments.length + previous.segment : previous.segment;
  return goesOnBehindSlash(value, url.segments[at + 1]);
}

function jwtField(text: string | undefined, name: string): string | undefined {
  const payload = textOf(fromBase64(text?.split('.')[1] ?? ''));
  return payload === undefined ? undefined : jsonString(payload, name);
}

function applyText(step: DecodeStep, value: Value): Value {
  const text = textOf(value);
  if (text === undefined) return undefined;
  if ('percent' in step) return percentDecode(text);
  if ('base64' in step) return fromBase64(text);
  if ('base32' in step) return fromBase32(text);
  if ('hex' in step) return fromHex(text);
  if ('json' in step) return jsonString(text, step.json);
  if ('jwt' in step) return jwtField(text, step.jwt);
  if ('split' in step) return text.split(step.split).at(step.index);
  if ('prepend' in step) return schemed(text, step.prepend);
  if ('parameter' in step) return ofParameter(text, step.parameter);
  if ('unescape_html' in step) return unescapeHtml(text);
  if ('repair_scheme' in step) return repairScheme(text);
  if ('cut_signature' in step) return unsigned(text, step.cut_signature, step.length);
  if ('replace' in step) return text.replaceAll(step.replace, () => step.with);
  return undefined;
}

function applyStep(step: DecodeStep, url: UrlParts, value: Value): Value {
  if ('query' in step) return queryValue(url, step.query, step.last === true);
  if ('query_tail' in step) return queryTail(url, step.query_tail);
  if ('query_whole' in step)
    return url.query === undefined ? undefined : url.text.slice(url.text.indexOf('?', url.pathStart) + 1);
  if ('segment' in step) return url.segments.at(step.segment);
  if ('path_after' in step) return behindPath(url, step.path_after);
  if ('fragment' in step) return url.fragment;
  if ('proofpoint' in step) return decodeProofpoint(step.proofpoint, url);
  const octets = 'inflate' in step || 'protobuf' in step || 'sparkpost' in step ? octetsOf(value) : undefined;
  if ('inflate' in step) return octets === undefined ? undefined : inflate(octets);
  if ('protobuf' in step) return octets === undefined ? undefined : protobufField(octets, step.protobuf);
  if ('sparkpost' in step) return octets === undefined ? undefined : sparkpostField(octets, step.sparkpost);
  return applyText(step, value);
}

/**
 * Walks a rule's steps from a redirect to the text that it carries: what the operator would send the reader to, not yet checked
 * (`checkDestination` says whether it may be written). undefined where a step fails. `query` and `parameter` percent-decode once;
 * `split` counts from 0, negative from the end; `replace` is literal and replaces every occurrence; `prepend` only where no scheme stands.
 * Never throws; work and memory are linear in the URL, which is at most 8192 characters long.
 */
export function decodeRedirect(steps: readonly DecodeStep[], url: UrlParts): string | undefined {
  if (url.text.length > maxDecodedCharacters) return undefined;
  let value: Value;
  for (const [index, step] of steps.entries()) {
    if ('base64' in step && isCutByPath(steps[index - 1], url, value)) return undefined;
    value = applyStep(step, url, value);
    if (value === undefined) return undefined;
  }
  return textOf(value);
}
