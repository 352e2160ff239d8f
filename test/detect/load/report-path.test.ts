import { describe, expect, test } from 'vitest';
import { amid, namesOn, verdictOn } from './judge.ts';

const hex = '2b061a9993511a49111741a9';
const uuid = '19f50908-4ce7-4d59-aec7-0914a9f51320';
const host = 'https://m.sender.example';

describe('an image of no size among the text, whose path says that it is there to count', () => {
  const rows: readonly (readonly [html: string, verdict: string])[] = [
    [`<img src="${host}/track_open.php?id=845">`, 'probable'],
    [`<img src="${host}/api/v1/webhooks/email-tracking/open?m=845">`, 'probable'],
    [`<img src="${host}/wp-admin/admin-ajax.php?action=email_opened&log_id=8">`, 'probable'],
    [`<img src="${host}/Handlers/EmailOpened.ashx?id=${uuid}">`, 'certain'],
    [`<img src="${host}/api/method/mail.mark_email_as_seen?name=3f9ad1c02e">`, 'probable'],
    [`<img src="${host}/open/${hex}" alt="">`, 'certain'],
    [`<img src="${host}/track.php?sub=${hex}">`, 'certain'],
    [`<img src="${host}/?route=open&hash=${hex}" alt="">`, 'certain'],
    [`<img src="${host}/api/track/${uuid}.png" alt="">`, 'probable'],
    [`<img src="${host}/${hex}/open.gif" alt="">`, 'probable'],
    [`<img src="${host}/pixel/open.png?campaign=winter&recipient=812">`, 'possible'],
    [`<img src="${host}/emailer/tracking/${hex}.png" alt="tracking url">`, 'probable'],
    [`<img class="nl-tracking" src="${host}/?method=track&id=${hex}">`, 'certain'],
    [`<img src="${host}/zaehlpixel.php?nl=17&abo=7ddcd59234" alt="">`, 'probable'],
    [`<img src="${host}/gelezen/${uuid}" alt="">`, 'probable'],
    [`<img src="${host}/wp-json/acme/v1/open/kucGIQrXWQPVmRX2T2rZjZq" alt="">`, 'certain'],
    [`<img src="${host}/emails/yqzp11r12pt6/open" alt="">`, 'probable'],
    // What is dressed as a picture, or is called one.
    [`<img src="${host}/open/${hex}" alt="Open day">`, 'personal'],
    [`<img src="${host}/open/${hex}" style="max-width:100%">`, 'personal'],
    [`<a href="https://sender.example/"><img src="${host}/open/${hex}"></a>`, 'personal'],
    [`<img src="${host}/open/${hex}" width=300 height=80>`, 'personal'],
    [`<img src="${host}/track/${hex}/cover">`, 'personal'],
    [`<img src="${host}/track/${hex}.jpg">`, 'none'],
    [`<img src="${host}/track/map?parcel=${hex}">`, 'personal'],
    [`<img src="${host}/assets/mailers/open-${hex}.png">`, 'none'],
    [`<img src="${host}/images/email-open-${hex}.png">`, 'none'],
    [`<img src="${host}/images/open.png">`, 'none'],
    [`<img src="${host}/emails/open/hero-${hex}.png">`, 'none'],
    [`<img src="${host}/emails/yqzp11r12pt6/open/hero" alt="">`, 'none'],
    [`<img src="${host}/newsletter/12/open.png">`, 'none'],
    [`<img src="${host}/open/${hex}?width=400">`, 'personal'],
    [`<img src="${host}/open-stage/${hex}.png">`, 'none'],
    [`<img src="${host}/beacon/${hex}.png" alt="Beacon Press">`, 'none'],
    [`<img src="${host}/newsletter/open-air/image.php?id=41" alt="">`, 'none'],
    [`<img src="${host}/newsletter/read-more.gif?x=41">`, 'none'],
    [`<img src="${host}/newsletter/image/4123" alt="">`, 'none'],
    [`<img src="https://open.sender.example/image/${hex}">`, 'personal'],
  ];
  test.each(rows)('%s', (html, verdict) => {
    expect(verdictOn({ html: amid(html) })).toBe(verdict);
  });
});

describe('a tiny image that is named after what it is there for, or numbered', () => {
  const rows: readonly (readonly [html: string, verdict: string])[] = [
    [`<img src="${host}/newsletter/17/845/open.gif" width=1 height=1>`, 'certain'],
    [`<img src="${host}/open.gif" width=1 height=1>`, 'certain'],
    [`<img src="${host}/track/42/845.gif" width=1 height=1>`, 'probable'],
    [`<img src="${host}/mail_opened/track/5123/blank.gif" width=1 height=1>`, 'probable'],
    [`<img src="${host}/o/845.gif" width=1 height=1>`, 'probable'],
    [`<img src="${host}/t/845/pixel.gif" width=1 height=1>`, 'probable'],
    [`<img src="${host}/a3Bk9Kq.gif" width=1 height=1>`, 'probable'],
    [`<img src="${host}/images/open.gif" width=90 height=20>`, 'none'],
    [`<img src="${host}/open.gif" width=1 height=1 alt="open">`, 'none'],
    // Slices of one picture, and the spacer beside an account's images.
    [
      `<img src="${host}/nl/12.gif" width=1 height=1><img src="${host}/nl/13.gif" width=100 height=40>`,
      'none',
    ],
    [
      `<img src="${host}/4123/pixel.gif" width=1 height=1><img src="${host}/4123/top.jpg" width=600 height=90>`,
      'none',
    ],
    [`<img src="${host}/track/2024/dot.gif" width=1 height=1>`, 'none'],
    [`<img src="${host}/o/845.gif" width=1 height=1>`.repeat(3), 'none'],
  ];
  test.each(rows)('%s', (html, verdict) => {
    expect(verdictOn({ html: amid(html) })).toBe(verdict);
  });
});

describe('an image of no size whose name says that there is nothing to see', () => {
  const rows: readonly (readonly [html: string, verdict: string])[] = [
    [`<img src="${host}/ingress/${uuid}/pixel.png" alt="">`, 'probable'],
    [`<img src="${host}/${hex}/blank.gif">`, 'probable'],
    [`<img src="${host}/img/pixel.gif" alt="">`, 'none'],
    [`<img src="${host}/${hex}/logo-transparent.png">`, 'none'],
    [`<img src="${host}/${hex}/blank.gif"><img src="${host}/${hex}/top.jpg">`, 'none'],
  ];
  test.each(rows)('%s', (html, verdict) => {
    expect(verdictOn({ html: amid(html) })).toBe(verdict);
  });
});

test('what the path says stands beside what the place says', () => {
  const html = `<p>Hello</p><img src="${host}/track/open/845">`;
  expect(verdictOn({ html })).toBe('certain');
  expect(namesOn({ html })).toEqual(['path.script', 'word.url', 'path.report', 'position.last']);
});
