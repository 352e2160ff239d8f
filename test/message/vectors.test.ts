import { describe, expect, test } from 'vitest';
import { readTexts } from '../../src/message/index.ts';
import { lines, outline, read, strip } from './tools.ts';

/** The vectors of kind `mime`, by their ids: forms in which a message carries a load besides the ordinary one. */
const url = (id: string): string => `https://tracker.example/${id}`;
const pixel = (id: string): string => `<img src="${url(id)}">`;
const html = (id: string): readonly string[] => ['Content-Type: text/html', '', pixel(id)];
const base64 = (text: string): string => Buffer.from(text).toString('base64');

describe('edited', () => {
  test.each([
    {
      id: 'mime-qp-softbreak',
      octets: lines(
        'Content-Type: text/html',
        'Content-Transfer-Encoding: quoted-printable',
        '',
        '<im=',
        'g src=3D"htt=',
        'ps://tracker.example/mime-qp-soft=',
        'break">',
      ),
    },
    {
      id: 'mime-base64-junk',
      octets: lines(
        'Content-Type: text/html',
        'Content-Transfer-Encoding: base64',
        '',
        base64(pixel('mime-base64-junk')).replace(/(.{5})(.{7})/, '$1!!$2*'),
      ),
    },
    {
      id: 'mime-dup-content-type',
      octets: lines('Content-Type: text/plain', ...html('mime-dup-content-type')),
    },
    {
      id: 'mime-html-as-attachment',
      octets: lines(
        'Content-Type: text/html; name=a.html',
        'Content-Disposition: attachment',
        '',
        pixel('mime-html-as-attachment'),
      ),
    },
    {
      id: 'mime-octet-stream-html',
      octets: lines(
        'Content-Type: application/octet-stream; name="a.htm"',
        'Content-Disposition: inline',
        '',
        pixel('mime-octet-stream-html'),
      ),
    },
    {
      id: 'mime-multiple-html-parts',
      octets: lines(
        'Content-Type: multipart/mixed; boundary=b',
        '',
        '--b',
        ...html('one'),
        '--b',
        ...html('two'),
        '--b--',
      ),
    },
    {
      id: 'mime-alternative-order',
      octets: lines(
        'Content-Type: multipart/alternative; boundary=b',
        '',
        '--b',
        ...html('a'),
        '--b',
        'Content-Type: multipart/related; boundary=c',
        '',
        '--c',
        ...html('c'),
        '--c--',
        '--b',
        '',
        'text',
        '--b--',
      ),
    },
    {
      id: 'mime-related-css-cid',
      octets: lines(
        'Content-Type: multipart/related; boundary=b',
        '',
        '--b',
        'Content-Type: text/html',
        '',
        '<link rel=stylesheet href="cid:css1">',
        '--b',
        'Content-Type: text/css',
        'Content-ID: <css1>',
        '',
        `*{background-image:url(${url('css')})}`,
        '--b--',
      ),
    },
    {
      id: 'mime-related-html-cid',
      octets: lines(
        'Content-Type: multipart/related; boundary=b',
        '',
        '--b',
        'Content-Type: text/html',
        '',
        '<iframe src="cid:h1">',
        '--b',
        'Content-ID: <h1>',
        ...html('h1'),
        '--b--',
      ),
    },
    { id: 'mime-plain-autolink', octets: lines('Content-Type: text/plain', '', url('mime-plain-autolink')) },
    {
      id: 'mime-xml-part',
      octets: lines('Content-Type: application/xhtml+xml', '', `<html>${pixel('x')}</html>`),
    },
    ...['text/xml', 'application/xml', 'application/atom+xml', 'text/xsl'].map((type) => ({
      id: `mime-xml-part (${type})`,
      octets: lines(`Content-Type: ${type}`, '', `<?xml-stylesheet href="${url('x')}"?><r>${pixel('x')}</r>`),
    })),
    {
      id: 'mime-signed-modify (a claim)',
      octets: lines('Content-Type: multipart/signed; boundary=b', '', '--b', ...html('s'), '--b--'),
    },
  ])('$id', ({ octets }) => {
    const stripped = strip(octets);
    expect(stripped.octets.includes('tracker.example')).toBe(false);
    expect(stripped.octets.includes('=\r\nbreak')).toBe(false);
    expect(outline(read(stripped.octets))).toEqual(outline(stripped.message));
    const texts = read(stripped.octets);
    for (const part of texts.parts)
      for (const { text } of readTexts(texts, part)) expect(text).not.toContain('tracker.example');
  });

  test('mime-multiple-html-parts: an attribute open at the end of a part swallows nothing of the next one', () => {
    const octets = lines(
      'Content-Type: multipart/mixed; boundary=b',
      '',
      '--b',
      'Content-Type: text/html',
      '',
      '<img alt="',
      '--b',
      ...html('two'),
      '--b--',
    );
    expect(strip(octets).octets.includes('tracker.example')).toBe(false);
  });
});

