import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startMailsluice, type Mailsluice } from './support/mailsluice.ts';
import { startPostfix, type Postfix } from './support/postfix.ts';
import { talk } from './support/talk.ts';
import { freePorts, missing, pause, until } from './support/tools.ts';

const reason = missing('smuggling in front of the real Postfix', ['postfix']);

/** What some server somewhere takes for the end of DATA. Only CRLF.CRLF is one. */
const VARIANTS: readonly string[] = [
  '\n.\n',
  '\n.\r\n',
  '\r\n.\n',
  '\r.\r\n',
  '\r.\r',
  '\r\n.\r',
  '\n.\r',
  '\r.\n',
  '\r\n.\r\r\n',
  '\r\n.\0\r\n',
  '\r\n\0.\r\n',
  '\n..\r\n',
  '\n.\r\r\n',
  '\n\n.\n\n',
];

const BEHIND =
  'MAIL FROM:<ceo@uni.example>\r\nRCPT TO:<b@uni.example>\r\nDATA\r\nSubject: smuggled\r\n\r\nsmuggled\r\n.\r\n';

function steps(id: string, variant: string): (string | Buffer)[] {
  const message = `From: a@sender.example\r\nTo: b@uni.example\r\nSubject: ${id}\r\n\r\nfirst${variant}${BEHIND}`;
  return [
    'EHLO client.example',
    'MAIL FROM:<a@sender.example>',
    'RCPT TO:<b@uni.example>',
    'DATA',
    Buffer.from(message, 'latin1'),
  ];
}

describe.skipIf(reason !== undefined)('nothing can be smuggled past us into Debian 12’s Postfix', () => {
  let postfix: Postfix;
  const sluices: Mailsluice[] = [];
  let direct = 0;
  const ports = { normalize: 0, reject: 0 };

  beforeAll(async () => {
    const [hop, normalize, reject] = (await freePorts(3)) as [number, number, number];
    [direct, ports.normalize, ports.reject] = [hop, normalize, reject];
    postfix = await startPostfix({ listeners: [{ port: hop }] });
    for (const mode of ['normalize', 'reject'] as const) {
      const yaml = `
hostname: sluice.uni.example
metrics: { listen: off }
listeners:
  - smtp: 127.0.0.1:${ports[mode]}
    line_ends: ${mode}
    recipient_domains: [uni.example]
    next_hop: { smtp: 127.0.0.1:${hop} }
`;
      sluices.push(await startMailsluice(yaml, [ports[mode]]));
    }
  });
  afterAll(async () => {
    for (const peer of [...sluices, postfix]) await peer?.stop();
  });

  test('Postfix 3.7 alone queues a second message (else this file shows nothing)', async () => {
    await talk(direct, steps('alone', '\n.\r\n'));
    await until(
      'the smuggled message',
      async () => /from=<ceo@uni\.example>/.exec(await postfix.log()) ?? undefined,
    );
    // Both of them are through before anything else is counted.
    const sent = async (): Promise<number> => (await postfix.log()).split('status=sent').length - 1;
    await until('delivery of both', async () => ((await sent()) >= 2 ? true : undefined));
  });

  for (const mode of ['normalize', 'reject'] as const) {
    for (const octetwise of [false, true]) {
      test(`${mode}, ${octetwise ? 'octet by octet' : 'whole'}: 14 variants, one message each at most`, async () => {
        const start = (await postfix.log()).length;
        let accepted = 0;
        for (const [at, variant] of VARIANTS.entries()) {
          const { replies } = await talk(ports[mode], steps(`v${at}`, variant), { octetwise });
          const final = replies[5] ?? '';
          const name = JSON.stringify(variant);
          // NUL is an octet like others; all else here holds a bare CR or LF.
          const clean = !/\r(?!\n)|(?<!\r)\n/.test(variant);
          expect(`${name} ${final}`).toMatch(mode === 'normalize' || clean ? / 250 / : / 550 5\.5\.2 /);
          expect(replies.length).toBe(6);
          if (final.startsWith('250')) accepted++;
        }
        const log = async (): Promise<string> => (await postfix.log()).slice(start);
        const count = (text: string): number => text.split('status=sent').length - 1;
        await until('delivery', async () => (count(await log()) >= accepted ? true : undefined));
        await pause(300);
        expect(count(await log())).toBe(accepted);
        expect(await log()).not.toContain('ceo@uni.example>');
      });
    }
  }

  test('commands with a bare LF are refused', async () => {
    const { replies } = await talk(ports.normalize, [Buffer.from('EHLO a.example\n')]);
    expect(replies[1]).toMatch(/^500 /);
  });
});
