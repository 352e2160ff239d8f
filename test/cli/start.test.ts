import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { folderWith } from '../config/support/folder.ts';
import { mailsluice } from './support/run.ts';
import { serve } from './support/serve.ts';

// What a start costs is what it loads, and that can be told without a clock.
const recorder = fileURLToPath(new URL('./support/record-loads.mjs', import.meta.url));
const config = `listeners: [{ smtp: '127.0.0.1:0', mode: after-queue, next_hop: { smtp: '127.0.0.1:1' } }]
metrics: { listen: '127.0.0.1:0' }
workers: 1
`;
const folder = folderWith({
  'mailsluice.yaml': config,
  'a.eml': 'Subject: x\r\n\r\nhttps://example.com/\r\n',
});
afterAll(() => folder.remove());

function file(name: string): string {
  return join(folder.path, name);
}

function recording(into: string): NodeJS.ProcessEnv {
  return { NODE_OPTIONS: `--import ${recorder}`, MAILSLUICE_LOADS: into };
}

/** Names of packages and first folders of our own code, by the thread that loaded them. */
function loads(recorded: string, who: 'main' | 'thread'): readonly string[] {
  const names = readFileSync(recorded, 'utf8')
    .split('\n')
    .filter((line) => line.startsWith(`${who} `))
    .map((line) => line.slice(who.length + 1))
    .filter((name) => !name.startsWith('node:') && !name.startsWith('file:'))
    .map((name) => (name.startsWith('src/') ? name.split('/').slice(0, 2).join('/') : name));
  return [...new Set(names)].toSorted();
}

/** Builtins that cost much and bring more: HTTP brings a whole client where it is imported. */
const costly = ['node:http', 'node:https', 'node:inspector', 'node:module/register'];

describe('a start', () => {
  it('of `clean` loads what cleans, and neither YAML, schema, tree, sockets nor log', async () => {
    const loaded = file('clean.loads');
    const { code, err } = await mailsluice(['clean', file('a.eml')], '', recording(loaded));
    expect({ code, err }).toEqual({ code: 0, err: '' });
    const cleaning = ['commander', 'css-tree', 'entities', 'tldts'];
    expect(
      loads(loaded, 'main').filter((name) => !name.startsWith('src/') && !cleaning.includes(name)),
    ).toEqual([]);
    for (const name of ['src/smtp', 'src/auth', 'src/admin', 'src/demo'])
      expect(loads(loaded, 'main')).not.toContain(name);
    const text = readFileSync(loaded, 'utf8');
    for (const name of [...costly, 'node:tls', 'node:worker_threads'])
      expect(text).not.toContain(`main ${name}\n`);
  });

  it('of `serve` loads what relays in the process and what cleans in the thread, and mailauth in neither', async () => {
    const loaded = file('serve.loads');
    const serving = await serve(file('mailsluice.yaml'), undefined, recording(loaded));
    await expect.poll(() => loads(loaded, 'thread'), { timeout: 60_000 }).toContain('src/html');
    await serving.end();
    const main = loads(loaded, 'main');
    expect(main).toEqual(expect.arrayContaining(['pino', 'prom-client', 'src/smtp', 'yaml', 'zod']));
    const heavy = ['cheerio', 'mailauth', 'mailparser', 'nodemailer', 'smtp-server', '@ghostery/adblocker'];
    for (const name of [...heavy, 'css-tree', 'tldts', 'src/detect', 'src/html'])
      expect(main).not.toContain(name);
    const thread = loads(loaded, 'thread');
    for (const name of [...heavy, 'pino', 'prom-client', 'yaml', 'zod', 'src/smtp', 'src/cli', 'src/admin'])
      expect(thread).not.toContain(name);
  });
});
