import { describe, expect, test } from 'vitest';
import { amid, namesOn, verdictOn } from './judge.ts';

const host = 'https://m.sender.example';

function isTaken(html: string, load: string): boolean {
  return ['certain', 'probable'].includes(verdictOn({ html }, load));
}

function links(count: number, path: (n: number) => string): string {
  return Array.from({ length: count }, (_, n) => `<a href="${host}${path(n)}">link</a>`).join(' ');
}

describe('identifiers between the marks of a longer one, in all links', () => {
  const rows: readonly (readonly [image: string, link: string, shared: boolean])[] = [
    ['2025_0F3C745790671', '/13_{n}_2025_0F3C745790671.htm', true],
    ['0F3C745790671', '/13_{n}_2025_0F3C745790671.htm', true],
    ['2025-0F3C745790671', '/2025-0F3C745790671-{n}', true],
    ['Rq7_0F3C745790671', '/c?u=0F3C745790671&n={n}', true],
    ['Rq7_550e8400-e29b-11ec-b909-0242ac120002', '/c/{n}?u=550e8400-e29b-11ec-b909-0242ac120002', true],
    // UUIDs of one machine end alike.
    ['550e8400-e29b-11ec-b909-0242ac120002', '/c/7c9e667{n}-e29b-11ec-b909-0242ac120002', false],
    ['Rq7_550e8400-e29b-11ec-b909-0242ac120002', '/c/Rq8_7c9e667{n}-e29b-11ec-b909-0242ac120002', false],
    // A format and its version.
    ['Xq7Gzc2X=AQpglLjHJlTQGzc5w8XTyzf', '/c/Xq7Gzc2X=ABhglKjHJmTQGzc5w8XT{n}zg', false],
    // Seconds and numbers of accounts.
    ['1678129919_QZv714ie2xMcuQA8dBhFqw', '/c/1678129919_{n}Kz9mVd27Lq4TpXw8aRs5', false],
    ['2025_0F3C745790671', '/13_{n}_2025_1F3C745790671.htm', false],
  ];
  test.each(rows)('%s, %s: %s', (id, link, shared) => {
    const hrefs = links(6, (n) => link.replace('{n}', `${n}`));
    for (const image of [`${id}.gif`, `o?i=${id}`]) {
      const beside = `<img src="${host}/i/13_3.gif"><img src="${host}/i/13_7.jpg">`;
      const html = amid(`${beside}<img src="${host}/i/${image}">${hrefs}`);
      expect(namesOn({ html }, image).includes('shared.links')).toBe(shared);
    }
  });
});

describe('a part of an identifier, shared with some links', () => {
  const uuid = '7c9e6679-7425-40de-944b-e07fc1f90ae7';
  const some = links(4, (n) => `/e/${uuid}/${n}`) + links(3, (n) => `/about/${n}`);
  const every = links(6, (n) => `/e/${uuid}/${n}`);
  const rows: readonly (readonly [image: string, links: string, taken: boolean])[] = [
    [`<img src="${host}/i/Rq7_${uuid}.png">`, some, false],
    [`<img src="${host}/i/Rq7_${uuid}.png">`, every, false],
    [`<img src="${host}/i/?u=Rq7_${uuid}">`, some, false],
    [`<img src="${host}/i/?u=Rq7_${uuid}">`, links(5, (n) => `/e/${uuid}/${n}`), false],
    [`<img src="${host}/i/?u=Rq7_${uuid}">`, every, true],
    [`<img src="${host}/i/a.png?u=Rq7_${uuid}">`, every, true],
    [`<img src="${host}/i/qr?u=Rq7_${uuid}">`, every, false],
    [`<img src="${host}/i/images?u=Rq7_${uuid}">`, every, false],
    [`<img alt="Ann" src="${host}/i/?u=Rq7_${uuid}">`, every, false],
    [`<img width=90 src="${host}/i/?u=Rq7_${uuid}">`, every, false],
    [`<img width=1 src="${host}/i/?u=Rq7_${uuid}">`, some, true],
    [
      `<style>@media (max-width:600px){.x{display:block!important}}</style><p class=x style="display:none"><img src="${host}/i/Rq7_${uuid}.png"></p>`,
      every,
      false,
    ],
    [`<img width=600 height=1 src="${host}/i/Rq7_${uuid}.png">`, every, false],
  ];
  test.each(rows)('%s beside %s: %s', (image, hrefs, taken) => {
    expect(isTaken(amid(image + hrefs), '/i/')).toBe(taken);
  });
});

