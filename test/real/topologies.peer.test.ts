import { afterEach, describe, expect, test } from 'vitest';
import { startDovecot } from './support/dovecot.ts';
import { startMailsluice, type Mailsluice } from './support/mailsluice.ts';
import { apart, letter, newsletter } from './support/newsletter.ts';
import { startPostfix, type Postfix } from './support/postfix.ts';
import { swaks } from './support/swaks.ts';
import { freePorts, missing, until } from './support/tools.ts';

// The settings here are those of src/smtp/topologies.md.
const noPostfix = missing('the topologies with Postfix', ['postfix', 'swaks']);
const noDovecot = missing('LMTP before Dovecot', ['postfix', 'dovecot', 'swaks']);

const toStop: { stop(): Promise<unknown> }[] = [];
const running = <T extends { stop(): Promise<unknown> }>(peer: T): T => {
  toStop.push(peer);
  return peer;
};
afterEach(async () => {
  for (const peer of toStop.splice(0).reverse()) await peer.stop();
});

async function sluice(port: number, listener: string): Promise<Mailsluice> {
  const yaml = `hostname: sluice.uni.example\nmetrics: { listen: off }\nlisteners:\n  - ${listener.trim().replaceAll('\n', '\n    ')}\n`;
  return running(await startMailsluice(yaml, [port]));
}

async function delivered(
  mailbox: (name: string) => Promise<readonly Buffer[]>,
  id: string,
  log: () => Promise<string>,
): Promise<Buffer> {
  const find = async (): Promise<Buffer | undefined> => {
    const all = await mailbox('b@uni.example');
    return all.find((octets) => octets.includes(`<${id}@sender.example>`));
  };
  try {
    const octets = await until(`delivery of ${id}`, find, 30_000);
    return Buffer.from(octets.toString('latin1').replace(/\r?\n/g, '\r\n'), 'latin1');
  } catch (error) {
    throw new Error(`${String(error)}\n${await log()}`);
  }
}

/** Sends a newsletter and a letter through `port`; what is delivered must be the expected octets. */
async function bothArrive(
  port: number,
  mailbox: (name: string) => Promise<readonly Buffer[]>,
  log: () => Promise<string>,
  args: readonly string[] = [],
): Promise<{ readonly newsletter: Buffer; readonly letter: Buffer }> {
  const news = newsletter('news');
  const sent = await swaks(port, news.sent, args);
  expect(sent.code, sent.transcript).toBe(0);
  const second = await swaks(port, letter('letter'), args);
  expect(second.code, second.transcript).toBe(0);
  const one = await delivered(mailbox, 'news', log);
  const two = await delivered(mailbox, 'letter', log);
  expect(apart(one).rest.toString('latin1')).toBe(news.cleaned.toString('latin1'));
  expect(apart(one).field).toMatch(/^Tracking-Protection: sluice\.uni\.example; result=cleaned; pixels=1; /);
  expect(apart(two).rest.toString('latin1')).toBe(letter('letter').toString('latin1'));
  expect(apart(two).field).toMatch(/^Tracking-Protection: sluice\.uni\.example; result=none; /);
  return { newsletter: one, letter: two };
}

