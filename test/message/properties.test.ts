import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readingSpanToOctets, readTexts, spliceMessage } from '../../src/message/index.ts';
import type { FoundEdit } from '../../src/message/index.ts';
import { anyMessage, mimeTrees, runs } from './arbitrary.ts';
import { outline, read, restores, strip } from './tools.ts';

/** Edits at places that no finder would choose, from the text itself. */
function anyEdits(text: string): readonly FoundEdit[] {
  const edits: FoundEdit[] = [];
  for (let at = 3; at + 4 < text.length && edits.length < 20; at += 37) {
    edits.push({
      start: at,
      end: at + (at % 5),
      replacement: 'a=b '.slice(at % 3),
      findings: [edits.length],
    });
  }
  return edits;
}

const finders = [undefined, anyEdits];

describe('for any octets', () => {
  test('nothing is thrown, and no edit means no change', () => {
    fc.assert(
      fc.property(anyMessage, (octets) => {
        const message = read(octets);
        for (const part of message.parts) readTexts(message, part);
        expect(spliceMessage(message, []).equals(octets)).toBe(true);
      }),
      runs(400),
    );
  });

  test.each(finders)('outside of the journal output is input, and undo restores it', (find) => {
    fc.assert(
      fc.property(anyMessage, (octets) => {
        const stripped = strip(octets, {}, find);
        expect(restores(stripped, octets)).toBe(true);
        let before = 0;
        for (const { start, end } of [...stripped.edits].sort((a, b) => a.start - b.start || a.end - b.end)) {
          expect(start).toBeGreaterThanOrEqual(before);
          expect(end).toBeLessThanOrEqual(octets.length);
          before = end;
        }
      }),
      runs(400),
    );
  });

  test('edits lie in bodies, but for stale Content-MD5 fields', () => {
    fc.assert(
      fc.property(anyMessage, (octets) => {
        const { message, journal } = strip(octets);
        for (const { part: id, span, before } of journal) {
          const inBody = message.parts.some((part) => {
            const start = part.sources?.reduce(
              (least, { pieces }) => Math.min(least, ...pieces.map((piece) => piece.span.start)),
              part.body.start,
            );
            return (
              part.id === id &&
              span.start >= (start ?? part.body.start) &&
              span.end <= Math.max(part.body.end, part.header.end)
            );
          });
          expect(inBody || /^content-md5/i.test(before.toString('latin1'))).toBe(true);
        }
      }),
      runs(400),
    );
  });

  test('the tree stays as it was', () => {
    fc.assert(
      fc.property(anyMessage, (octets) => {
        const stripped = strip(octets);
        expect(outline(read(stripped.octets))).toEqual(outline(stripped.message));
      }),
      runs(400),
    );
  });

  test('where the octets lie in memory does not matter', () => {
    fc.assert(
      fc.property(anyMessage, fc.uint8Array({ maxLength: 9 }), (octets, pad) => {
        const inside = Buffer.concat([pad, octets, pad]).subarray(pad.length, pad.length + octets.length);
        expect(strip(inside).octets.equals(strip(octets).octets)).toBe(true);
      }),
      runs(200),
    );
  });

  test('limits change what is read as a tree, not what is found', () => {
    fc.assert(
      fc.property(mimeTrees, fc.integer({ min: 1, max: 4 }), (octets, maxParts) => {
        const stripped = strip(octets, { maxParts, maxDepth: 2, nested: 'edit' });
        expect(restores(stripped, octets)).toBe(true);
      }),
      runs(200),
    );
  });

  test('spans of texts are octets of the message, in order', () => {
    fc.assert(
      fc.property(anyMessage, (octets) => {
        const message = read(octets);
        for (const part of message.parts) {
          for (const reading of readTexts(message, part)) {
            let before = 0;
            for (const { start, end } of anyEdits(reading.text)) {
              const span = readingSpanToOctets(reading, { start, end });
              expect(span.start).toBeGreaterThanOrEqual(before);
              expect(span.end).toBeGreaterThanOrEqual(span.start);
              expect(span.end).toBeLessThanOrEqual(octets.length);
              before = span.start;
            }
          }
        }
      }),
      runs(200),
    );
  });
});

describe('for MIME trees', () => {
  test('what was taken out is gone from every text that may be edited, and a second pass finds nothing', () => {
    fc.assert(
      fc.property(mimeTrees, (octets) => {
        const stripped = strip(octets);
        const message = read(stripped.octets);
        for (const part of message.parts) {
          if (part.keep !== undefined || stripped.reasons.has(part.id)) continue;
          for (const { text } of readTexts(message, part))
            expect(text).not.toContain('http://tracker.example');
        }
        if (stripped.reasons.size === 0) expect(strip(stripped.octets).edits).toEqual([]);
      }),
      runs(400),
    );
  });
});

