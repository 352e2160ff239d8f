import { describe, expect, it } from 'vitest';
import { scanCss, scanHtml, tailOf } from '../../src/html/index.ts';
import { newsletter } from './worst-inputs.ts';

const CHARACTERS = 2_000_000;

/** What people send, as dense as they may come to send it. */
const ORDINARY: Readonly<Record<string, string>> = {
  'a newsletter': newsletter(20_000),
  'links and no more': '<a href=http://a.example/1>123</a>\n',
  'links in a list': '<li><a href="https://a.example/b?c=1&amp;d=2">b</a></li>\n',
  'emoji that are images': '<img class="e" src="https://cdn.example/emoji/72x72/1f600.png" alt="x">',
  'a table of a spreadsheet':
    "<td class=xl65 align=right style='border-top:none;border-left:none'>12,5</td>\n",
  'buttons for Outlook': `<!--[if mso]><v:roundrect xmlns:v="urn:schemas-microsoft-com:vml" href="https://a.example/b" style="height:40px;v-text-anchor:middle;width:200px" arcsize="10%" stroke="f" fillcolor="#d62828"><w:anchorlock/><center style="color:#ffffff;font-family:sans-serif;font-size:16px">Read on</center></v:roundrect><![endif]--><!--[if !mso]><!--><a href="https://a.example/b" style="background-color:#d62828;border-radius:4px;color:#ffffff;display:inline-block;font-size:16px;line-height:40px;text-align:center;text-decoration:none;width:200px">Read on</a><!--<![endif]-->\n<p>One of many, each with a text.</p>`,
  'tables for Outlook':
    '<!--[if mso]><table width="280" cellpadding="0"><tr><td><![endif]-->a word or two<!--[if mso]></td></tr></table><![endif]-->\n',
  'pictures of Word': `<!--[if gte vml 1]><v:shapetype id="_x0000_t75" coordsize="21600,21600" o:spt="75" path="m@4@5l@4@11@9@11@9@5xe" filled="f" stroked="f"><v:stroke joinstyle="miter"/></v:shapetype><v:shape id="a" type="#_x0000_t75" style='width:100pt;height:50pt'><v:imagedata src="cid:image001.png@01DB" o:title="b"/></v:shape><![endif]--><![if !vml]><img width=133 height=67 src="cid:image001.png@01DB" v:shapes="a"><![endif]><o:p></o:p></p>\n<p class=MsoNormal><span lang=EN-US style='mso-fareast-language:EN-US'>And what is said of it.<o:p></o:p></span></p>\n`,
  'cells with a background': `<td background="https://a.example/b.png" style="background-image:url('https://a.example/b.png');background-size:cover;width:600px;height:200px;vertical-align:top">a word or two of text, as a teaser has</td>\n`,
  'images in the message itself': `<img src="data:image/png;base64,${'iVBORw0KGgo'.repeat(20)}" alt="">`,
  'drawings in the message itself': `<img alt="a" src="data:image/svg+xml;utf8,${encodeURIComponent(`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24">${'<path d="M12 2 2 7l10 5 10-5-10-5Zm0 8L4 6"/>'.repeat(40)}</svg>`)}">`,
  'quotations in quotations':
    '<blockquote type="cite" style="margin:0 0 0 .8ex;border-left:1px #ccc solid">On Monday somebody wrote:<br>',
};

describe('what no mail costs more than is read to its end, however long it is', () => {
  it.for(Object.entries(ORDINARY))('%s', ([, unit]) => {
    const text = unit.repeat(Math.ceil(CHARACTERS / unit.length));
    expect(tailOf(scanHtml(text).places)).toBeUndefined();
  });

  it('links and no more, without a host', () => {
    expect(tailOf(scanHtml('<a href=/123>123</a>\n'.repeat(20_000)).places)).toBeUndefined();
  });

  it('a sheet', () => {
    const rule = '.footer-text{width:600px;background:#fff;color:#333;font-size:14px}\n';
    const image = '.hero{background:url(https://a.example/b.png) no-repeat;height:200px;display:block}\n';
    const sheet = (rule.repeat(20) + image).repeat(1000);
    expect(tailOf(scanCss(sheet))).toBeUndefined();
    expect(tailOf(scanHtml(`<style>${sheet}</style>`).places)).toBeUndefined();
  });

  it.for([
    ['<style>', 400_000],
    ['<svg><style>', 400_000],
    ['<!--<style>-->', 400_000],
    ['<!--<style>--><svg><style>', 100_000],
  ] as const)('a sheet that nothing closes, in front of a newsletter: %s', ([sheet, characters]) => {
    const unclosed = newsletter(characters).replaceAll('</style>', '');
    expect(tailOf(scanHtml(sheet + unclosed).places)).toBeUndefined();
  });
});

describe('a tail', () => {
  const costly = '<!--<a href=<img/src=//a.example/b'.repeat(30_000);

  it.for(['', 'a word ', '<p>a paragraph</p><img src="https://a.example/b.png">'])(
    'begins behind what was read: %s',
    (front) => {
      const { places, lastText } = scanHtml(front + costly);
      expect(tailOf(places)?.span).toEqual({ start: front.length, end: front.length + costly.length });
      expect(lastText).toBeLessThan(front.length);
      expect(places.every(({ span }) => span.start >= front.length || span.end <= front.length)).toBe(true);
    },
  );

  it('is the whole of a sheet', () => {
    const sheet = 'a{b:url(//c.example/d)}'.repeat(30_000);
    expect(scanCss(sheet).map(({ channel, span }) => ({ channel, span }))).toEqual([
      { channel: 'tail', span: { start: 0, end: sheet.length } },
    ]);
  });

  it('cuts no place in two', () => {
    const value = `<!--<a href="${'x'.repeat(400_000)}`;
    const { places } = scanHtml(`<p>a</p>${value}<!-- ">${costly}`);
    const tail = tailOf(places);
    expect(tail?.span.start).toBeLessThan(value.length);
    expect(
      places.filter((place) => place !== tail).every(({ span }) => span.end <= (tail?.span.start ?? 0)),
    ).toBe(true);
  });

  it('takes declared entities with it that were not read', () => {
    const entities = Array.from(
      { length: 8000 },
      (_, one) => `<!ENTITY a${one} "<img src='//a.example/b'>">`,
    );
    const text = `<p>a</p><!DOCTYPE a [${entities.join('')}]><p>b</p>`;
    expect(tailOf(scanHtml(text).places)?.span.start).toBeLessThan(text.indexOf('<!ENTITY a5000'));
  });
});
