import { decodeRedirect } from '../detect/link/index.ts';
import { AppError } from '../errors.ts';
import type { RuleSet } from '../rules/rule-set.ts';
import type { Cleaner } from '../service/cleaning.ts';
import { parseUrl } from '../url/index.ts';
import { findingText } from './explain-text.ts';
import type { ExplainContext, RuleOrigin } from './explain-text.ts';
import { visible } from './visible.ts';

function ruleLines(rules: RuleSet, text: string, originOf: RuleOrigin): readonly string[] {
  const url = parseUrl(text);
  if (url === undefined) throw new AppError('E_USAGE', `${visible(text)} is no absolute http(s) URL`);
  const named = (rule: { id: string; operator: string }): string => {
    const origin = originOf(rule.id);
    return `${rule.id} (${rule.operator}${origin === undefined ? '' : `, ${origin}`})`;
  };
  const pixel = rules.pixel(url);
  const opaque = rules.opaque(url);
  const keep = rules.keep(url);
  const redirects = rules.redirects(url).map((rule) => {
    const to = decodeRedirect(rule.decode, url);
    return `  redirect ${named(rule)}: ${to === undefined ? 'does not decode' : `leads to ${visible(to)}`}`;
  });
  const params = url.params.flatMap(({ name, rawValue }) => {
    const rule = rules.param(url, name, rawValue);
    return rule === undefined ? [] : [`  param    ${visible(name)}: ${named(rule)}`];
  });
  return [
    ...(pixel === undefined ? [] : [`  pixel    ${named(pixel)}`]),
    ...redirects,
    ...(opaque === undefined ? [] : [`  opaque   ${named(opaque)}`]),
    ...(keep === undefined ? [] : [`  keep     ${named(keep)}: ${keep.guard}`]),
    ...params,
  ];
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;');
}

/** The URL in a message of our own: once as a link, once as an image that shows something. */
function sample(url: string): Buffer {
  const attribute = escaped(url);
  const html = `<p>Text in front.</p><a href="${attribute}">a link</a><img src="${attribute}" width="200" height="100"><p>Text behind.</p>`;
  return Buffer.from(
    `Subject: a URL\r\nMIME-Version: 1.0\r\nContent-Type: text/html; charset=utf-8\r\n\r\n${html}\r\n`,
    'utf8',
  );
}

/** What the rules say about a URL, and what would become of it as a link and as an image. */
export function explainUrl(
  url: string,
  rules: RuleSet,
  cleaner: Cleaner,
  policy: string | undefined,
  context: ExplainContext,
): string {
  const lines = ruleLines(rules, url, context.originOf);
  const { report } = cleaner.clean(sample(url), {}, policy);
  return [
    context.paint.bold(visible(url)),
    lines.length === 0 ? '  no rule matches' : lines.join('\n'),
    '',
    context.paint.bold(
      report.findings.length === 0
        ? 'As a link and as an image of 200 x 100 it is left alone.'
        : 'As a link and as an image of 200 x 100:',
    ),
    ...report.findings.map((decided, index) => findingText(decided, index, context)),
    '',
  ].join('\n');
}