/** Texts under a charset with a way to write them. */
const charsets: readonly {
  readonly charset: string;
  readonly write: (text: string) => Buffer;
  readonly chars: string;
}[] = [
  { charset: 'utf-8', chars: 'aé漢😀<"=\n ', write: (text) => Buffer.from(text) },
  { charset: 'utf-16', chars: 'aé漢😀<"=\n ', write: (text) => Buffer.from(`\ufeff${text}`, 'utf16le') },
  { charset: 'iso-8859-1', chars: 'aéÿ<"=\n ', write: (text) => Buffer.from(text, 'latin1') },
  { charset: 'shift_jis', chars: 'aソ<"=\n ', write: (text) => each(text, { ソ: '\x83\x5c' }) },
  {
    charset: 'gb18030',
    chars: 'a汉¥<"=\n ',
    write: (text) => each(text, { 汉: '\xba\xba', '¥': '\x81\x30\x84\x36' }),
  },
  { charset: 'iso-2022-jp', chars: 'a漢<"=\n ', write: (text) => each(text, { 漢: '\x1b$B4A\x1b(B' }) },
  { charset: 'iso-2022-kr', chars: 'a가<"= ', write: (text) => each(text, { 가: '\x0e0!\x0f' }) },
  { charset: 'hz-gb-2312', chars: 'a汉~<"= ', write: (text) => each(text, { 汉: '~{::~}', '~': '~~' }) },
  {
    charset: 'utf-7',
    chars: 'a漢+<"=\n ',
    write: (text) => each(text, { 漢: '+byI-', '+': '+-', '<': '+ADw-' }),
  },
];

function each(text: string, written: Readonly<Record<string, string>>): Buffer {
  return Buffer.from(Array.from(text, (char) => written[char] ?? char).join(''), 'latin1');
}

function encoded(octets: Buffer, encoding: string, width: number): Buffer {
  if (encoding === 'base64') {
    return Buffer.from(
      octets.toString('base64').replace(new RegExp(`.{${width}}`, 'g'), (line) => `${line}\r\n`),
      'latin1',
    );
  }
  if (encoding !== 'quoted-printable') return octets;
  const out: string[] = [];
  let column = 0;
  for (const octet of octets) {
    const literal = octet === 10 || (octet >= 32 && octet < 127 && octet !== 61);
    const token = literal ? String.fromCharCode(octet) : `=${octet.toString(16).padStart(2, '0')}`;
    if (column + token.length > width) {
      out.push('=\r\n');
      column = 0;
    }
    out.push(token);
    column = octet === 10 ? 0 : column + token.length;
  }
  return Buffer.from(out.join(''), 'latin1');
}

describe('the edited text decodes to the text with its edits', () => {
  const encodings = fc.constantFrom('8bit', 'base64', 'quoted-printable');
  test.each(charsets)('$charset', ({ charset, chars, write }) => {
    const texts = fc.array(fc.constantFrom(...chars), { maxLength: 200 }).map((all) => all.join(''));
    const spans = fc.array(fc.tuple(fc.nat(30), fc.nat(12), fc.constantFrom('', '', 'x', '"a=b"', ' ')), {
      maxLength: 8,
    });
    fc.assert(
      fc.property(
        texts,
        encodings,
        fc.integer({ min: 8, max: 80 }),
        spans,
        (text, encoding, width, wanted) => {
          const head = `Content-Type: text/plain; charset=${charset}\r\nContent-Transfer-Encoding: ${encoding}\r\n\r\n`;
          const octets = Buffer.concat([Buffer.from(head), encoded(write(text), encoding, width)]);
          let expected: string | undefined;
          const stripped = strip(octets, {}, (found) => {
            // The first reading only: the others are of clients that do not know the charset.
            if (expected !== undefined) return [];
            expected = '';
            const edits: FoundEdit[] = [];
            const points = Array.from(found).reduce<number[]>(
              (all, char) => [...all, (all.at(-1) ?? 0) + char.length],
              [0],
            );
            let at = 0;
            let behind = 0;
            for (const [skip, length, replacement] of wanted) {
              const start = points[at + skip];
              const end = points[at + skip + length];
              if (start === undefined || end === undefined) break;
              edits.push({ start, end, replacement, findings: [] });
              expected += found.slice(behind, start) + replacement;
              behind = end;
              at += skip + length + 1;
            }
            expected += found.slice(behind);
            return edits;
          });
          const message = read(stripped.octets);
          expect(stripped.reasons.size).toBe(0);
          expect(readTexts(message, message.root)[0]?.text).toBe(expected);
          expect(restores(stripped, octets)).toBe(true);
        },
      ),
      runs(150),
    );
  });
});
