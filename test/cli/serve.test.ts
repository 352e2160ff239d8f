import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createTransport } from 'nodemailer';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startMailbox } from '../../src/demo/mailbox.ts';
import type { Mailbox } from '../../src/demo/mailbox.ts';
import { folderWith } from '../config/support/folder.ts';
import { freePorts } from '../real/support/tools.ts';
import { mailsluice } from './support/run.ts';
import { fetchText, serve } from './support/serve.ts';
import type { Serving } from './support/serve.ts';

const sample = readFileSync(new URL('../../src/demo/newsletter.eml', import.meta.url));
const folder = folderWith({});
const config = join(folder.path, 'm.yaml');

function write(mailboxPort: number, adminPort: number, more = ''): void {
  writeFileSync(
    config,
    `listeners: [{ smtp: 127.0.0.1:0, next_hop: { smtp: 127.0.0.1:${mailboxPort} } }]\nmetrics: { listen: 127.0.0.1:${adminPort} }\nworkers: 1\n${more}\n`,
  );
}

async function send(port: number, raw: Buffer | string = sample): Promise<string> {
  const transport = createTransport({ host: '127.0.0.1', port, ignoreTLS: true });
  try {
    return (
      await transport.sendMail({
        envelope: { from: 'secret-sender@a.example', to: 'secret-reader@b.example' },
        raw,
      })
    ).response;
  } finally {
    transport.close();
  }
}

describe('serve', () => {
  let mailbox: Mailbox;
  let serving: Serving;
  const stored: string[] = [];

  beforeAll(async () => {
    mailbox = await startMailbox(folder.path, 0, (file) => stored.push(file));
    write(mailbox.port, 0);
    serving = await serve(config);
  });
  afterAll(async () => {
    await serving.end();
    await mailbox.close();
    folder.remove();
  });

  it('relays a cleaned message, counts it and logs one line without address, subject or URL', async () => {
    expect(await send(serving.port)).toContain('demo, not delivered');
    const arrived = readFileSync(stored.at(-1) ?? '', 'latin1');
    expect(arrived).toMatch(/result=cleaned/);
    expect(arrived).not.toContain('track/open.php');
    const line = await serving.until(({ msg }) => msg === 'message');
    expect(line).toMatchObject({
      level: 'info',
      message: {
        outcome: 'relayed',
        result: 'cleaned',
        step: 'full',
        policy: 'default',
        counts: { pixels: 2 },
      },
    });
    expect(JSON.stringify(serving.lines())).not.toMatch(/secret|example|https?:|Courier|Caf/);
    const { status, body } = await fetchText(serving.adminPort, '/metrics');
    expect(status).toBe(200);
    for (const sampleLine of [
      'mailsluice_messages_total{outcome="relayed"} 1',
      'mailsluice_results_total{result="cleaned",step="full"} 1',
      'mailsluice_findings_total{kind="pixel",action="neutralised"} 1',
      'mailsluice_findings_total{kind="pixel",action="removed"} 1',
      'mailsluice_findings_total{kind="link",action="rewritten"} 3',
      'mailsluice_policies_total{policy="default"} 1',
      'mailsluice_workers 1',
      'mailsluice_rule_hits_total{rule="mailchimp.open",action="neutralised"} 1',
    ]) {
      expect(body).toContain(sampleLine);
    }
    expect(body).not.toMatch(/secret|list-manage/);
  });

  it('is healthy', async () => {
    expect((await fetchText(serving.adminPort, '/livez')).status).toBe(200);
    expect((await fetchText(serving.adminPort, '/readyz')).status).toBe(200);
    expect((await fetchText(serving.adminPort, '/other')).status).toBe(404);
    write(mailbox.port, serving.adminPort);
    expect((await mailsluice(['healthcheck', '-c', config])).code).toBe(0);
  });

  it('SIGHUP: a wrong configuration leaves the old one, a right one is taken', async () => {
    const before = serving.lines().length;
    write(mailbox.port, serving.adminPort, 'polices: {}');
    serving.signal('SIGHUP');
    const refused = await serving.until(({ msg }) => msg.startsWith('configuration not taken'), before);
    expect(refused).toMatchObject({
      level: 'error',
      code: 'E_RELOAD',
      why: expect.stringContaining('unknown key polices'),
    });
    await send(serving.port);
    expect(readFileSync(stored.at(-1) ?? '', 'latin1')).toMatch(/result=cleaned/);

    const again = serving.lines().length;
    write(mailbox.port, serving.adminPort, 'policies: { default: { mode: report } }');
    serving.signal('SIGHUP');
    await serving.until(({ msg }) => msg === 'configuration taken', again);
    await send(serving.port);
    const observed = readFileSync(stored.at(-1) ?? '', 'latin1');
    expect(observed).toMatch(/result=observed/);
    expect(observed.endsWith(sample.toString('latin1'))).toBe(true);
  });

  it('the log says which mailsluice listens, by which configuration, and where it listens after a reload', async () => {
    const main = readFileSync(new URL('../../package.json', import.meta.url), 'utf8');
    const { version } = JSON.parse(main) as { readonly version: string };
    const hello = await serving.until(({ msg }) => msg === 'listening');
    expect(hello).toMatchObject({ version, config: [config] });

    const [port] = await freePorts(1);
    const more = join(folder.path, 'conf.d', 'more.yaml');
    mkdirSync(join(folder.path, 'conf.d'));
    const listener = `{ smtp: '127.0.0.1:${port}', next_hop: { smtp: '127.0.0.1:${mailbox.port}' } }`;
    writeFileSync(more, `listeners: [${listener}]\nlog: { format: pretty }\n`);
    serving.signal('SIGHUP');
    const told = /info +configuration taken rules=\S+ listeners=127\.0\.0\.1:0,127\.0\.0\.1:(\d+)$/m;
    expect(told.exec(await serving.untilText(told))?.[1]).toBe(String(port));

    writeFileSync(more, '');
    for (const listeners of [['127.0.0.1:0'], undefined]) {
      const { length } = serving.lines();
      serving.signal('SIGHUP');
      const taken = await serving.until(({ msg }) => msg === 'configuration taken', length);
      expect(taken['listeners']).toEqual(listeners);
    }
  });

  it('SIGTERM: ends with 0', async () => {
    expect(await serving.end()).toBe(0);
    expect(serving.lines().at(-1)?.msg).toBe('ended');
  });
});

describe('serve that cannot begin', () => {
  it('names the address that is in use', async () => {
    const other = folderWith({});
    const mailbox = await startMailbox(other.path, 0, () => undefined);
    const file = join(other.path, 'm.yaml');
    writeFileSync(
      file,
      `listeners: [{ smtp: 127.0.0.1:${mailbox.port}, next_hop: { smtp: 127.0.0.1:1 } }]\nmetrics: { listen: off }`,
    );
    const ran = await mailsluice(['serve', '-c', file]);
    await mailbox.close();
    other.remove();
    expect([ran.code, ran.err]).toEqual([
      74,
      expect.stringContaining(`127.0.0.1:${mailbox.port} is in use by another program`),
    ]);
  });
});