describe('an image of no size, named after what all links share', () => {
  const id = '0F3C745790671';
  const beside = `<img src="${host}/i/13_3.gif"><img src="${host}/i/13_7.jpg">`;
  const all = links(6, (n) => `/13_${n}_2025_${id}.htm`);
  const own = `<a href="${host}/2025_${id}.htm"><img src="${host}/i/2025_${id}.gif" border=0></a>`;
  const taken: readonly (readonly [why: string, html: string])[] = [
    ['in a link', beside + all + own],
    ['by itself', `${beside + all}<img src="${host}/i/${id}.gif">`],
    ['with a text of nothing', `${beside + all}<img alt=" " src="${host}/i/${id}.gif">`],
    ['twice', `${beside + all}<img src="${host}/i/${id}.gif"><img src="${host}/i/${id}.gif">`],
  ];
  test.each(taken)('%s', (_, html) => {
    expect(isTaken(amid(html), id + '.gif')).toBe(true);
  });

  const kept: readonly (readonly [why: string, load: string, html: string])[] = [
    ['a size to be seen', '/i/0', `${beside + all}<img width=90 height=60 src="${host}/i/${id}.gif">`],
    ['a text', '/i/0', `${beside + all}<img alt="Your voucher" src="${host}/i/${id}.gif">`],
    ['looks', '/i/0', `${beside + all}<img style="max-width:100%" src="${host}/i/${id}.gif">`],
    ['a photograph', '/i/0', `${beside + all}<img src="${host}/i/${id}.jpg">`],
    ['a word', '/i/0', `${beside + all}<img src="${host}/i/${id}_voucher.gif">`],
    ['a code', '/qr/', `<img src="${host}/qr/1.png"><img src="${host}/qr/2.png">${all}<img src="${host}/qr/${id}.png">`],
    ['a drawn code', '/barcode/', `${beside + all}<img src="${host}/barcode/${id}.png">`],
    ['the only image', '/i/0', `${all}<img src="${host}/i/${id}.gif">`],
    ['the only one of its folder', '/big/', `${beside + all}<img src="${host}/big/${id}.gif">`],
    ['one image beside it', '/i/0', `<img src="${host}/i/logo.gif">${all}<img src="${host}/i/${id}.gif">`],
    ['all images are called so', '_2', `${all}<img src="${host}/i/${id}_1.gif"><img src="${host}/i/${id}_2.gif"><img src="${host}/i/${id}_3.gif">`],
    ['two are called so', '_1', `${beside + all}<img src="${host}/i/${id}_1.gif"><img src="${host}/i/${id}_2.gif">`],
    ['another is kept so', '/i/0', `${beside + all}<img src="${host}/i/${id}.gif"><img src="${host}/${id}/a.gif" width=90 height=60>`],
    ['another host', 'cdn', `<img src="https://cdn.example/i/1.gif"><img src="https://cdn.example/i/2.gif">${all}<img src="https://cdn.example/i/${id}.gif">`],
    ['a link without it', '/i/0', `${beside + all}<a href="${host}/privacy">x</a><img src="${host}/i/${id}.gif">`],
    ['few links', '/i/0', `${beside + links(4, (n) => `/order/${id}/${n}`)}<img src="${host}/i/${id}.gif">`],
    ['a product', '/i/A', `${beside}<a href="${host}/p/AB12345C67.html"><img src="${host}/i/AB12345C67.png"></a>${links(6, (n) => `/p/CD0${n}345E67.html`)}`],
  ]; // prettier-ignore
  test.each(kept)('stays with %s', (_, load, html) => {
    expect(isTaken(amid(html), load)).toBe(false);
  });
});

