import { describe, expect, test } from 'vitest';
import { dropAmp, embeddedUrls, partBase, readTexts, spliceMessage } from '../../src/message/index.ts';
import { lines, outline, read, strip } from './tools.ts';

const pixel = '<img src="http://tracker.example/p">';
const mixed = 'Content-Type: multipart/mixed; boundary=b';
const part = (...all: readonly string[]): readonly string[] => ['--b', ...all];

describe('which parts are edited', () => {
  test.each([
    {
      name: 'HTML as an attachment, the only part',
      header: ['Content-Type: text/html', 'Content-Disposition: attachment'],
      keep: undefined,
    },
    {
      name: 'HTML of octet-stream, inline',
      header: ['Content-Type: application/octet-stream; name="a.htm"', 'Content-Disposition: inline'],
      keep: undefined,
    },
    {
      name: 'HTML of octet-stream',
      header: ['Content-Type: application/octet-stream; name="a.htm"'],
      keep: undefined,
    },
    {
      name: 'HTML of octet-stream, inline, by one of two names',
      header: [
        'Content-Type: application/octet-stream; name="a.htm"',
        'Content-Disposition: inline; filename=a.bin',
      ],
      keep: undefined,
    },
    {
      name: 'HTML of octet-stream, inline, a blank behind the name',
      header: ['Content-Type: application/octet-stream; name="a.htm "', 'Content-Disposition: inline'],
      keep: undefined,
    },
    { name: 'XHTML', header: ['Content-Type: application/xhtml+xml'], keep: undefined },
    { name: 'AMP', header: ['Content-Type: text/x-amp-html'], keep: 'amp' },
    { name: 'calendar', header: ['Content-Type: text/calendar'], keep: 'calendar' },
    { name: 'SVG that is all there is', header: ['Content-Type: image/svg+xml'], keep: undefined },
    {
      name: 'SVG that may be referred to',
      header: ['Content-Type: image/svg+xml', 'Content-ID: <a@b>'],
      keep: undefined,
    },
    {
      name: 'CSS with a location',
      header: ['Content-Type: text/css', 'Content-Location: a.css'],
      keep: undefined,
    },
  ])('$name', ({ header, keep }) => {
    const octets = lines(...header, '', pixel);
    expect(read(octets).root.keep).toBe(keep);
    expect(strip(octets).octets.includes('tracker.example')).toBe(keep !== undefined);
  });

  test('an attachment behind the first text is none of ours', () => {
    const octets = lines(
      mixed,
      '',
      ...part('', 'x'),
      ...part('Content-Type: text/html', 'Content-Disposition: attachment; filename=report.html', '', pixel),
      ...part('Content-Type: text/html', '', pixel),
      ...part(
        'Content-Type: application/octet-stream; name=a.html',
        'Content-Disposition: attachment',
        '',
        pixel,
      ),
      '--b--',
    );
    const { message, octets: out } = strip(octets);
    expect(outline(message)).toEqual([
      '- multipart/mixed other',
      '1 text/plain plain',
      '2 text/html html attachment',
      '3 text/html html',
      '4 application/octet-stream other',
    ]);
    expect(out.toString('latin1').split('tracker.example')).toHaveLength(3);
  });

  test('an attachment that multipart/related can show is edited', () => {
    const octets = lines(
      'Content-Type: multipart/related; boundary=b',
      '',
      ...part('Content-Type: text/html', '', '<iframe src="cid:h">'),
      ...part('Content-Type: text/html', 'Content-ID: <h>', 'Content-Disposition: attachment', '', pixel),
      '--b--',
    );
    expect(strip(octets).octets.includes('tracker.example')).toBe(false);
  });

  test('messages in a message: kept, or edited by policy, but never as attachments', () => {
    const inner = (disposition: string): Buffer =>
      lines(
        'Content-Type: message/rfc822',
        `Content-Disposition: ${disposition}`,
        '',
        'Content-Type: text/html',
        '',
        pixel,
      );
    const left = (octets: Buffer, nested: 'keep' | 'edit'): boolean =>
      strip(octets, { nested }).octets.includes('tracker.example');
    expect(left(inner('inline'), 'keep')).toBe(true);
    expect(left(inner('inline'), 'edit')).toBe(false);
    expect(left(inner('attachment'), 'edit')).toBe(true);
  });

  test('Content-MD5 of an edited part goes, of another one stays', () => {
    const octets = lines(
      mixed,
      '',
      ...part('Content-Type: text/html', 'Content-MD5: Q2hlY2sgSW50ZWdyaXR5IQ==', '', pixel),
      ...part('Content-Type: text/html', 'content-md5:', ' Q2hlY2sgSW50ZWdyaXR5IQ==', '', 'x'),
      '--b--',
    );
    expect(strip(octets).octets.toString('latin1')).toBe(
      lines(
        mixed,
        '',
        ...part('Content-Type: text/html', '', '<img >'),
        ...part('Content-Type: text/html', 'content-md5:', ' Q2hlY2sgSW50ZWdyaXR5IQ==', '', 'x'),
        '--b--',
      ).toString('latin1'),
    );
  });
});

