const PIXEL = 'src="https://news.sender.example/open.gif?u=4711&amp;m=88"';

/** Our own newsletter: one pixel in HTML, and in both parts what relays like to damage. `id` goes into Message-ID and Subject. */
export function newsletter(id: string): { readonly sent: Buffer; readonly cleaned: Buffer } {
  const whole = (pixel: string): Buffer =>
    Buffer.from(
      `From: News <news@sender.example>
To: b@uni.example
Date: Mon, 23 Nov 2026 10:00:00 +0100
Message-ID: <${id}@sender.example>
Subject: =?utf-8?Q?What_happened_in_M=C3=BCnster?= ${id}
MIME-Version: 1.0
X-Folded: one
\ttwo
Content-Type: multipart/alternative; boundary="b1"

.preamble begins with a dot
--b1
Content-Type: text/plain; charset=utf-8
Content-Transfer-Encoding: 8bit

Grüße aus Münster.
.
..two dots
trailing blanks${'  '}
From here on: ${'long '.repeat(150)}

--b1
Content-Type: text/html; charset=utf-8
Content-Transfer-Encoding: 8bit

<html><body><p>Grüße aus <b>Münster</b>: <a href="https://www.sender.example/article/7">read on</a></p>
.<p>a line that begins with a dot</p>
<img ${pixel} width="1" height="1" alt="">
</body></html>
--b1--
.epilogue
`.replaceAll('\n', '\r\n'),
      'utf8',
    );
  return { sent: whole(PIXEL), cleaned: whole('') };
}

/** The same line length and dots, but nothing to remove: 8-bit octets that are no UTF-8. */
export function letter(id: string): Buffer {
  return Buffer.from(
    `From: a@sender.example
To: b@uni.example
Date: Mon, 23 Nov 2026 10:00:00 +0100
Message-ID: <${id}@sender.example>
Subject: ${id}

.
..
gr\xfc\xdfe \xff
${'x'.repeat(900)}

end
`.replaceAll('\n', '\r\n'),
    'latin1',
  );
}

/** Takes our field and every Received off the top of what was delivered; `field` is undefined where there is none. */
export function apart(delivered: Buffer): { readonly field: string | undefined; readonly rest: Buffer } {
  let text = delivered.toString('latin1');
  let field: string | undefined;
  const top =
    /^(Return-Path|X-Original-To|Delivered-To|Received|Tracking-Protection):[^\r]*\r\n(?:[ \t][^\r]*\r\n)*/;
  for (let match = top.exec(text); match !== null; match = top.exec(text)) {
    if (match[1] === 'Tracking-Protection') field = match[0].replace(/\r\n[ \t]+/g, ' ').trim();
    text = text.slice(match[0].length);
  }
  return { field, rest: Buffer.from(text, 'latin1') };
}