describe('read and reported, not edited', () => {
  test.each([
    {
      id: 'amp-state',
      octets: lines('Content-Type: text/x-amp-html', '', `<amp-state src="${url('amp-state')}">`),
      keep: 'amp',
    },
    {
      id: 'mime-calendar',
      octets: lines(
        'Content-Type: text/calendar; method=REQUEST',
        '',
        'BEGIN:VCALENDAR',
        `ATTACH:${url('a')}`,
        `X-ALT-DESC;FMTTYPE=text/html:<html>${pixel('mime-calendar')}</html>`,
        'END:VCALENDAR',
      ),
      keep: 'calendar',
    },
  ])('$id', ({ octets, keep }) => {
    const stripped = strip(octets);
    const { message } = stripped;
    expect(message.root.keep).toBe(keep);
    expect(readTexts(message, message.root)[0]?.text).toContain('tracker.example');
    expect(stripped.octets.equals(octets)).toBe(true);
  });
});

describe('left as they came', () => {
  const attached = (type: string, body: string): Buffer =>
    lines(`Content-Type: ${type}`, 'Content-Disposition: attachment', '', body);
  test.each([
    // No client fetches it unasked any more; the URL is header, and the part has no text.
    {
      id: 'mime-external-body',
      octets: lines(
        `Content-Type: message/external-body; access-type=URL; URL="${url('x')}"`,
        '',
        'Content-Type: text/html',
        '',
      ),
      parts: ['1 message/external-body other'],
    },
    // Answering an invitation is an act of the reader's calendar, not a load of the message.
    {
      id: 'mime-calendar-rsvp',
      octets: lines('Content-Type: text/calendar', '', 'ORGANIZER;RSVP=TRUE:mailto:rsvp@tracker.example'),
      parts: ['1 text/calendar calendar calendar'],
    },
    { id: 'mime-vcard', octets: attached('text/vcard', `PHOTO:${url('x')}`), parts: ['1 text/vcard other'] },
    // What a certificate or a signature points to is asked for by the check of a signature that must not be touched.
    {
      id: 'mime-smime-aia',
      octets: attached('application/pkcs7-signature', 'AIA'),
      parts: ['1 application/pkcs7-signature other'],
    },
    {
      id: 'mime-pgp-keyserver',
      octets: attached('application/pgp-signature', 'x'),
      parts: ['1 application/pgp-signature other'],
    },
    {
      id: 'mime-rtf-includepicture',
      octets: attached('text/rtf', `INCLUDEPICTURE "${url('x')}"`),
      parts: ['1 text/rtf other'],
    },
    {
      id: 'mime-office-template',
      octets: attached('application/vnd.openxmlformats-officedocument.wordprocessingml.document', 'PK'),
      parts: ['1 application/vnd.openxmlformats-officedocument.wordprocessingml.document other'],
    },
    {
      id: 'mime-eml-attachment',
      octets: lines('Content-Type: message/rfc822', '', ...html('eml')),
      parts: ['1 message/rfc822 other nested', '1.1 text/html html nested'],
    },
    {
      id: 'mime-url-file',
      octets: attached('application/octet-stream; name=a.url', 'IconFile=\\\\tracker.example\\x'),
      parts: ['1 application/octet-stream other'],
    },
    {
      id: 'mime-reminder-sound-unc',
      octets: attached('application/ms-tnef', '\\\\tracker.example\\x'),
      parts: ['1 application/ms-tnef other'],
    },
    {
      id: 'mime-encrypted (S/MIME)',
      octets: lines(
        'Content-Type: application/pkcs7-mime',
        'Content-Transfer-Encoding: base64',
        '',
        Buffer.from('308006092a864886f70d010703a08030800201003100', 'hex').toString('base64'),
      ),
      parts: ['1 application/pkcs7-mime other part.encrypted'],
    },
    {
      id: 'mime-signed-modify (truly signed)',
      octets: lines(
        'Content-Type: multipart/signed; protocol="application/pkcs7-signature"; boundary=b',
        '',
        '--b',
        ...html('s'),
        '--b',
        'Content-Type: application/pkcs7-signature',
        'Content-Transfer-Encoding: base64',
        '',
        Buffer.from('308006092a864886f70d010702a08030800201013100', 'hex').toString('base64'),
        '--b--',
      ),
      parts: [
        '- multipart/signed other part.signed',
        '1 text/html html part.signed',
        '2 application/pkcs7-signature other part.signed',
      ],
    },
  ])('$id', ({ octets, parts }) => {
    const stripped = strip(octets);
    expect(outline(stripped.message)).toEqual(parts);
    expect(stripped.octets.equals(octets)).toBe(true);
  });
});
