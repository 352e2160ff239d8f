import type { RelayOptions } from '../support/relay.ts';

/** What the client says and hears, and what the next hop hears and says, connection by connection. */
export interface Row {
  /** Numbers of the demands and pitfalls it shows, see src/smtp/README.md. */
  readonly shows: string;
  readonly name: string;
  readonly client: string;
  /** undefined: the next hop is never called. */
  readonly hop?: string | readonly string[];
  readonly options?: RelayOptions;
}

const HOP_HELLO = `
  S: 220 next.example
  C: EHLO relay.example
  S: 250-next.example
  S: 250-PIPELINING
  S: 250-SIZE 10240000
  S: 250-8BITMIME
  S: 250-ENHANCEDSTATUSCODES
  S: 250-DSN
  S: 250 SMTPUTF8`;
const HELLO = `
  S: 220 mx.example ESMTP mailsluice
  C: EHLO client.example
  E:`;

export const RELAYED: readonly Row[] = [
  {
    shows: 'R1 R2 R7 P14',
    name: 'a message with the null sender; every reply is the next hop’s own, all lines, code once',
    client: `${HELLO}
      C: MAIL FROM:<>
      S: 250-2.1.0 first
      S: 250 2.1.0 second
      C: RCPT TO:<b@uni.example>
      S: 251 2.1.5 User not local; will forward
      C: DATA
      S: 354 *
      C! raw "Subject: x\\r\\n\\r\\nhi\\r\\n.\\r\\n"
      S: 250 2.0.0 queued as 4711
      C: QUIT
      S: 221 *
      X:`,
    hop: `${HOP_HELLO}
      C: MAIL FROM:<>
      S: 250-2.1.0 first
      S: 250 2.1.0 second
      C: RCPT TO:<b@uni.example>
      S: 251 2.1.5 User not local; will forward
      C: DATA
      S: 354 go on
      M:
      S: 250 2.0.0 queued as 4711`,
  },
  {
    shows: 'R2 R7 P2 P3 P8 P13',
    name: 'some recipients are refused, in several lines and without an enhanced code, others accepted',
    client: `${HELLO}
      C: MAIL FROM:<a@sender.example>
      S: 250 2.1.0 ok
      C: RCPT TO:<postmaster>
      S: 250 2.1.5 ok
      C: RCPT TO:<gone@uni.example>
      S: 550-5.1.1 No such user
      S: 550 5.1.1 ask postmaster
      C: RCPT TO:<grey@uni.example>
      S: 450 4.7.1 Greylisted
      C: RCPT TO:<odd@uni.example>
      S: 553 sorry
      C: DATA
      S: 354 *
      C! raw "x\\r\\n.\\r\\n"
      S: 250 2.0.0 ok`,
    hop: `${HOP_HELLO}
      C: MAIL FROM:<a@sender.example>
      S: 250 2.1.0 ok
      C: RCPT TO:<postmaster>
      S: 250 2.1.5 ok
      C: RCPT TO:<gone@uni.example>
      S: 550-5.1.1 No such user
      S: 550 5.1.1 ask postmaster
      C: RCPT TO:<grey@uni.example>
      S: 450 4.7.1 Greylisted
      C: RCPT TO:<odd@uni.example>
      S: 553 sorry
      C: DATA
      S: 354 go on
      M:
      S: 250 2.0.0 ok`,
  },
  {
    shows: 'R3 P1 P9',
    name: 'addresses and parameters go on as they came, each recipient with its own',
    client: `${HELLO}
      C: MAIL FROM:<"quoted local"@Sender.EXAMPLE> RET=HDRS ENVID=QQ+2B314159 SIZE=100 BODY=8BITMIME
      S: 250 2.0.0 ok
      C: RCPT TO:<a..b@docomo.ne.jp> NOTIFY=SUCCESS,DELAY ORCPT=rfc822;Bob+40x.org
      S: 250 2.0.0 ok
      C: RCPT TO:<u@xn--bcher-kva.example> NOTIFY=NEVER
      S: 250 2.0.0 ok
      C: rcpt to:<"a@b"@uni.example>
      S: 250 2.0.0 ok`,
    hop: `${HOP_HELLO}
      C: MAIL FROM:<"quoted local"@Sender.EXAMPLE> RET=HDRS ENVID=QQ+2B314159 SIZE=100 BODY=8BITMIME
      S: 250 2.0.0 ok
      C: RCPT TO:<a..b@docomo.ne.jp> NOTIFY=SUCCESS,DELAY ORCPT=rfc822;Bob+40x.org
      S: 250 2.0.0 ok
      C: RCPT TO:<u@xn--bcher-kva.example> NOTIFY=NEVER
      S: 250 2.0.0 ok
      C: RCPT TO:<"a@b"@uni.example>
      S: 250 2.0.0 ok
      C: RSET
      S: 250 2.0.0 ok
      C: *`,
  },
  {
    shows: 'R3 P10',
    name: 'SMTPUTF8 addresses go on octet for octet',
    client: `${HELLO}
      C! raw "MAIL FROM:<j\u00c3\u00bcrgen@b\u00c3\u00bccher.example> SMTPUTF8\\r\\n"
      S: 250 2.0.0 ok
      C! raw "RCPT TO:<\u00ff@uni.example>\\r\\n"
      S: 553 5.6.7 no`,
    hop: `${HOP_HELLO}
      C: MAIL FROM:<j\u00c3\u00bcrgen@b\u00c3\u00bccher.example> SMTPUTF8
      S: 250 2.0.0 ok
      C: RCPT TO:<\u00ff@uni.example>
      S: 553 5.6.7 no
      C: RSET
      S: 250 2.0.0 ok
      C: *`,
  },
  {
    shows: 'R2',
    name: 'MAIL is refused by the next hop; another one on the same session passes',
    client: `${HELLO}
      C: MAIL FROM:<bad@sender.example>
      S: 550-5.7.1 Go away
      S: 550 5.7.1 really
      C: RCPT TO:<b@uni.example>
      S: 503 *
      C: MAIL FROM:<good@sender.example>
      S: 250 2.0.0 ok`,
    hop: [
      `${HOP_HELLO}
      C: MAIL FROM:<bad@sender.example>
      S: 550-5.7.1 Go away
      S: 550 5.7.1 really
      C: RSET
      S: 250 2.0.0 ok
      C: MAIL FROM:<good@sender.example>
      S: 250 2.0.0 ok
      C: RSET
      S: 250 2.0.0 ok
      C: *`,
    ],
  },
  {
    shows: 'R1',
    name: 'a refusal at the end of data reaches the client as it is',
    client: `${HELLO}
      C: MAIL FROM:<a@sender.example>
      S: 250 2.0.0 ok
      C: RCPT TO:<b@uni.example>
      S: 250 2.0.0 ok
      C: DATA
      S: 354 *
      C! raw "x\\r\\n.\\r\\n"
      S: 554-5.7.1 Spam
      S: 554 5.7.1 see https://mx.example/why`,
    hop: `${HOP_HELLO}
      C: MAIL FROM:<a@sender.example>
      S: 250 2.0.0 ok
      C: RCPT TO:<b@uni.example>
      S: 250 2.0.0 ok
      C: DATA
      S: 354 go on
      M:
      S: 554-5.7.1 Spam
      S: 554 5.7.1 see https://mx.example/why`,
  },
  {
    shows: 'P4',
    name: 'a refusal of DATA itself is the reply to the end of data',
    client: `${HELLO}
      C: MAIL FROM:<a@sender.example>
      S: 250 2.0.0 ok
      C: RCPT TO:<b@uni.example>
      S: 250 2.0.0 ok
      C: DATA
      S: 354 *
      C! raw "x\\r\\n.\\r\\n"
      S: 451 4.7.1 not now`,
    hop: `${HOP_HELLO}
      C: MAIL FROM:<a@sender.example>
      S: 250 2.0.0 ok
      C: RCPT TO:<b@uni.example>
      S: 250 2.0.0 ok
      C: DATA
      S: 451 4.7.1 not now
      C: *`,
  },
  {
    shows: 'R1',
    name: 'a 421 of the next hop is no 421 of ours; the transaction is over, the session is not',
    client: `${HELLO}
      C: MAIL FROM:<a@sender.example>
      S: 250 2.0.0 ok
      C: RCPT TO:<b@uni.example>
      S: 451 4.3.2 shutting down
      C: RCPT TO:<c@uni.example>
      S: 451 4.4.2 *
      C: DATA
      S: 554 5.5.1 *
      C: RSET
      S: 250 *`,
    hop: `${HOP_HELLO}
      C: MAIL FROM:<a@sender.example>
      S: 250 2.0.0 ok
      C: RCPT TO:<b@uni.example>
      S: 421 4.3.2 shutting down
      S! close`,
  },
  {
    shows: 'R1',
    name: 'the next hop closes behind an accepted recipient: 451 at DATA, before any octet of the message',
    client: `${HELLO}
      C: MAIL FROM:<a@sender.example>
      S: 250 2.0.0 ok
      C: RCPT TO:<b@uni.example>
      S: 250 2.0.0 ok
      C: RCPT TO:<c@uni.example>
      S: 451 4.4.2 *
      C: DATA
      S: 451 4.4.2 *
      C: NOOP
      S: 250 *`,
    hop: `${HOP_HELLO}
      C: MAIL FROM:<a@sender.example>
      S: 250 2.0.0 ok
      C: RCPT TO:<b@uni.example>
      S: 250 2.0.0 ok
      C: RCPT TO:<c@uni.example>
      S! close`,
  },
  {
    shows: 'R2',
    name: 'an answer that does not fit the command is a 451',
    client: `${HELLO}
      C: MAIL FROM:<a@sender.example>
      S: 250 2.0.0 ok
      C: RCPT TO:<b@uni.example>
      S: 451 *`,
    hop: `${HOP_HELLO}
      C: MAIL FROM:<a@sender.example>
      S: 250 2.0.0 ok
      C: RCPT TO:<b@uni.example>
      S: 354 what`,
  },
  {
    shows: 'R20',
    name: 'RSET and EHLO end the transaction at the next hop too; its connection serves the next one',
    client: `${HELLO}
      C: MAIL FROM:<a@sender.example>
      S: 250 2.0.0 ok
      C: RCPT TO:<b@uni.example>
      S: 250 2.0.0 ok
      C: RSET
      S: 250 2.0.0 Ok
      C! wait 50
      C: MAIL FROM:<c@sender.example>
      S: 250 2.0.0 ok
      C: EHLO again.example
      E:
      C: RCPT TO:<d@uni.example>
      S: 503 *`,
    hop: `${HOP_HELLO}
      C: MAIL FROM:<a@sender.example>
      S: 250 2.0.0 ok
      C: RCPT TO:<b@uni.example>
      S: 250 2.0.0 ok
      C: RSET
      S: 250 2.0.0 ok
      C: MAIL FROM:<c@sender.example>
      S: 250 2.0.0 ok
      C: RSET
      S: 250 2.0.0 ok
      C: *`,
  },
  {
    shows: 'R19',
    name: 'a pipelined envelope as Postfix and swaks send it',
    client: `${HELLO}
      C! raw "MAIL FROM:<a@sender.example>\\r\\nRCPT TO:<b@uni.example>\\r\\nRCPT TO:<c@uni.example>\\r\\nDATA\\r\\n"
      S: 250 2.0.0 ok
      S: 550 5.1.1 no
      S: 250 2.0.0 ok
      S: 354 *
      C! raw "x\\r\\n.\\r\\nQUIT\\r\\n"
      S: 250 2.0.0 ok
      S: 221 *`,
    hop: `${HOP_HELLO}
      C: MAIL FROM:<a@sender.example>
      S: 250 2.0.0 ok
      C: RCPT TO:<b@uni.example>
      S: 550 5.1.1 no
      C: RCPT TO:<c@uni.example>
      S: 250 2.0.0 ok
      C: DATA
      S: 354 go on
      M:
      S: 250 2.0.0 ok`,
  },
  {
    shows: 'R19',
    name: 'a client that says HELO only',
    client: `
      S: 220 *
      C: HELO old.example
      S: 250 mx.example
      C: MAIL FROM:<a@sender.example>
      S: 250 2.0.0 ok`,
    hop: `
      S: 220 next.example
      C: EHLO relay.example
      S: 250 next.example
      C: MAIL FROM:<a@sender.example>
      S: 250 2.0.0 ok
      C: *
      S: 250 2.0.0 ok
      C: *`,
  },
  {
    shows: 'R17',
    name: 'a client whose message was taken makes errors anew',
    options: { limits: { errors: 1 } },
    client: `
      S: 220 *
      C: EHLO client.example
      E:
      C: A
      S: 500 *
      C: MAIL FROM:<a@sender.example>
      S: 250 *
      C: RCPT TO:<b@uni.example>
      S: 250 *
      C: DATA
      S: 354 *
      C! raw "Subject: x\\r\\n\\r\\n.\\r\\n"
      S: 250 *
      C: B
      S: 500 *
      C: C
      S: 500 *
      S: 421 4.7.0 *
      X:`,
  },
];
