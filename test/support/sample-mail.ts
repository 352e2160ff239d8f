/** What the benches send: messages that we wrote, in sizes that mail has. Each `id` gives other identifiers, so that no two are alike. */

const words =
  'Een zin uit een nieuwsbrief over het onderwijs, de bibliotheek en wat er in de stad te doen is. '.repeat(
    4,
  );
const cell =
  'style="font-family:Arial,Helvetica,sans-serif;font-size:14px;line-height:20px;color:#333333;padding:10px 20px"';
const sheet =
  '.a{color:red}.btn a{display:block;padding:8px}.preheader{display:none;max-height:0}@media(max-width:600px){.b{width:100%!important}.c{display:none!important}}';

function base64url(text: string): string {
  return Buffer.from(text).toString('base64url');
}

/** Redirects as operators write them (some carry their destination, some do not) beside ordinary pages. */
function redirectOf(id: number, index: number): string {
  const page = `https://www.example.org/nieuws/${id}/een-titel-van-een-artikel-${index}?utm_source=nieuwsbrief&id=${index}`;
  const kinds = [
    `https://click.example.com/CL0/${encodeURIComponent(page)}/1/0102018969854525-eb08255a-17b1-41b8/5sVIJ8QM=331`,
    `https://u1.ct.sendgrid.net/ls/click?upn=u001.${base64url(page + page)}`,
    `https://acme.us1.list-manage.com/track/click?u=c299c0fb17f046bcb0&id=${index}&e=1e6a7001${id}`,
    `https://link.example.com/click/657b2ceb22e1fa00019d1007/${base64url(page)}/657b2ceb8ea98fa71906bc7eB02626f58`,
    `https://post.example.info/8f14e45fceea/x?zz=${encodeURIComponent(page)}`,
  ];
  return kinds[index % kinds.length] ?? page;
}

function rowOf(id: number, index: number): string {
  const href = redirectOf(id, index).replaceAll('&', '&amp;');
  return `<tr><td align="left" valign="top" width="600" ${cell}><table role="presentation" border="0" cellpadding="0" cellspacing="0"
 width="100%"><tr><td class="a" ${cell}><p style="margin:0 0 12px 0">${words}</p><a href="${href}" target="_blank"
 ${cell}><span style="color:#0055aa">Lees verder</span></a></td><td width="20" ${cell}>&nbsp;</td><td class="c" ${cell}><img
 src="https://images.example.org/${id}/${index}.jpg" width="180" height="120" alt="Een foto bij het bericht"
 style="display:block;border:0;outline:none;text-decoration:none"></td></tr></table></td></tr>
`;
}

const fillerRow = `<tr><td align="left" valign="top" width="600" ${cell}><p style="margin:0 0 12px 0">${words}</p></td></tr>\n`;

/** The HTML of a newsletter of about so many characters: redirect links, an image to each, and a pixel at its end. */
export function newsletterHtml(id: number, characters: number, links: number): string {
  const rows = Array.from({ length: links }, (_, index) => rowOf(id, index)).join('');
  const filler = fillerRow.repeat(
    Math.max(0, Math.round((characters - rows.length - 900) / fillerRow.length)),
  );
  const pixel = `<img src="https://acme.us1.list-manage.com/track/open.php?u=c299c0fb17f046bcb0&amp;id=88&amp;e=1e6a7001${id}" width="1" height="1" alt="">`;
  return `<!DOCTYPE html><html><head><title>Nieuwsbrief</title><style>${sheet}</style></head><body><div class="preheader">Wat er deze week speelt</div>
<table width="100%">${rows}${filler}</table>${pixel}</body></html>
`;
}

function head(id: number, contentType: string, encoding: string): string {
  return `From: Nieuws <nieuws@example.org>
To: reader@uni.example
Date: Mon, 23 Nov 2026 10:00:00 +0100
Message-ID: <bench.${id}@example.org>
Subject: Nieuwsbrief ${id}
List-Unsubscribe: <https://www.example.org/u/1e6a7001${id}>
MIME-Version: 1.0
Content-Type: ${contentType}
Content-Transfer-Encoding: ${encoding}

`;
}

function asMail(text: string): Buffer {
  return Buffer.from(text.replaceAll(/\r?\n/g, '\r\n'), 'latin1');
}

function softBroken(line: string): string {
  const pieces = line.replaceAll('=', '=3D').match(/.{1,72}(?<!=3?)/g) ?? [];
  return pieces.join('=\n');
}

/** A newsletter with a plain and an HTML part, the latter in quoted-printable, as most are sent. */
export function newsletterMail(id: number, characters: number, links: number): Buffer {
  const html = newsletterHtml(id, characters, links).split('\n').map(softBroken).join('\n');
  return asMail(`${head(id, 'multipart/alternative; boundary="b1"', '7bit')}--b1
Content-Type: text/plain; charset=utf-8

Nieuwsbrief ${id}: https://www.example.org/nieuws/${id}
--b1
Content-Type: text/html; charset=utf-8
Content-Transfer-Encoding: quoted-printable

${html}
--b1--
`);
}

/** A short personal message with nothing in it. */
export function textMail(id: number): Buffer {
  return asMail(
    `${head(id, 'text/plain; charset=utf-8', '7bit')}Tot morgen om tien uur, in de gewone zaal.\n`,
  );
}

/** A message whose weight is its attachment, of so many octets before base64. */
export function attachmentMail(id: number, octets: number): Buffer {
  const line = `${Buffer.alloc(57, `page ${id} `).toString('base64')}\n`;
  return asMail(`${head(id, 'multipart/mixed; boundary="m1"', '7bit')}--m1
Content-Type: text/plain; charset=utf-8

Het rapport zit erbij.
--m1
Content-Type: application/pdf; name="rapport.pdf"
Content-Disposition: attachment; filename="rapport.pdf"
Content-Transfer-Encoding: base64

${line.repeat(Math.ceil(octets / 57))}--m1--
`);
}
