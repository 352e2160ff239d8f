import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startMailsluice, type Mailsluice } from './support/mailsluice.ts';
import { startPostfix, type Postfix } from './support/postfix.ts';
import { talk } from './support/talk.ts';
import { freePorts, missing } from './support/tools.ts';

const reason = missing('the open relay test with a stock Postfix', ['postfix']);

/** Ways to name somebody elsewhere. */
const FOREIGN = [
  '<someone@elsewhere.example>',
  '<someone@ELSEWHERE.example>',
  '<someone%elsewhere.example@uni.example>',
  '<someone%elsewhere.example@[127.0.0.1]>',
  '<@uni.example:someone@elsewhere.example>',
  '<@uni.example,@mx.uni.example:someone@elsewhere.example>',
  '<elsewhere.example!someone@uni.example>',
  '<"someone@elsewhere.example"@uni.example>',
  '<"someone%elsewhere.example"@uni.example>',
  '<someone@uni.example@elsewhere.example>',
  '<someone@elsewhere.example@uni.example>',
  '<someone@uni.example.elsewhere.example>',
  '<someone@elsewhere.exampleuni.example>',
  '<someone@uni.example.>',
  '<someone@[192.0.2.9]>',
  '<someone@[IPv6:2001:db8::9]>',
  '<someone@mx.uni.example>',
  '<someone@localhost>',
  '<someone@>',
];

describe.skipIf(reason !== undefined)(
  'never an open relay: a stock Postfix whose mynetworks has 127.0.0.1',
  () => {
    let postfix: Postfix;
    let byDomain: Mailsluice;
    let byXclient: Mailsluice;
    let direct = 0;
    let domainPort = 0;
    let xclientPort = 0;
    const stock = [
      // As Debian's installer writes them for an "Internet Site".
      'smtpd_relay_restrictions = permit_mynetworks permit_sasl_authenticated defer_unauth_destination',
      'mynetworks = 127.0.0.0/8 [::ffff:127.0.0.0]/104 [::1]/128',
      'recipient_delimiter = +',
      'mailbox_size_limit = 0',
      // Whatever is wrongly accepted stays here.
      'default_transport = discard:',
    ];

    beforeAll(async () => {
      const [plain, xclient, one, two] = (await freePorts(4)) as [number, number, number, number];
      [direct, domainPort, xclientPort] = [plain, one, two];
      postfix = await startPostfix({
        listeners: [
          { port: plain },
          { port: xclient, options: ['smtpd_authorized_xclient_hosts=127.0.0.1'] },
        ],
        main: stock,
      });
      const config = (port: number, hop: number, more: string, domains: string): string => `
hostname: sluice.uni.example
metrics: { listen: off }
listeners:
  - smtp: 127.0.0.1:${port}
    mode: mx
    trusted_peers: [127.0.0.1]
    proxy_protocol: on
    ${domains}
    next_hop: { smtp: 127.0.0.1:${hop}${more} }
`;
      byDomain = await startMailsluice(config(one, plain, '', 'recipient_domains: [uni.example]'), [one]);
      byXclient = await startMailsluice(config(two, xclient, ', xclient: required', ''), [two]);
    });
    afterAll(async () => {
      for (const peer of [byDomain, byXclient, postfix]) await peer?.stop();
    });

    const dialogue = (port: number, recipient: string, proxy = true): ReturnType<typeof talk> => {
      const steps = ['EHLO stranger.example', 'MAIL FROM:<a@sender.example>', `RCPT TO:${recipient}`, 'QUIT'];
      return talk(port, steps, proxy ? { prelude: 'PROXY TCP4 192.0.2.44 192.0.2.1 4711 25\r\n' } : {});
    };

    test('the stock Postfix itself relays for 127.0.0.1', async () => {
      const { replies } = await dialogue(direct, '<someone@elsewhere.example>', false);
      expect(replies[3]).toMatch(/^250 /);
    });

    test('its own recipients get their mail through both', async () => {
      for (const port of [domainPort, xclientPort]) {
        expect((await dialogue(port, '<b@uni.example>')).replies[3]).toMatch(/^250 /);
        expect((await dialogue(port, '<b@UNI.Example>')).replies[3]).toMatch(/^250 /);
      }
    });

    test.each(FOREIGN)('recipient_domains: %s is refused before the next hop is asked', async (recipient) => {
      const before = (await postfix.log()).length;
      const { replies } = await dialogue(domainPort, recipient);
      expect(replies[3]).toMatch(/^5/);
      expect((await postfix.log()).slice(before)).not.toContain('RCPT from');
    });

    test.each(FOREIGN)(
      'xclient: required: %s is refused by the next hop, which sees the client',
      async (recipient) => {
        const { replies } = await dialogue(xclientPort, recipient);
        expect(replies[3]).toMatch(/^[45]/);
      },
    );

    test('postmaster without a domain is ours', async () => {
      const { replies } = await dialogue(domainPort, '<postmaster>');
      expect(replies[3]).not.toMatch(/^554 5\.7\.1/);
    });

    test('nothing left for elsewhere', async () => {
      expect(await postfix.log()).not.toMatch(/to=<[^>]*elsewhere[^>]*>, relay=/);
    });
  },
);
