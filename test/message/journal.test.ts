import { describe, expect, test } from 'vitest';
import {
  decodeJournal,
  encodeJournal,
  fieldText,
  ownFields,
  spliceMessage,
  undo,
} from '../../src/message/index.ts';
import { lines, read, strip } from './tools.ts';

const original = lines(
  'Subject: a',
  'Content-Type: text/html',
  '',
  '<img src="http://tracker.example/p"><p>\xff',
);
const cleaned = strip(original);

describe('the journal', () => {
  test('survives its file format and restores the original', () => {
    const decoded = decodeJournal(encodeJournal(cleaned.journal));
    expect(decoded).toEqual({ kind: 'journal', entries: cleaned.journal });
    const messages = {
      original: { bytes: original.length, sha256: 'a'.repeat(64) },
      cleaned: { bytes: cleaned.octets.length, sha256: 'b'.repeat(64) },
    };
    const known = decodeJournal(encodeJournal(cleaned.journal, messages));
    expect(known).toEqual({ kind: 'journal', entries: cleaned.journal, messages });
    expect(undo(cleaned.journal, cleaned.octets)).toEqual({ kind: 'restored', octets: original });
  });

  test('says of base64 what changed in the decoded part', () => {
    const page = `<p>${'x'.repeat(100)}<img src="http://tracker.example/p">`;
    const encoded = Buffer.from(page).toString('base64').replace(/.{76}/g, '$&\r\n');
    const octets = lines('Content-Type: text/html', 'Content-Transfer-Encoding: base64', '', encoded);
    const { journal } = strip(octets);
    const start = page.indexOf('src=');
    const before = Buffer.from('src="http://tracker.example/p"');
    expect(journal.map(({ base64 }) => base64)).toEqual([
      {
        lineWidth: 76,
        edits: [{ span: { start, end: start + before.length }, before, after: Buffer.alloc(0) }],
      },
    ]);
    expect(decodeJournal(encodeJournal(journal))).toEqual({ kind: 'journal', entries: journal });
  });

  test('undoes insertions and removals at one place in any order', () => {
    const message = read(original);
    const entries = [
      {
        part: '1',
        span: { start: 0, end: 12 },
        before: original.subarray(0, 12),
        after: Buffer.alloc(0),
        findings: [],
      },
      {
        part: '1',
        span: { start: 0, end: 0 },
        before: Buffer.alloc(0),
        after: Buffer.from('X: y\r\n'),
        findings: [],
      },
    ];
    const out = spliceMessage(
      message,
      entries.map(({ span, after }) => ({ ...span, replacement: after })),
    );
    expect(out.toString('latin1', 0, 20)).toBe('X: y\r\nContent-Type: ');
    expect(undo(entries, out)).toEqual({ kind: 'restored', octets: original });
  });

  test('refuses a message that it does not belong to', () => {
    const { journal } = strip(original, {}, (text) => {
      const start = text.indexOf('<p>');
      return [{ start, end: start + 3, replacement: '<b>', findings: [] }];
    });
    expect(undo(journal, original)).toEqual({ kind: 'mismatch', entry: 0 });
    expect(undo(journal, Buffer.alloc(0))).toEqual({ kind: 'mismatch', entry: 0 });
  });

  test.each([
    '',
    'null',
    '[]',
    '{"schema":2,"entries":[]}',
    '{"schema":1}',
    '{"schema":1,"entries":[],"original":{"bytes":1,"sha256":"00"},"cleaned":{}}',
    `{"schema":1,"entries":[],"original":{"bytes":1,"sha256":"${'0'.repeat(64)}"}}`,
    '{"schema":1,"entries":[null]}',
    '{"schema":1,"entries":[{"part":"1","span":[2,1],"before":"","after":"","findings":[]}]}',
    '{"schema":1,"entries":[{"part":"1","span":[0,3],"before":"","after":"","findings":[]}]}',
    '{"schema":1,"entries":[{"part":"1","span":[0,0],"before":"","after":"","findings":[-1]}]}',
  ])('is refused when malformed: %s', (text) => {
    expect(decodeJournal(text).kind).toBe('malformed');
  });
});

describe('splicing', () => {
  test('edits that overlap are a bug of ours', () => {
    const message = read(original);
    const replacement = Buffer.alloc(0);
    expect(() =>
      spliceMessage(message, [
        { start: 0, end: 5, replacement },
        { start: 4, end: 6, replacement },
      ]),
    ).toThrow(RangeError);
    expect(() => spliceMessage(message, [{ start: 0, end: 1e9, replacement }])).toThrow(RangeError);
  });

  test('no edits: the same octets', () => {
    expect(spliceMessage(read(original), []).equals(original)).toBe(true);
  });
});

test('our own fields are found in any case and folding', () => {
  const octets = lines(
    'tracking-PROTECTION : a;',
    '\tb',
    'Subject: x',
    'Tracking-Protection: c',
    'Tracking-Protection-X: d',
    '\u00ef\u00bb\u00bfTracking\u00e2\u0080\u008b-Protection: f',
    '',
    'Tracking-Protection: e',
  );
  const found = ownFields(read(octets), 'Tracking-Protection');
  expect(found.map(({ start, end }) => octets.toString('latin1', start, end))).toEqual([
    'tracking-PROTECTION : a;\r\n\tb\r\n',
    'Tracking-Protection: c\r\n',
    '\u00ef\u00bb\u00bfTracking\u00e2\u0080\u008b-Protection: f\r\n',
  ]);
});

test('the text of a field is unfolded', () => {
  const message = read(lines('Subject:  a', ' b\tc ', '', ''));
  expect(message.fields.map((field) => fieldText(message, field))).toEqual(['a b\tc']);
});