describe.skipIf(noPostfix !== undefined)('Postfix -> mailsluice -> Postfix', () => {
  test.each([
    ['before-queue', []],
    ['before-queue with speed_adjust', ['smtpd_proxy_options=speed_adjust']],
  ])('%s (smtpd_proxy_filter)', async (_, options) => {
    const [front, filter, back] = (await freePorts(3)) as [number, number, number];
    const access = 'inline:{{no@uni.example=550 5.1.1 no such user}}';
    const postfix = running(
      await startPostfix({
        listeners: [
          {
            port: front,
            options: [
              `smtpd_proxy_filter=127.0.0.1:${filter}`,
              'smtpd_client_connection_count_limit=10',
              'smtpd_authorized_xclient_hosts=127.0.0.0/8',
              ...options,
            ],
          },
          {
            port: back,
            options: [
              'smtpd_authorized_xforward_hosts=127.0.0.0/8',
              'smtpd_client_restrictions=',
              'smtpd_helo_restrictions=',
              'smtpd_sender_restrictions=',
              `{smtpd_recipient_restrictions=check_recipient_access ${access}, permit_mynetworks, reject}`,
              'smtpd_data_restrictions=',
              'mynetworks=127.0.0.0/8',
              'receive_override_options=no_unknown_recipient_checks',
            ],
          },
        ],
        mailboxes: ['b@uni.example', 'no@uni.example'],
      }),
    );
    await sluice(
      filter,
      `
smtp: 127.0.0.1:${filter}
mode: before-queue
trusted_peers: [127.0.0.1]
next_hop: { smtp: 127.0.0.1:${back} }`,
    );
    const client = ['--xclient', 'ADDR=192.0.2.44 NAME=mail.sender.example'];
    const got = await bothArrive(front, postfix.mailbox, postfix.log, client);
    // Who the client was went the whole way, by XFORWARD on both sides.
    expect(await postfix.log()).toContain('orig_client=mail.sender.example[192.0.2.44]');
    expect(got.letter.toString('latin1')).toContain('192.0.2.44');
    const refused = await swaks(front, letter('refused'), [], ['no@uni.example']);
    expect(refused.reply).toContain('550 5.1.1 <no@uni.example>: Recipient address rejected: no such user');
  });

  test('after-queue (content_filter) with re-injection', async () => {
    const [front, filter, back] = (await freePorts(3)) as [number, number, number];
    const postfix = running(
      await startPostfix({
        listeners: [
          { port: front, options: ['content_filter=sluice:[127.0.0.1]:' + filter] },
          {
            port: back,
            options: [
              'content_filter=',
              'smtpd_authorized_xforward_hosts=127.0.0.0/8',
              'smtpd_recipient_restrictions=permit_mynetworks,reject',
              'mynetworks=127.0.0.0/8',
              'receive_override_options=no_unknown_recipient_checks,no_header_body_checks,no_milters,no_address_mappings',
            ],
          },
        ],
        master: [
          'sluice unix - - n - 10 smtp',
          '  -o smtp_send_xforward_command=yes',
          '  -o disable_mime_output_conversion=yes',
          '  -o smtp_data_done_timeout=1200s',
        ],
      }),
    );
    await sluice(
      filter,
      `
smtp: 127.0.0.1:${filter}
mode: after-queue
trusted_peers: [127.0.0.1]
next_hop: { smtp: 127.0.0.1:${back} }`,
    );
    await bothArrive(front, postfix.mailbox, postfix.log);
    await until('an empty queue', async () => ((await postfix.queued()) === 0 ? true : undefined));
    expect(await postfix.log()).toContain('orig_queue_id=');
  });

  test('in front of the MX: Postfix learns the client by XCLIENT, and refuses what it would refuse it', async () => {
    const [filter, back] = (await freePorts(2)) as [number, number];
    const postfix = running(
      await startPostfix({
        listeners: [{ port: back, options: ['smtpd_authorized_xclient_hosts=127.0.0.1'] }],
        main: [
          'smtpd_recipient_restrictions = check_client_access inline:{{192.0.2.66=550 5.7.1 not from you}}',
        ],
      }),
    );
    await sluice(
      filter,
      `
smtp: 127.0.0.1:${filter}
mode: mx
trusted_peers: [127.0.0.1]
proxy_protocol: on
recipient_domains: [uni.example]
next_hop: { smtp: 127.0.0.1:${back}, xclient: required }`,
    );
    const from = (address: string): string[] => ['--proxy-version', '1', ...proxyArguments(address)];
    const got = await bothArrive(filter, postfix.mailbox, postfix.log, from('192.0.2.44'));
    expect(got.letter.toString('latin1')).toContain('[192.0.2.44]');
    expect(await postfix.log()).toContain('client=unknown[192.0.2.44]');
    const refused = await swaks(filter, letter('refused'), from('192.0.2.66'));
    expect(refused.reply).toContain('550 5.7.1 ');
    expect(refused.reply).toContain('not from you');
  });
});

function proxyArguments(address: string): string[] {
  const fact = (name: string, value: string): string[] => [`--proxy-${name}`, value];
  return [
    ...fact('family', 'TCP4'),
    ...fact('source', address),
    ...fact('source-port', '4711'),
    ...fact('dest', '192.0.2.1'),
    ...fact('dest-port', '25'),
  ];
}

describe.skipIf(noDovecot !== undefined)('LMTP before Dovecot', () => {
  test.each(['TCP', 'UNIX socket'])('Postfix -> mailsluice (LMTP) -> Dovecot over %s', async (kind) => {
    const [front, filter] = (await freePorts(2)) as [number, number];
    const dovecot = running(await startDovecot(['b@uni.example', 'c@uni.example']));
    const postfix: Postfix = running(
      await startPostfix({
        listeners: [{ port: front }],
        main: [`virtual_transport = lmtp:inet:127.0.0.1:${filter}`],
        mailboxes: ['b@uni.example', 'c@uni.example', 'gone@uni.example'],
      }),
    );
    await sluice(
      filter,
      `
lmtp: 127.0.0.1:${filter}
mode: after-queue
trusted_peers: [127.0.0.1]
next_hop: { lmtp: ${kind === 'TCP' ? `127.0.0.1:${dovecot.lmtpPort}` : `unix:${dovecot.lmtpPath}`} }`,
    );
    const logs = async (): Promise<string> => (await postfix.log()) + (await dovecot.log());
    await bothArrive(front, dovecot.mailbox, logs);
    // One of three does not exist: two get it, and the sender hears of the third.
    const three = ['b@uni.example', 'gone@uni.example', 'c@uni.example'];
    const { code } = await swaks(front, letter('three'), [], three);
    expect(code).toBe(0);
    await until('delivery to c', async () =>
      (await dovecot.mailbox('c@uni.example')).length === 1 ? true : undefined,
    );
    await until(
      'a bounce for the third',
      async () =>
        /to=<gone@uni\.example>.*status=bounced.*550 5\.1\.1/.exec(await postfix.log()) ?? undefined,
    );
    expect((await dovecot.mailbox('b@uni.example')).length).toBe(3);
  });
});
