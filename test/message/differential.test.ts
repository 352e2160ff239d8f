import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { simpleParser } from 'mailparser';
import { describe, expect, test } from 'vitest';
import type { FoundEdit } from '../../src/message/index.ts';
import { runs, soundTrees } from './arbitrary.ts';
import { lines, strip } from './tools.ts';

/** What other readers see, before and after edits of ours: the same but for what was taken out. */

/** Not nothing: what is left in front of a line end might be a blank, which is a soft break in format=flowed. */
const replacement = 'http://u.example/';
const urls = /https?:\/\/[A-Za-z0-9./?&=_%-]+/g;

function findUrls(text: string): readonly FoundEdit[] {
  return [...text.matchAll(urls)].map(({ index, 0: found }) => ({
    start: index,
    end: index + found.length,
    replacement,
    findings: [],
  }));
}

/** The message with other URLs, as far as its readings agree on them: others see what they do not agree on. */
function changeUrls(octets: Buffer): Buffer {
  const stripped = strip(octets, {}, findUrls);
  return [...stripped.reasons.values()].includes('ambiguous-mime') ? octets : stripped.octets;
}

/** A text without its URLs, and without the blanks that readers treat each in their own way. */
function bare(text: string): string {
  return text.replace(urls, '').replace(/\s+/g, ' ');
}

interface Seen {
  readonly error?: string;
  readonly headers: readonly (readonly [string, string])[];
  readonly parts: readonly { readonly type: string; readonly text?: string; readonly sha256?: string }[];
}

function python(messages: readonly Buffer[]): readonly Seen[] {
  const input: Buffer[] = [];
  for (const message of messages) {
    const length = Buffer.alloc(4);
    length.writeUInt32BE(message.length);
    input.push(length, message);
  }
  const script = join(import.meta.dirname, 'read_mail.py');
  const { stdout, status, stderr } = spawnSync('python3', [script], {
    input: Buffer.concat(input),
    maxBuffer: 1 << 30,
  });
  if (status !== 0) throw new Error(stderr.toString());
  return stdout
    .toString()
    .trimEnd()
    .split('\n')
    .map((line): Seen => JSON.parse(line));
}

const hasPython = spawnSync('python3', ['--version']).status === 0;
if (!hasPython) console.log('python3 is missing: the comparison with its email package is skipped');

async function mailparser(octets: Buffer) {
  const parsed = await simpleParser(octets, {
    skipHtmlToText: true,
    skipTextToHtml: true,
    skipImageLinks: true,
  });
  return {
    headers: parsed.headerLines.map(({ line }) => line),
    html: bare(parsed.html || ''),
    text: bare(parsed.text ?? ''),
    attachments: parsed.attachments.map(({ contentType, checksum, filename, cid }) => ({
      contentType,
      checksum,
      filename,
      cid,
    })),
  };
}

function withoutTexts({ headers, parts }: Seen): unknown {
  return {
    headers,
    parts: parts.map(({ text, ...part }) => ({ ...part, text: text === undefined ? '' : bare(text) })),
  };
}

const newsletter = lines(
  'From: a@example.org',
  'Subject: =?utf-8?q?h=C3=A9llo?=',
  'MIME-Version: 1.0',
  'Content-Type: multipart/mixed; boundary="o"',
  '',
  'preamble',
  '--o',
  'Content-Type: multipart/alternative; boundary="i"',
  '',
  '--i',
  'Content-Type: text/plain; charset=utf-8; format=flowed',
  'Content-Transfer-Encoding: quoted-printable',
  '',
  'H=C3=A9llo, read http://example.org/a?b=3Dc&d=3De on the web. =',
  'And http://example.org/f too.',
  '--i',
  'Content-Type: text/html; charset=iso-8859-1',
  'Content-Transfer-Encoding: base64',
  '',
  ...Buffer.from(
    `<p>h\xe9llo <a href="http://example.org/a?b=c">x</a>${'<img src="http://example.org/p"> '.repeat(9)}`,
    'latin1',
  )
    .toString('base64')
    .replace(/.{76}/g, '$&\n')
    .split('\n'),
  '--i--',
  '--o',
  'Content-Type: image/png; name=a.png',
  'Content-Transfer-Encoding: base64',
  'Content-Disposition: attachment; filename=a.png',
  '',
  Buffer.from('http://example.org/in-an-image').toString('base64'),
  '--o--',
  'epilogue',
);

const fixtures: readonly (readonly [string, readonly Buffer[]])[] = [
  ['a newsletter', [newsletter]],
  // Trees that readers read differently are none for this: what is an edit to one is a change of data to another.
  ['trees', fc.sample(soundTrees, runs(200))],
];

function corpus(): readonly string[] {
  const folder = process.env['MAILSLUICE_CORPUS'];
  if (folder === undefined) return [];
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.eml'))
    .map((name) => join(folder, name));
}

describe("Python's email sees the same message", () => {
  const compare = (messages: readonly Buffer[]): readonly number[] => {
    const before = python(messages);
    const after = python(messages.map(changeUrls));
    return before.flatMap((seen, index) => {
      const other = after[index];
      if (seen.error !== undefined) return [];
      return other && JSON.stringify(withoutTexts(seen)) === JSON.stringify(withoutTexts(other))
        ? []
        : [index];
    });
  };

  test.skipIf(!hasPython).each(fixtures)('%s', (_, messages) => {
    expect(compare(messages).map((index) => messages[index]?.toString('latin1'))).toEqual([]);
  });

  test.skipIf(!hasPython || corpus().length === 0)('the corpus', { timeout: 600_000 }, () => {
    const files = corpus();
    const different: string[] = [];
    for (let at = 0; at < files.length; at += 100) {
      const some = files.slice(at, at + 100);
      for (const index of compare(some.map((file) => readFileSync(file)))) different.push(some[index] ?? '');
    }
    expect(different).toEqual([]);
  });
});

describe('mailparser sees the same message', () => {
  const compare = async (octets: Buffer): Promise<void> => {
    expect(await mailparser(changeUrls(octets))).toEqual(await mailparser(octets));
  };

  test.each(fixtures)('%s', async (_, messages) => {
    for (const octets of messages) await compare(octets);
  });

  test.skipIf(corpus().length === 0)('the corpus', { timeout: 600_000 }, async () => {
    const different: string[] = [];
    for (const file of corpus()) {
      await compare(readFileSync(file)).catch(() => different.push(file));
    }
    expect(different).toEqual([]);
  });
});
