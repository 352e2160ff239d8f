import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, it, vi } from 'vitest';
import { loadSettings, problemText } from '../../src/config/index.ts';
import { startService } from '../../src/service/index.ts';
import type { Endpoint } from '../../src/smtp/index.ts';
import { folderWith } from '../config/support/folder.ts';
import { startNextHop } from './support/next-hop.ts';
import { Session } from './support/session.ts';

type Settings = Parameters<typeof startService>[0];

function settingsOf(yaml: string): Settings {
  const folder = folderWith({ 'm.yaml': `${yaml}\nworkers: 1\n` });
  const loaded = loadSettings(join(folder.path, 'm.yaml'), { serving: true, environment: {} });
  folder.remove();
  if (loaded.kind === 'bad') throw new Error(loaded.problems.map(problemText).join('\n'));
  return loaded.settings;
}

const listening = (nextHop: number, count = 1): string => {
  const listener = `{ smtp: '127.0.0.1:0', next_hop: { smtp: '127.0.0.1:${nextHop}', tls: off } }`;
  return `listeners: [${Array<string>(count).fill(listener).join()}]`;
};

const portOf = (endpoint: Endpoint | undefined): number => (endpoint?.kind === 'tcp' ? endpoint.port : 0);

it('two listeners on ports that the system chooses both outlive a reload, and one that is taken out ends', async () => {
  const service = await startService(settingsOf(listening(1, 2)));
  try {
    const bound = service.addresses;
    await service.reload(settingsOf(listening(1, 2)));
    expect(service.addresses).toEqual(bound);
    for (const endpoint of bound) {
      const session = await Session.open(portOf(endpoint));
      expect(session.greeting).toMatch(/^220/);
      session.close();
    }
    await service.reload(settingsOf(listening(1)));
    expect(service.addresses).toEqual(bound.slice(0, 1));
    await expect(Session.open(portOf(bound[1]))).rejects.toThrow('ECONNREFUSED');
  } finally {
    await service.drain();
  }
});

it('a session of a listener that is taken out finishes, and neither the reload nor the next one waits for it', async () => {
  const hop = await startNextHop();
  const service = await startService(settingsOf(listening(hop.port, 2)));
  try {
    const session = await Session.open(portOf(service.addresses[1]));
    expect(await session.begin()).toMatch(/^354/);
    await service.reload(settingsOf(listening(hop.port)));
    await service.reload(settingsOf(listening(hop.port, 2)));
    const drained = service.drain();
    expect(await session.finish('leaving')).toMatch(/^250/);
    await drained;
    expect(hop.messages).toHaveLength(1);
  } finally {
    await service.drain();
    await hop.close();
  }
});

it('a configuration by which no thread starts is not taken, and mail goes on by the old one', async () => {
  const hop = await startNextHop();
  const service = await startService(settingsOf(listening(hop.port)));
  try {
    vi.stubEnv(
      'NODE_OPTIONS',
      `--import=${pathToFileURL(join(import.meta.dirname, 'support/missing.mjs')).href}`,
    );
    const reloaded = service.reload(settingsOf(listening(hop.port)));
    await expect(reloaded).rejects.toThrow(/^no thread can clean by it: .*missing/);
    vi.unstubAllEnvs();
    const session = await Session.open(portOf(service.addresses[0]));
    expect(await session.send('still')).toMatch(/^250/);
    session.close();
  } finally {
    await service.drain();
    await hop.close();
  }
  expect(hop.messages.map((message) => /result=\w+/.exec(message)?.[0])).toEqual(['result=cleaned']);
});
