import { percentDecode, type UrlParts } from '../url/index.ts';
import type { RuleMatch } from './format.ts';
import { compileGlob } from './glob.ts';
import { compileShape } from './shape.ts';

/** Whether a URL whose host is already known to match meets a rule's other conditions. Linear, never throws. */
export type Condition = (url: UrlParts) => boolean;

/** The path as a rule sees it: a client asks for `/` where none is written. */
export function pathOf(url: UrlParts): string {
  return url.path === '' ? '/' : url.path;
}

/** A required parameter, taken apart: `name`, `name=value` (`*` in the value is any run) or `name~shape`. */
export type ParamCondition =
  | { readonly kind: 'present'; readonly name: string }
  | { readonly kind: 'value'; readonly name: string; readonly value: string }
  | { readonly kind: 'shape'; readonly name: string; readonly shape: string };

/** Splits at the first `=` or `~`; names with either in them cannot be written. */
export function parseParamCondition(text: string): ParamCondition {
  const at = text.search(/[=~]/);
  if (at < 0) return { kind: 'present', name: text };
  const name = text.slice(0, at);
  const rest = text.slice(at + 1);
  return text.charAt(at) === '='
    ? { kind: 'value', name, value: rest }
    : { kind: 'shape', name, shape: rest };
}

function paramTest(text: string): Condition {
  const wanted = parseParamCondition(text);
  if (wanted.kind === 'present') return (url) => url.params.some(({ name }) => name === wanted.name);
  if (wanted.kind === 'shape') {
    const test = compileShape(wanted.shape) ?? (() => false);
    return (url) => url.params.some(({ name, rawValue }) => name === wanted.name && test(rawValue));
  }
  // `/` is no boundary in a value: `*` stands for any run there.
  const glob = compileGlob(wanted.value.replaceAll(/\*+/g, '**'));
  return (url) =>
    url.params.some(
      ({ name, rawValue }) =>
        name === wanted.name && (glob.matches(rawValue) || glob.matches(percentDecode(rawValue) ?? rawValue)),
    );
}

function segmentTest(index: number, shape: string): Condition {
  const test = compileShape(shape) ?? (() => false);
  return (url) => {
    const segment = url.segments.at(index);
    return segment !== undefined && test(segment);
  };
}

/** Compiles all conditions of a match but its hosts. */
export function compileCondition(match: RuleMatch): Condition {
  const tests: Condition[] = [];
  if (match.paths !== undefined) {
    const globs = match.paths.map(compileGlob);
    tests.push((url) => {
      const path = pathOf(url);
      return globs.some((glob) => glob.matches(path));
    });
  }
  for (const text of match.query ?? []) tests.push(paramTest(text));
  if (match.fragment !== undefined) {
    const glob = compileGlob(match.fragment);
    tests.push((url) => url.fragment !== undefined && glob.matches(url.fragment));
  }
  for (const [index, shape] of Object.entries(match.segments ?? {}))
    tests.push(segmentTest(Number(index), shape));
  const only = tests.length === 1 ? tests[0] : undefined;
  return only ?? ((url) => tests.every((test) => test(url)));
}
