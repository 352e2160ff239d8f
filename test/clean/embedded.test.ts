import { describe, expect, it } from 'vitest';
import { cleanMessage } from '../../src/clean/index.ts';
import { compiledPolicy } from '../support/compiled.ts';

const reader = 'robin@uni.example';
const named = 'https://x.us1.list-manage.com/track/open.php?u=0123456789abcdef01234567&id=0123456789';

/** Whether the image is still there in a message of which a part says that it is what stands under its URL, and in one of which none says so. */
function stays(url: string, html = ''): readonly boolean[] {
  return [url, 'https://other.example/a.gif'].map((location) => {
    const octets = Buffer.from(
      [
        'MIME-Version: 1.0',
        'Content-Type: multipart/related; boundary=b',
        '',
        '--b',
        'Content-Type: text/html; charset=utf-8',
        '',
        `<p>hello</p>${html}<img src="${url}" width="1" height="1">`,
        '--b',
        'Content-Type: image/gif',
        `Content-Location: ${location}`,
        '',
        'GIF',
        '--b--',
        '',
      ].join('\r\n'),
    );
    const { octets: cleaned } = cleanMessage(octets, { recipients: [reader] }, compiledPolicy());
    return cleaned.includes(`src="${url}`);
  });
}

describe('a URL that a part of the message answers (RFC 2557)', () => {
  it.each([
    ['is no load, whatever its shape', 'https://a.example/o.php?m=7f3a9c1e5b2d8a40', '', [true, false]],
    ['goes where a rule names it', named, '', [false, false]],
    ['goes with the address of the reader', `https://a.example/o.php?m=${reader}`, '', [false, false]],
    [
      'goes with an identifier of the links',
      'https://a.example/o.php?m=7f3a9c1e5b2d8a40',
      '<a href="https://a.example/c/1?m=7f3a9c1e5b2d8a40">1</a> <a href="https://a.example/c/2?m=7f3a9c1e5b2d8a40">2</a>',
      [false, false],
    ],
  ])('%s', (_, url, html, expected) => {
    expect(stays(url, html)).toEqual(expected);
  });
});
