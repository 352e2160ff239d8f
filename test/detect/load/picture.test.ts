import { describe, expect, test } from 'vitest';
import { reader, verdictOn } from './judge.ts';

const hex = '2b061a9993511a49111741a9';
const uuid = '19f50908-4ce7-4d59-aec7-0914a9f51320';
const host = 'https://www.sender.example';

function isTaken(html: string): boolean {
  return ['certain', 'probable'].includes(verdictOn({ html }));
}

const last = (html: string): string => `<p>Kind regards,<br>Ann</p>${html}`;
const first = (html: string): string => `<body>${html}<p>Dear reader,</p></body>`;

describe('pictures of no size behind the last word', () => {
  const rows: readonly string[] = [
    `<img src="https://docs.google.com/uc?export=download&id=1${hex}&revid=0B${hex}">`,
    `<img src="https://lh3.googleusercontent.com/${hex}Ab">`,
    `<img src="https://api.qrserver.com/v1/create-qr-code/?size=150x150&data=${hex}">`,
    `<img src="https://firm.sharepoint.com/_api/v2.0/drives/${hex}/items/${hex}/content">`,
    `<img src="https://media.s3.amazonaws.com/${hex}.png">`,
    `<img src="${host}/${hex}.jpg">`,
    `<img src="${host}/sigs/${hex}.png">`,
    `<img src="${host}/im/Banner_Summer-${hex}.png">`,
    `<img src="${host}/images/${uuid}.png">`,
    `<img src="${host}/public/img/attachments/${hex}.png">`,
    `<img src="${host}/qr.php?c=${uuid}">`,
    `<img src="${host}/chart.php?itemids%5B0%5D=41234&period=3600">`,
    `<img src="${host}/download/attachments/4123/photo?version=1">`,
    `<img src="${host}/image?id=4123" style="max-width:100%">`,
    `<img src="${host}/show?id=4123" alt="All of us">`,
    `<img src="${host}/job/app/412/badge/icon">`,
    `<img src="${host}/gif?E=mc2">`,
    `<img src="https://image.sender.example/lib/fe9a15707561/m/1/${uuid}.png">`,
    `<img src="${host}/thumb?src=https%3A%2F%2Fsender.example%2Fa.png&id=${hex}">`,
    `<img src="${host}/getfile.php?id=4711">`,
    `<img src="${host}/wms?id=${hex}&WIDTH=400&HEIGHT=300">`,
    `<img src="${host}/documents/20121/41234/footer/${uuid}">`,
  ];
  test.each(rows)('%s', (html) => {
    expect(isTaken(last(html))).toBe(false);
  });
});

describe('counters of no size behind the last word, dressed up or not', () => {
  const rows: readonly string[] = [
    `<img src="${host}/o?m=845&r=31">`,
    `<img src="${host}/p/${hex}">`,
    `<img src="${host}/p/${hex}" alt="sender">`,
    `<img src="${host}/p/${hex}" style="display:block;max-width:100%">`,
    `<img src="${host}/${hex}.gif">`,
    `<img src="${host}/${hex}.png">`,
    `<img src="${host}/t/2024-06-14/${hex}/o.gif">`,
    `<img src="${host}/image.php?nl=17&u=${hex}">`,
    `<img src="${host}/count?p=newsletter">`,
    `<img src="${host}/track/845">`,
    `<img src="${host}/photos/open/${hex}">`,
    '<img src="http://192.0.2.7/photos/show?id=412">',
    '<img src="http://0x7f.0.01/show">',
    `<img src="${host}/photos/${reader}">`,
    `<img src="${host}/photos/${hex}" width=1 height=1>`,
    `<img src="${host}/photos/${hex}.jpg" style="display:none">`,
  ];
  test.each(rows)('%s', (html) => {
    expect(isTaken(last(html))).toBe(true);
  });
});

describe('the head of a message', () => {
  test.each([
    `<img src="${host}/_processed_/a/3/csm_Logo_08de724ce4.png" alt="">`,
    `<img src="${host}/${uuid}/logo_13873e449e2e.png">`,
    `<img src="${host}/${hex}.png">`,
    `<img src="${host}/storage/${hex}">`,
    `<img src="${host}/image/${hex}/original">`,
    `<img src="${host}/head.php?year=2024">`,
  ])('shows %s', (html) => {
    expect(isTaken(first(html))).toBe(false);
  });

  test.each([`<img src="${host}/${hex}">`, `<img src="${host}/${hex}.gif">`])('counts with %s', (html) => {
    expect(isTaken(first(html))).toBe(true);
  });
});

describe('a message that is images and no word', () => {
  test.each([
    [`<img src="${host}/show?id=412">`, false],
    [`<img src="${host}/show?id=${hex}">`, true],
    [`<img src="${host}/track/open?id=412">`, true],
    [`<img src="${host}/show?id=412" style="display:none">`, true],
    ['<img src="http://0x7f.0.01/show?id=412">', true],
    ['<img src="http://[2001:db8::1]/show?id=412">', true],
    [`<img src="${host}/banner.png"><img src="${host}/o?m=845&r=31">`, true],
  ])('%s', (html, taken) => {
    expect(isTaken(html)).toBe(taken);
  });
});

describe('an image that only narrow screens are shown, with nothing written as its size', () => {
  const sheet = '<style>@media (max-width:480px){.m{display:block!important;width:100%!important}}</style>';
  test.each([
    [`<img class=m src="${host}/hero.jpg" style="display:none" width=0 height=0>`, false],
    [`<img class=m src="${host}/hero.jpg?r=${hex}" style="display:none" width=0 height=0>`, true],
    [`<img src="${host}/hero.jpg" style="display:none" width=0 height=0>`, true],
  ])('%s', (html, taken) => {
    expect(isTaken(`${sheet}${last(html)}<p>PS</p>`)).toBe(taken);
  });
});
