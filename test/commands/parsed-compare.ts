import { Parser } from 'htmlparser2';
import { simpleParser } from 'mailparser';
import type { ParsedMail } from 'mailparser';
import type { Report } from '../../src/clean/index.ts';

const options = {
  skipHtmlToText: true,
  skipTextToHtml: true,
  skipImageLinks: true,
  skipTextLinks: true,
} as const;

/** The text that an HTML body shows, white space folded, links' own text left out where a link was rewritten. */
function shownText(html: string, withoutLinkText: boolean): string {
  const words: string[] = [];
  let inLink = 0;
  let hidden = 0;
  const parser = new Parser({
    onopentagname(name) {
      if (name === 'a') inLink += 1;
      if (name === 'style' || name === 'script') hidden += 1;
    },
    onclosetag(name) {
      if (name === 'a') inLink -= 1;
      if (name === 'style' || name === 'script') hidden -= 1;
    },
    ontext(text) {
      if (hidden <= 0 && !(withoutLinkText && inLink > 0)) words.push(text);
    },
  });
  parser.end(html);
  return words.join('').replace(/\s+/g, ' ').trim();
}

function attachments(mail: ParsedMail): string {
  return mail.attachments
    .map((each) => `${each.contentType} ${each.filename ?? ''} ${each.size} ${each.checksum}`)
    .join('\n');
}

function headersBut(mail: ParsedMail, ours: string): string {
  return mail.headerLines
    .filter(({ key }) => key !== ours && key.trim() !== '' && key !== `${ours}-continuation`)
    .map(({ line }) => line)
    .join('\n');
}

/**
 * Compares what mailparser reads before and after: header fields but ours, attachments by hash, texts exactly where nothing was edited and by
 * what they show where something was. undefined: the same.
 */
export async function parsedDifference(
  original: Buffer,
  output: Buffer,
  report: Report,
): Promise<string | undefined> {
  const [before, after] = await Promise.all([simpleParser(original, options), simpleParser(output, options)]);
  if (headersBut(before, 'tracking-protection') !== headersBut(after, 'tracking-protection'))
    return 'header fields';
  if (attachments(before) !== attachments(after)) return 'attachments';
  const edited = report.result === 'cleaned';
  if (!edited) {
    if (before.html !== after.html) return 'html of an unedited message';
    return before.text === after.text ? undefined : 'text of an unedited message';
  }
  const [htmlBefore, htmlAfter] = [before.html || '', after.html || ''];
  return shownText(htmlBefore, true) === shownText(htmlAfter, true) ? undefined : 'what the html shows';
}
