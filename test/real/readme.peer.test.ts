import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startMailsluice } from './support/mailsluice.ts';
import type { Mailsluice } from './support/mailsluice.ts';
import { startPostfix } from './support/postfix.ts';
import type { Postfix } from './support/postfix.ts';
import { swaks } from './support/swaks.ts';
import { freePorts, missing, until } from './support/tools.ts';

// The lines of README, "Beside Postfix, in ten lines", as they stand there but for the port numbers.
const reason = missing('the deployment of README with Postfix', ['postfix', 'swaks']);
const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');
const section = readme.slice(readme.indexOf('## Beside Postfix'), readme.indexOf('## Who are you?'));
const [yaml = '', master = ''] = [...section.matchAll(/```[a-z]*\n([\s\S]*?)```/g)].map(
  ([, text = '']) => text,
);
const sample = readFileSync(new URL('../../src/demo/newsletter.eml', import.meta.url));

describe.skipIf(reason !== undefined)('the ten lines of README', () => {
  let postfix: Postfix;
  let sluice: Mailsluice;
  let front: number;

  beforeAll(async () => {
    const [smtp = 0, filter = 0, back = 0] = await freePorts(3);
    front = smtp;
    const here = (text: string): string =>
      text
        .replaceAll('10025', String(filter))
        .replaceAll('10026', String(back))
        .replace(/^smtp +inet/m, `127.0.0.1:${smtp} inet`);
    postfix = await startPostfix({ listeners: [], master: [here(master)], mailboxes: ['robin@uni.example'] });
    sluice = await startMailsluice(`${here(yaml)}metrics: { listen: off }\nhostname: sluice.uni.example\n`, [
      filter,
    ]);
  });
  afterAll(async () => {
    await sluice.stop();
    await postfix.stop();
  });

  it('are ten', () => {
    const lines = `${yaml}${master}`.split('\n').filter((line) => line.trim() !== '');
    expect(lines.length).toBeLessThanOrEqual(12);
  });

  it('deliver a newsletter as it came, with a header that says what would go', async () => {
    const sent = await swaks(front, sample, [], ['robin@uni.example']);
    expect(sent.code, sent.transcript).toBe(0);
    const delivered = await until(
      'delivery',
      async () => (await postfix.mailbox('robin@uni.example'))[0],
      60_000,
    ).catch(async (error: unknown) => {
      throw new Error(`${String(error)}\n${await postfix.log()}\n${sluice.output()}`);
    });
    const text = delivered.toString('latin1').replaceAll(/\r?\n/g, '\r\n');
    expect(text).toMatch(
      /^Tracking-Protection: sluice\.uni\.example; result=observed;\r\n pixels=2; links=3;/m,
    );
    expect(text).toContain(sample.toString('latin1').trimEnd());
  });
});
