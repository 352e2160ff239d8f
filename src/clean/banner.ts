import { tailOf } from '../html/index.ts';
import type { Message, OctetEdit } from '../message/types.ts';
import type { Policy } from '../policy/index.ts';
import type { TextEdit } from '../span.ts';
import type { Counts } from './report.ts';
import type { ReadText } from './scan-parts.ts';

/** A line for the reader, to be put into the text with this reading. */
export interface BannerEdit {
  readonly text: ReadText;
  readonly edit: TextEdit;
}

/** Fills in `{pixels}`, `{links}`, `{params}` and `{operators}`; any other brace stays. */
export function fillIn(template: string, counts: Counts, operators: readonly string[]): string {
  return template
    .replaceAll('{pixels}', String(counts.pixels))
    .replaceAll('{links}', String(counts.links))
    .replaceAll('{params}', String(counts.params))
    .replaceAll('{operators}', operators.join(', '));
}

/** ASCII only, so that neither charset nor transfer encoding ever changes. */
function asciiHtml(text: string): string {
  let out = '';
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0;
    out += '<>&"'.includes(character) || code > 0x7e ? `&#${code};` : character;
  }
  return out;
}

function asciiPlain(text: string): string {
  return text.normalize('NFKD').replace(/[^\x20-\x7e]/g, '');
}

/** Behind the first `<body ...>` outside a comment; 0 where there is none. */
function afterBodyTag(lower: string): number {
  let at = lower.indexOf('<body');
  const comment = lower.indexOf('<!--');
  if (comment >= 0 && comment < at) {
    const closed = lower.indexOf('-->', comment);
    at = closed < 0 ? -1 : lower.indexOf('<body', closed);
  }
  const end = at < 0 ? -1 : lower.indexOf('>', at);
  return end + 1;
}

function htmlEdit(text: string, position: 'top' | 'bottom', line: string): TextEdit {
  const lower = text.toLowerCase();
  const closing = lower.lastIndexOf('</body');
  const at = position === 'top' ? afterBodyTag(lower) : closing < 0 ? text.length : closing;
  const style =
    'margin:0;padding:6px 10px;font:12px sans-serif;color:#444;background:#f2f2f2;text-align:left';
  return { start: at, end: at, replacement: `<div style="${style}">${asciiHtml(line)}</div>` };
}

function plainEdit(text: string, position: 'top' | 'bottom', line: string): TextEdit {
  const lineEnd = text.includes('\r\n') ? '\r\n' : '\n';
  const at = position === 'top' ? 0 : text.length;
  const shown = asciiPlain(line);
  const isClosed = text === '' || text.endsWith('\n');
  const replacement =
    position === 'top' ? `${shown}${lineEnd}${lineEnd}` : `${isClosed ? '' : lineEnd}${shown}${lineEnd}`;
  return { start: at, end: at, replacement };
}

/** What goes with a tail takes nothing with it that stands behind its end. */
function notInTail({ scanned: { places } }: ReadText, edit: TextEdit): TextEdit {
  const tail = tailOf(places)?.span;
  return tail === undefined || edit.start < tail.start ? edit : { ...edit, start: tail.end, end: tail.end };
}

/** One line in the first HTML and one in the first plain text that may be edited; none where the policy has no banner. */
export function bannerEdits(
  texts: readonly ReadText[],
  policy: Policy,
  counts: Counts,
  operators: readonly string[],
): readonly BannerEdit[] {
  const { position, html, plain } = policy.banner;
  if (position === 'off') return [];
  const editable = texts.filter((text) => text.part.keep === undefined && text.reading.index === 0);
  const firstHtml = editable.find((text) => text.part.role === 'html');
  const firstPlain = editable.find((text) => text.part.role === 'plain');
  const htmlLine = fillIn(html, counts, operators);
  const plainLine = fillIn(plain, counts, operators);
  return [
    ...(firstHtml === undefined
      ? []
      : [
          {
            text: firstHtml,
            edit: notInTail(firstHtml, htmlEdit(firstHtml.scanned.text, position, htmlLine)),
          },
        ]),
    ...(firstPlain === undefined
      ? []
      : [{ text: firstPlain, edit: plainEdit(firstPlain.scanned.text, position, plainLine) }]),
  ];
}

/** Puts the policy's tag in front of the subject; nothing where the message has no subject or the tag stands there already. */
export function subjectEdits(message: Message, policy: Policy): readonly OctetEdit[] {
  const field = message.fields.find(({ name }) => name === 'subject');
  if (policy.subjectTag === '' || field === undefined) return [];
  const { start, end } = field.valueSpan;
  const value = message.octets.toString('latin1', start, end);
  const tag = asciiPlain(policy.subjectTag);
  if (value.includes(tag)) return [];
  const at = start + (value.startsWith(' ') ? 1 : 0);
  return [{ start: at, end: at, replacement: Buffer.from(`${at === start ? ' ' : ''}${tag} `, 'latin1') }];
}
