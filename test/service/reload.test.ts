import { join } from 'node:path';
import { expect, it } from 'vitest';
import { loadSettings, problemText } from '../../src/config/index.ts';
import { startService } from '../../src/service/index.ts';
import type { Endpoint } from '../../src/smtp/index.ts';
import { folderWith } from '../config/support/folder.ts';
import { Session } from './support/session.ts';

const portOf = (endpoint: Endpoint | undefined): number => (endpoint?.kind === 'tcp' ? endpoint.port : 0);

it('two listeners on ports that the system chooses both outlive a reload, and one that is taken out ends', async () => {
  const listener = "{ smtp: '127.0.0.1:0', next_hop: { smtp: '127.0.0.1:1' } }";
  const settingsOf = (count: number): Parameters<typeof startService>[0] => {
    const listeners = Array<string>(count).fill(listener).join();
    const folder = folderWith({ 'm.yaml': `listeners: [${listeners}]\nworkers: 1\n` });
    const loaded = loadSettings(join(folder.path, 'm.yaml'), { serving: true, environment: {} });
    folder.remove();
    if (loaded.kind === 'bad') throw new Error(loaded.problems.map(problemText).join('\n'));
    return loaded.settings;
  };
  const service = await startService(settingsOf(2));
  try {
    const bound = service.addresses;
    await service.reload(settingsOf(2));
    expect(service.addresses).toEqual(bound);
    for (const endpoint of bound) {
      const session = await Session.open(portOf(endpoint));
      expect(session.greeting).toMatch(/^220/);
      session.close();
    }
    await service.reload(settingsOf(1));
    expect(service.addresses).toEqual(bound.slice(0, 1));
    await expect(Session.open(portOf(bound[1]))).rejects.toThrow('ECONNREFUSED');
  } finally {
    await service.drain();
  }
});