describe('an image of no size that software hangs on behind the end of the document', () => {
  const page = (hrefs: string, tail: string, body = ''): string =>
    `<html><body><p>Dear reader,</p>${hrefs}${body}</body></html>${tail}`;
  const shared = links(4, (n) => `/t/c/741${n}/list4/bz22313.html`) + `<a href="${host}/index.php">x</a>`;
  const footer = '<center><a href="https://s.example/"><img src="https://s.example/footer.jpg"></a></center>';
  const taken: readonly (readonly [why: string, html: string])[] = [
    ['under two folders', page(shared, `<img src="${host}/t/o/list4/bz22313/239.gif">${footer}`)],
    ['under one', page(shared, `<img src="${host}/t/o/bz22313/a.gif">${footer}`)],
    ['in its name', page(shared, `<img src="${host}/t/o/bz22313.gif">${footer}`)],
    ['in a value', page(shared, `<img src="${host}/t/o/a.gif?u=bz22313">${footer}`)],
    ['a script', page(shared, `<img src="${host}/t/o/bz22313">${footer}`)],
    ['as the last', page(shared, `<img src="${host}/t/o/bz22313/239.gif">`)],
    ['a longer one', page(links(3, (n) => `/c/${n}/q7Xk29LmZ4`), `<img src="${host}/o/q7Xk29LmZ4/a.gif">${footer}`)],
    ['in capitals', page(shared, `<IMG BORDER=0 SRC="${host}/t/o/bz22313/239.gif">${footer}`).replace('</html>', '</HTML >')],
    ['with no end of the body', `<p>x</p>${shared}</html><img src="${host}/t/o/bz22313/239.gif">${footer}`],
  ]; // prettier-ignore
  test.each(taken)('%s', (_, html) => {
    expect(isTaken(html, '/o/')).toBe(true);
  });

  const kept: readonly (readonly [why: string, load: string, html: string])[] = [
    ['in front of the end', '/o/', page(shared, footer, `<img src="${host}/t/o/bz22313/239.gif"><p>x</p>`)],
    ['between documents', '/o/', `${page(shared, `<img src="${host}/t/o/bz22313/239.gif"><p>x</p>`)}${page('', '')}`],
    ['a document that has no end', '/o/', `${page(shared, '')}<HTML><BODY><p>x</p><img src="${host}/t/o/bz22313/239.gif">${footer}`],
    ['in no document', '/o/', `<p>x</p>${shared}<img src="${host}/t/o/bz22313/239.gif">${footer}`],
    ['nothing shared', '/o/', page(shared, `<img src="${host}/t/o/bz22314/239.gif">${footer}`)],
    ['links to another host', 'other', page(shared, `<img src="https://other.example/o/bz22313/239.gif">${footer}`)],
    ['one link', '/o/', page(`<a href="${host}/c/bz22313">x</a>`, `<img src="${host}/t/o/bz22313/239.gif">${footer}`)],
    ['few of the links', '/o/', page(links(2, (n) => `/c/bz22313/${n}`) + links(5, (n) => `/p/${n}`), `<img src="${host}/o/bz22313/239.gif">${footer}`)],
    ['a logo', '/bz', page(shared, `<img src="${host}/bz22313/logo.png">${footer}`)],
    ['a named picture', '/bz', page(shared, `<img src="${host}/bz22313/kind_regards.gif">${footer}`)],
    ['a folder of images', '/images/', page(shared, `<img src="${host}/images/bz22313/1.gif">${footer}`)],
    ['a script for images', '/image/', page(shared, `<img src="${host}/image/bz22313">${footer}`)],
    ['a signature', '/sig/', page(shared, `<img src="${host}/sig/bz22313/1.gif">${footer}`)],
    ['a photograph', '/bz', page(shared, `<img src="${host}/bz22313/1.jpg">${footer}`)],
    ['in a link', '/o/', page(shared, `<a href="https://s.example/"><img src="${host}/o/bz22313/239.gif"></a>${footer}`)],
    ['a text', '/o/', page(shared, `<img alt="Sender" src="${host}/o/bz22313/239.gif">${footer}`)],
    ['a class', '/o/', page(shared, `<img class=x src="${host}/o/bz22313/239.gif">${footer}`)],
    ['a size', '/o/', page(shared, `<img width=90 height=60 src="${host}/o/bz22313/239.gif">${footer}`)],
    ['a folder whose images are shown', '/bz22313/2', page(shared, `<img src="${host}/bz22313/2.gif">${footer}`, `<img src="${host}/bz22313/1.gif">`)],
    ['a campaign', '/2024', page(links(4, (n) => `/2024/spring/${n}.html`), `<img src="${host}/2024/spring/1.gif">${footer}`)],
    ['a season', '/spring', page(links(4, (n) => `/spring2024/${n}.html`), `<img src="${host}/spring2024/1.gif">${footer}`)],
    ['a quarter', '/2024q1', page(links(4, (n) => `/2024q1/${n}.html`), `<img src="${host}/2024q1/1.gif">${footer}`)],
    ['an issue', '/nl', page(links(4, (n) => `/nl2231/${n}.html`), `<img src="${host}/nl2231/1.gif">${footer}`)],
    ['a size in the path', '/600', page(links(4, (n) => `/600x400/${n}.html`), `<img src="${host}/600x400/1.gif">${footer}`)],
    ['an account’s number', '/4711', page(links(4, (n) => `/4711/${n}.html`), `<img src="${host}/4711/1.gif">${footer}`)],
    ['a version', '/v', page(links(4, (n) => `/v2/${n}.html`), `<img src="${host}/v2/1.gif">${footer}`)],
  ]; // prettier-ignore
  test.each(kept)('stays with %s', (_, load, html) => {
    expect(isTaken(html, load)).toBe(false);
  });
});

test('many images that share much with many links are taken calmly', () => {
  const count = 3000;
  const row = (n: number): string =>
    `<a href="${host}/c/${n}_0F3C745790671_Kq${n}0F3C7457/bz${n}22313">x</a>` +
    `<img src="${host}/i/${n}_0F3C745790671_Kq${n}0F3C7457.gif"><img src="${host}/o/bz${n}22313/bz22313/${n}.gif">`;
  const rows = Array.from({ length: count }, (_, n) => row(n));
  const html = `<p>x</p>${rows.slice(0, count / 2).join('')}</html>${rows.slice(count / 2).join('')}`;
  const marks = `${'0F3C7_'.repeat(20_000)}.gif`;
  expect(verdictOn({ html })).toMatch(/./);
  expect(
    verdictOn({ html: `<p>x</p><a href="${host}/${marks}">x</a></html><img src="${host}/i/${marks}">` }),
  ).toMatch(/./);
});
