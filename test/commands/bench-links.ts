/** Shows that judging the links of a newsletter costs less than finding them: `npm run bench:links`. Fails where it does not. */
import { deflateSync } from 'node:zlib';
import type { ScannedText } from '../../src/detect/input.ts';
import { judgeLinks } from '../../src/detect/link/index.ts';
import { scanHtml } from '../../src/html/index.ts';
import { compileRules } from '../../src/rules/index.ts';
import { loadBuiltin } from '../../src/rules/load.ts';

const links = 40;
const rounds = 60;
const messages = 20;

const builtin = loadBuiltin();
const rules = compileRules(builtin.rules, builtin.version);
const base64url = (value: string | Buffer): string => Buffer.from(value).toString('base64url');

/**
 * Shares as in real mail: each link of a message is another URL; a quarter opaque redirects, a third that can be decoded, the rest ordinary
 * pages with and without parameters.
 */
function linkOf(message: number, index: number): string {
  const page = `https://www.example.org/nieuws/${message}/een-titel-van-een-artikel-${index}?utm_source=nieuwsbrief&id=${index}`;
  const opaque = `https://u1.ct.sendgrid.net/ls/click?upn=u001.${base64url(page + page)}`;
  const kinds = [
    `https://click.example.com/CL0/${encodeURIComponent(page)}/1/0102018969854525-eb08255a-17b1-41b8/5sVIJ8QM=331`,
    opaque,
    page,
    `https://link.example.com/click/657b2ceb22e1fa00019d1007/${base64url(page)}/657b2ceb8ea98fa71906bc7eB02626f58`,
    `https://www.example.org/over-ons/${message}/${index}`,
    `https://email.mg.example.com/c/${base64url(deflateSync(`h=1&i=${index}&l=${encodeURIComponent(page)}`))}`,
    `https://www.example.org/agenda/${message}/${index}.html`,
    opaque,
    `https://post.example.info/8f14e45fceea/x?zz=${encodeURIComponent(page)}`,
    `https://acme.us1.list-manage.com/track/click?u=c299c0fb17f046bcb0&id=${index}&e=1e6a7001${message}`,
    page.replace('nieuws', 'blog'),
    `https://www.facebook.com/example/${message}${index}`,
  ];
  return kinds[index % kinds.length] ?? page;
}

/** Tables, styles, text and an image around the links: 2.1 kB a link, the median of newsletters. */
function newsletter(message: number): string {
  const cell =
    'style="font-family:Arial,Helvetica,sans-serif;font-size:14px;line-height:20px;color:#333333;padding:10px 20px"';
  const rows = Array.from({ length: links }, (_, index) => {
    const href = linkOf(message, index).replaceAll('&', '&amp;');
    return `<tr><td align="left" valign="top" width="600" ${cell}><table role="presentation" border="0" cellpadding="0" cellspacing="0"
 width="100%"><tr><td ${cell}><p style="margin:0 0 12px 0">${'Een zin uit een nieuwsbrief. '.repeat(28)}</p><a href="${href}" target="_blank"
 ${cell}><span style="color:#0055aa">Lees verder</span></a></td><td width="20" ${cell}>&nbsp;</td><td ${cell}><img src="https://images.example.org/${message}/${index}.jpg" width="180" height="120" alt="Een foto bij het bericht" style="display:block;border:0;outline:none;text-decoration:none"></td><td width="20" ${cell}>&nbsp;</td></tr></table></td></tr>`;
  });
  return `<!DOCTYPE html><html><head><style>.a{color:red}@media(max-width:600px){.b{width:100%}}</style></head><body><table>${rows.join('\n')}</table></body></html>`;
}

const htmls = Array.from({ length: messages }, (_, index) => newsletter(index));
let finding = 0;
let judging = 0;
let found = 0;
for (let round = 0; round < rounds; round += 1) {
  for (const text of htmls) {
    const start = process.cpuUsage();
    const scan = scanHtml(text, {});
    const middle = process.cpuUsage(start).user;
    const scanned: ScannedText = { part: '1', reading: 0, kind: 'html', text, places: scan.places, scan };
    const findings = judgeLinks({ texts: [scanned], fields: [], recipients: [], sender: '', rules });
    const all = process.cpuUsage(start).user;
    // The first third warms the compiler up.
    if (round < rounds / 3) continue;
    finding += middle;
    judging += all - middle;
    found += findings.length;
  }
}
const counted = ((rounds - Math.ceil(rounds / 3)) * messages) / 1000;
console.log(
  `finding ${(finding / counted / 1e6).toFixed(2)} ms, judging ${(judging / counted / 1e6).toFixed(2)} ms a message`,
);
console.log(
  `${links} links, ${htmls[0]?.length ?? 0} characters, ${found / counted / 1000} findings a message`,
);
if (judging >= finding) {
  console.log('judging costs more than finding');
  process.exitCode = 1;
}