describe('AMP', () => {
  const amp = part('Content-Type: text/x-amp-html', '', `<amp-img src="http://tracker.example/p">`);
  const plain = part('', 'x');
  const html = part('Content-Type: text/html', '', 'x');
  const message = (type: string, ...parts: readonly (readonly string[])[]): Buffer =>
    lines(`Content-Type: ${type}; boundary=b`, '', 'preamble', ...parts.flat(), '--b--', 'epilogue');
  const alternative = 'multipart/alternative';

  test('is read, not edited', () => {
    const octets = message(alternative, plain, amp, html);
    const read2 = read(octets);
    const found = read2.parts.find(({ role }) => role === 'amp');
    expect(found && readTexts(read2, found)[0]?.text).toContain('tracker.example');
    expect(strip(octets).octets.equals(octets)).toBe(true);
  });

  test.each([
    {
      name: 'between others',
      octets: message(alternative, plain, amp, html),
      expected: message(alternative, plain, html),
    },
    {
      name: 'last',
      octets: message(alternative, plain, html, amp),
      expected: message(alternative, plain, html),
    },
    { name: 'no HTML beside it', octets: message(alternative, plain, amp), expected: undefined },
    { name: 'no alternative', octets: message('multipart/mixed', html, amp), expected: undefined },
  ])('can be taken out: $name', ({ octets, expected }) => {
    const message2 = read(octets);
    const found = message2.parts.find(({ role }) => role === 'amp');
    const edits = found && dropAmp(message2, found);
    expect(edits && spliceMessage(message2, edits).toString('latin1')).toBe(expected?.toString('latin1'));
  });
});

describe('calendar', () => {
  test('HTML descriptions are read, unfolded and unescaped', () => {
    const message = read(
      lines(
        'Content-Type: text/calendar; method=REQUEST',
        '',
        'BEGIN:VCALENDAR',
        'ATTACH:http://tracker.example/a',
        'X-ALT-DESC;FMTTYPE=text/html:<p>a\\, b\\n<img src="http://tracker.exa',
        ' mple/p">',
        'DESCRIPTION:plain',
        'END:VCALENDAR',
      ),
    );
    const [text, ...more] = readTexts(message, message.root);
    expect(more).toEqual([]);
    expect(text?.role).toBe('html');
    expect(text?.text).toBe('<p>a, b\n<img src="http://tracker.example/p">\n');
  });
});

describe('bases and embedded parts', () => {
  const octets = lines(
    'Content-Type: multipart/related; boundary=b',
    'Content-Location: http://site.example/mail/',
    '',
    ...part('Content-Type: text/html', 'Content-Base: "http://base.example/', ' x/"', '', 'x'),
    ...part('Content-Type: image/png', 'Content-ID: <a@b>', 'Content-Location: i.png', '', 'x'),
    ...part('Content-Type: text/html', 'Content-Location: relative.html', '', 'x'),
    '--b--',
  );

  test('Content-Base, and the nearest absolute Content-Location', () => {
    const message = read(octets);
    expect(message.parts.map((each) => partBase(message, each))).toEqual([
      'http://site.example/mail/',
      'http://base.example/x/',
      'http://site.example/mail/',
      'http://site.example/mail/',
    ]);
  });

  test('what the message itself answers to', () => {
    expect([...embeddedUrls(read(octets))]).toEqual([
      'cid:a@b',
      'http://site.example/mail/i.png',
      'http://site.example/mail/relative.html',
    ]);
  });
});
