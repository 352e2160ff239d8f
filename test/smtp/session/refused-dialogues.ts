import type { Row } from './relayed-dialogues.ts';

const HELLO = `
  S: 220 mx.example ESMTP mailsluice
  C: EHLO client.example
  E:`;

export const REFUSED: readonly Row[] = [
  {
    shows: 'R9 P39',
    name: 'a command with a bare LF is refused, and what follows is not read',
    client: `${HELLO}
      C! raw "NOOP\\nMAIL FROM:<a@sender.example>\\r\\n"
      S: 500 5.5.2 *
      X:`,
  },
  {
    shows: 'R9 P39',
    name: 'also octet by octet',
    client: `
      S: 220 *
      C! pour "NOOP\\r\\nNOOP\\n"
      S: 250 *
      S: 500 5.5.2 *
      X:`,
  },
  {
    shows: 'R3',
    name: 'what could be read in two ways by two servers is refused: CR, NUL, controls, open quotes and brackets',
    client: `${HELLO}
      C! raw "MAIL FROM:<a@b.example>\\rRCPT TO:<c@d.example>\\r\\n"
      S: 501 5.5.2 *
      C! raw "MAIL FROM:<a\\u0000b@b.example>\\r\\n"
      S: 501 5.5.2 *
      C: MAIL FROM:<"a@b.example>
      S: 501 5.1.7 *
      C: MAIL FROM:<a@b.example
      S: 501 5.1.7 *
      C: MAIL FROM:<a@b.example>x
      S: 501 5.1.7 *
      C: MAIL FROM:<a<b>@b.example>
      S: 501 5.1.7 *
      C: MAIL TO:<a@b.example>
      S: 501 5.5.4 *
      C: MAIL
      S: 501 5.5.4 *
      C! raw "EHLO a\\u0007b\\r\\n"
      S: 501 5.5.4 *`,
  },
  {
    shows: 'R4',
    name: 'parameters nobody offered',
    client: `${HELLO}
      C: MAIL FROM:<a@b.example> MT-PRIORITY=3
      S: 555 5.5.4 *
      C: MAIL FROM:<a@b.example> BODY=BINARYMIME
      S: 555 5.5.4 *
      C: MAIL FROM:<a@b.example> AUTH=<>
      S: 555 5.5.4 *
      C: MAIL FROM:<a@b.example> SIZE=ten
      S: 501 5.5.4 *
      C: MAIL FROM:<a@b.example> REQUIRETLS
      S: 530 5.7.10 *`,
  },
  {
    shows: 'R4',
    name: 'commands that a transparent relay does not have',
    client: `${HELLO}
      C: AUTH PLAIN AAAA
      S: 502 5.5.1 *
      C: ETRN x
      S: 502 5.5.1 *
      C: EXPN staff
      S: 502 5.5.1 *
      C: VRFY b@uni.example
      S: 252 2.5.2 *
      C: HELP
      S: 214 *
      C: WIZ
      S: 500 5.5.2 *
      C: STARTTLS
      S: 502 5.5.1 *
      C: LHLO x
      S: 500 5.5.2 *
      C: EHLO
      S: 501 5.5.4 *`,
  },
  {
    shows: 'R4',
    name: 'BDAT, which is not offered, ends the session: what follows is a message and no commands',
    client: `${HELLO}
      C: MAIL FROM:<a@b.example> BODY=BINARYMIME
      S: 555 5.5.4 *
      C! raw "BDAT 30 LAST\\r\\nMAIL FROM:<x@y.example>\\r\\n"
      S: 502 5.5.1 *
      X:`,
  },
  ...['POST / HTTP/1.1', 'GET / HTTP/1.0', 'CONNECT x:25 HTTP/1.1'].map((line) => ({
    shows: 'R17',
    name: `a browser that is made to talk to us: ${line}`,
    client: `
      S: 220 *
      C! raw ${JSON.stringify(`${line}\r\nEHLO x\r\nMAIL FROM:<a@b.example>\r\n`)}
      S: 500 5.5.2 *
      X:`,
  })),
  {
    shows: 'R4',
    name: 'a parameter behind a tab, which another server may take for one more',
    client: `${HELLO}
      C! raw "MAIL FROM:<a@b.example> ENVID=x\\tAUTH=<c@d.example>\\r\\n"
      S: 501 5.1.7 *
      C! raw "MAIL FROM:<a@b.example>\\tSIZE=1\\r\\n"
      S: 501 5.1.7 *`,
  },
  {
    shows: 'R14 P17',
    name: 'XCLIENT and XFORWARD are not for everybody',
    client: `${HELLO}
      C: XFORWARD ADDR=192.0.2.1
      S: 502 5.5.1 *
      C: XCLIENT ADDR=192.0.2.1
      S: 502 5.5.1 *
      C: PROXY TCP4 192.0.2.1 192.0.2.2 1 2
      S: 500 5.5.2 *`,
  },
  {
    shows: 'R3',
    name: 'commands out of order',
    client: `
      S: 220 *
      C: MAIL FROM:<a@b.example>
      S: 503 5.5.1 *
      C: RCPT TO:<b@uni.example>
      S: 503 5.5.1 *
      C: DATA
      S: 503 5.5.1 *
      C: RSET
      S: 250 *
      C: QUIT
      S: 221 *
      X:`,
  },
  {
    shows: 'R17',
    name: 'a client that makes errors and nothing else',
    options: { limits: { errors: 2 } },
    client: `
      S: 220 *
      C: A
      S: 500 *
      C: B
      S: 500 *
      C: C
      S: 500 *
      S: 421 4.7.0 *
      X:`,
  },
  {
    shows: 'R17',
    name: 'a client that only talks',
    options: { limits: { commands: 3 } },
    client: `
      S: 220 *
      C! raw "NOOP\\r\\nNOOP\\r\\nNOOP\\r\\nNOOP\\r\\n"
      S: 250 *
      S: 250 *
      S: 250 *
      S: 421 4.7.0 *
      X:`,
  },
  {
    shows: 'R17',
    name: 'a line that is too long, and one that is just short enough',
    client: `
      S: 220 *
      C! raw ${JSON.stringify(`NOOP ${'x'.repeat(20_000)}\r\nNOOP ${'y'.repeat(8185)}\r\n`)}
      S: 500 5.5.6 *
      S: 250 *`,
  },
  {
    shows: 'R17',
    name: 'silence',
    options: { limits: { commandTimeoutMs: 300 } },
    client: `
      S: 220 *
      S: 421 4.4.2 *
      X:`,
  },
  {
    shows: 'R17',
    name: 'a session that lasts too long',
    options: { limits: { sessionLifeMs: 1500 } },
    client: `
      S: 220 *
      C! wait 100
      C: NOOP
      S: 250 *
      S: 421 4.4.2 *
      X:`,
  },
];
