import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startPostfix, withoutPostfixFields } from '../real/support/postfix.ts';
import type { Postfix } from '../real/support/postfix.ts';
import { swaks } from '../real/support/swaks.ts';
import { freePorts, makeFolder, missing, until } from '../real/support/tools.ts';
import { install, pack } from './support/installed.ts';
import { mailsluice } from './support/run.ts';
import type { Ran } from './support/run.ts';
import { serve } from './support/serve.ts';
import type { Serving } from './support/serve.ts';

const reason = missing('the first day behind Postfix', ['postfix', 'swaks']);
const sample = readFileSync(new URL('../../src/demo/newsletter.eml', import.meta.url));
const reader = 'robin@uni.example';

/**
 * Mends a configuration as somebody does who knows nothing but what a message says: at `file:line:column` it puts what was meant, or the example.
 */
function mended(text: string, told: string): string {
  const [, line = '', column = ''] = /:(\d+):(\d+) /.exec(told) ?? [];
  const better = /did you mean ([a-z_-]+)\?/.exec(told)?.[1] ?? /such as (\w+)/.exec(told)?.[1];
  if (better === undefined) throw new Error(`nothing to go by: ${told}`);
  const lines = text.split('\n');
  const at = Number(line) - 1;
  const before = lines[at] ?? '';
  const rest = before.slice(Number(column) - 1).replace(/^[^\s,:}]+/, better);
  return lines.with(at, before.slice(0, Number(column) - 1) + rest).join('\n');
}

describe.skipIf(reason !== undefined)('the first day of an administrator', () => {
  let folder: { readonly path: string; remove(): Promise<void> };
  let postfix: Postfix;
  let program: string;
  let serving: Serving | undefined;
  let config: string;
  let text: string;
  let front: number;

  const run = (...args: readonly string[]): Promise<Ran> => mailsluice(args, '', {}, program);
  const save = (): void => writeFileSync(config, text);
  const reload = async (): Promise<void> => {
    const before = serving?.lines().length ?? 0;
    save();
    serving?.signal('SIGHUP');
    await serving?.until(({ msg }) => msg === 'configuration taken', before);
  };
  /** Sends the newsletter to Postfix, and gives it as it lies in the reader's mailbox. */
  const send = async (): Promise<string> => {
    if (serving === undefined) throw new Error('an earlier step failed');
    const before = (await postfix.mailbox(reader)).length;
    const sent = await swaks(front, sample, [], [reader]);
    expect(sent.code, sent.transcript).toBe(0);
    const delivered = await until(
      'delivery',
      async () => (await postfix.mailbox(reader))[before],
      60_000,
    ).catch(async (error: unknown) => {
      throw new Error(`${String(error)}\n${await postfix.log()}\n${JSON.stringify(serving?.lines())}`);
    });
    return withoutPostfixFields(delivered).toString('latin1');
  };

  beforeAll(async () => {
    folder = await makeFolder('first-day');
    program = install(pack(folder.path), folder.path);
    const [public_ = 0, filter = 0, back = 0] = await freePorts(3);
    front = public_;
    postfix = await startPostfix({
      listeners: [
        { port: front, options: [`content_filter=sluice:[127.0.0.1]:${filter}`] },
        {
          port: back,
          options: [
            'content_filter=',
            'smtpd_recipient_restrictions=permit_mynetworks,reject',
            'mynetworks=127.0.0.0/8',
            'smtpd_authorized_xforward_hosts=127.0.0.0/8',
          ],
        },
      ],
      master: [
        'sluice unix - - n - 20 smtp -o smtp_send_xforward_command=yes -o disable_mime_output_conversion=yes',
      ],
      mailboxes: [reader],
    });
    mkdirSync(join(folder.path, 'etc'));
    config = join(folder.path, 'etc/mailsluice.yaml');
    // Three mistakes: a word, a key, a value without its unit.
    text = `listeners:
  - smtp: 127.0.0.1:${filter}
    mode: after-queu
    trusted_peers: [127.0.0.1]
    next_hop: { smtp: 127.0.0.1:${back} }
polices: { default: { mode: report } }
limits: { rewrite_time: 60 }
metrics: { listen: 127.0.0.1:0 }
workers: 1
`;
    save();
  }, 400_000);
  afterAll(async () => {
    await serving?.end();
    await postfix?.stop();
    await folder?.remove();
  });

  it('checks, and mends three mistakes by what is said of them', async () => {
    const wrong = await run('check', '-c', config);
    expect(wrong.code).toBe(78);
    const told = wrong.err.split('\n').filter((line) => line.startsWith(config));
    expect(told).toHaveLength(3);
    for (const line of told) text = mended(text, line);
    save();
    const right = await run('check', '-c', config);
    expect([right.code, right.err]).toEqual([0, '']);
    expect(right.out.toString()).toMatch(
      /\(after-queue\) -> smtp [^\n]*\npolicy default: mode report\n[^]*\nok\n$/,
    );
  });

  it('reports first: mail arrives as it was sent, the header says what would go', async () => {
    serving = await serve(config, program);
    const arrived = await send();
    expect(arrived).toMatch(/^Tracking-Protection: [^;]*; result=observed;\r\n pixels=2;/);
    expect(arrived.endsWith(sample.toString('latin1'))).toBe(true);
  });

  let rule = '';
  it('reads why an image would go', async () => {
    const file = join(folder.path, 'arrived.eml');
    writeFileSync(file, (await postfix.mailbox(reader))[0] ?? '');
    const { out, code } = await run('explain', '-c', config, file);
    expect(code).toBe(0);
    const found = /pixel by Mailchimp: neutralised [^]*?rule +(\S+) \(config\/rules\/\S+\.yaml:\d+\)/.exec(
      out.toString(),
    );
    rule = found?.[1] ?? '';
    expect(rule).toBe('mailchimp.open');
  });

  it('allows it, reloads and sees it pass', async () => {
    text += `allow: [{ rule: ${rule}, why: agreed }]\n`;
    await reload();
    expect(await send()).toMatch(/^Tracking-Protection: [^;]*; result=observed;\r\n pixels=1;/);
    const { out } = await run('explain', '-c', config, join(folder.path, 'arrived.eml'));
    expect(out.toString()).toMatch(
      /pixel by Mailchimp: kept [^]*? because +allow \S+mailsluice\.yaml:10 \(agreed\)/,
    );
  });

  it('switches to clean: what was allowed stays, the other pixel is gone', async () => {
    text = text.replace('mode: report', 'mode: clean');
    await reload();
    const arrived = (await send()).replaceAll('=\r\n', '');
    expect(arrived).toMatch(/^Tracking-Protection: [^;]*; result=cleaned;\r\n pixels=1;/);
    expect(arrived).toContain('/track/open.php');
    text = text.replace(/^allow.*\n/m, '');
    await reload();
    expect((await send()).replaceAll('=\r\n', '')).not.toContain('/track/open.php');
    expect(await serving?.end()).toBe(0);
  });
});
