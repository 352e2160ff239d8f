import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createTransport } from 'nodemailer';
import { expect, it } from 'vitest';
import { startMailbox } from '../../src/demo/mailbox.ts';
import { folderWith } from '../config/support/folder.ts';
import { mailsluice } from './support/run.ts';
import { serve } from './support/serve.ts';

const sample = readFileSync(new URL('../../src/demo/newsletter.eml', import.meta.url));

/** What an administrator does who has only the messages to go by: each names its line and what to write. */
it('a first day: three mistakes mended by their messages, report, why, allow, reload, clean', async () => {
  const folder = folderWith({ 'a.eml': sample.toString('latin1') });
  const config = join(folder.path, 'm.yaml');
  const stored: string[] = [];
  const mailbox = await startMailbox(folder.path, 0, (file) => stored.push(file));
  let text = `listeners:\n  - smtp: 127.0.0.1:0\n    next_hop: { smtp: 127.0.0.1:${mailbox.port}, tls: of }\npolices: { default: { mode: report } }\nlimits: { rewrite_time: 60 }\nmetrics: { listen: off }\nworkers: 1\n`;
  const save = (): void => writeFileSync(config, text);
  save();

  const wrong = await mailsluice(['check', '-c', config]);
  expect(wrong.code).toBe(78);
  const mistakes = wrong.err.split('\n').filter((line) => line.startsWith(config));
  expect(mistakes).toHaveLength(3);
  for (const line of mistakes) {
    const meant = /did you mean ([a-z_]+)\?/.exec(line)?.[1];
    if (line.includes('unknown key')) text = text.replace('polices', meant ?? '');
    else if (line.includes('tls')) text = text.replace('tls: of ', `tls: ${meant ?? ''} `);
    else text = text.replace('rewrite_time: 60', `rewrite_time: ${/such as (\w+)/.exec(line)?.[1] ?? ''}`);
  }
  save();
  const right = await mailsluice(['check', '-c', config]);
  expect([right.code, right.err]).toEqual([0, '']);

  const serving = await serve(config);
  const send = async (): Promise<string> => {
    const transport = createTransport({ host: '127.0.0.1', port: serving.port, ignoreTLS: true });
    await transport.sendMail({ envelope: { from: 'a@a.example', to: 'b@b.example' }, raw: sample });
    transport.close();
    return readFileSync(stored.at(-1) ?? '', 'latin1');
  };
  const reload = async (): Promise<void> => {
    const before = serving.lines().length;
    save();
    serving.signal('SIGHUP');
    await serving.until(({ msg }) => msg === 'configuration taken', before);
  };
  try {
    const observed = await send();
    expect(observed).toMatch(/result=observed;\r\n pixels=2;/);
    expect(observed.endsWith(sample.toString('latin1'))).toBe(true);

    const why = (await mailsluice(['explain', '-c', config, join(folder.path, 'a.eml')])).out.toString();
    const rule = /rule +(\S+) \(/.exec(why)?.[1] ?? '';
    expect(rule).toBe('mailchimp.open');

    text = text.replace('mode: report', 'mode: clean').concat(`allow: [{ rule: ${rule}, why: agreed }]\n`);
    await reload();
    const allowed = await send();
    expect(allowed).toMatch(/result=cleaned;\r\n pixels=1;/);
    expect(allowed.replaceAll('=\r\n', '')).toContain('/track/open.php');

    text = text.replace(/^allow.*\n/m, '');
    await reload();
    const cleaned = await send();
    expect(cleaned).toMatch(/result=cleaned;\r\n pixels=2;/);
    expect(cleaned.replaceAll('=\r\n', '')).not.toContain('/track/open.php');
  } finally {
    expect(await serving.end()).toBe(0);
    await mailbox.close();
    folder.remove();
  }
}, 300_000);
