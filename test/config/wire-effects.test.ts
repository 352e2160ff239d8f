import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { loadSettings, problemText } from '../../src/config/index.ts';
import { startService } from '../../src/service/index.ts';
import { WireClient } from '../smtp/support/client.ts';
import { startScriptedNextHop } from '../smtp/support/scripted-next-hop.ts';
import { folderWith } from './support/folder.ts';
import { wireEffects } from './support/wire-effects.ts';
import type { Written, WireEffect } from './support/wire-effects.ts';

const folder = folderWith({ secret: 'hush\n' });
afterAll(() => folder.remove());

/** Runs a session under this configuration; everything that the client was told and that the next hop got. */
async function transcript(
  written: Written,
  { steps, prelude, script, sessions = 1 }: WireEffect,
): Promise<string> {
  const hop = await startScriptedNextHop(script);
  const listener = written.listener ?? 'smtp: 127.0.0.1:0';
  const next = (written.hop ?? 'smtp: 127.0.0.1:HOP').replaceAll('HOP', String(hop.port));
  const file = join(folder.path, 'm.yaml');
  writeFileSync(
    file,
    `listeners: [{ ${listener}, next_hop: { ${next} } }]\nhostname: ${written.name ?? 'mx.uni.example'}\nworkers: 1\n${written.top ?? ''}\n`,
  );
  const loaded = loadSettings(file, { serving: true, environment: {} });
  if (loaded.kind === 'bad') throw new Error(loaded.problems.map(problemText).join('\n'));
  const service = await startService(loaded.settings);
  const [endpoint] = service.addresses;
  if (endpoint === undefined) throw new Error('nothing listens');
  const said: string[] = [`listening ${endpoint.kind === 'tcp' ? endpoint.host : endpoint.path}`];
  const clients: WireClient[] = [];
  for (let session = 0; session < sessions; session += 1) {
    const client = await WireClient.connect(endpoint);
    clients.push(client);
    if (prelude !== undefined) client.send(prelude);
    said.push(...(await client.reply()));
    for (const step of steps) {
      if (step !== '') client.send(`${step}\r\n`);
      const reply = await client.reply().catch((error: unknown) => [String(error)]);
      said.push(...reply);
      if (/^(?:closed|421)/.test(reply.at(-1) ?? '')) break;
    }
  }
  for (const client of clients) client.destroy();
  await service.drain();
  await hop.close();
  const got = hop.connections.map(({ octets }, at) => `connection ${at}\n${octets.toString('latin1')}`);
  return `${said.join('\n')}\nNEXT HOP\n${got.join('\n')}`;
}

describe('a key changes what is said on the wire', () => {
  it.each(wireEffects.map((row) => [row.key, row] as const))('%s', async (_, row) => {
    expect(await transcript(row.written, row)).toMatch(row.with);
    if (row.isSlowWithout !== true) expect(await transcript(row.beside ?? {}, row)).not.toMatch(row.with);
  });
});
