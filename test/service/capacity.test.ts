import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import {
  connectionsWarning,
  connectionsWithin,
  DescriptorAdmission,
  openFilesLimit,
} from '../../src/service/capacity.ts';
import type { ServiceSettings } from '../../src/service/index.ts';
import { ConnectionLimits } from '../../src/smtp/index.ts';
import type { Admission } from '../../src/smtp/index.ts';
import { serve } from '../cli/support/serve.ts';
import { folderWith } from '../config/support/folder.ts';
import { startNextHop } from './support/next-hop.ts';
import { Session } from './support/session.ts';

const folder = folderWith({});
afterAll(() => folder.remove());

const lines = (open: string): string =>
  `Limit                     Soft Limit           Hard Limit           Units\nMax open files            ${open}                 4096                 files\n`;

describe('how many connections the system allows', () => {
  it.each([
    ['64', 64],
    ['unlimited', Infinity],
  ])('%s open files', (said, limit) => expect(openFilesLimit(() => lines(said))).toBe(limit));

  it('where it does not say, all', () => {
    expect([
      openFilesLimit(() => ''),
      openFilesLimit(() => {
        throw new Error('no /proc');
      }),
    ]).toEqual([Infinity, Infinity]);
  });

  it.each([
    [1000, 1, 65_536, undefined],
    [1000, 4, 1_024, undefined],
    [1000, 1, Infinity, undefined],
    [1000, 1, 1_024, /^limits\.connections: 1000 need 3056 open files, and .* 1024 .* no more than 322 /],
    [1000, 2, 1_024, /need 1556 open files for each worker, .* no more than 644 /],
    [1000, 1, 20, /no more than 1 /],
  ] as const)('%d connections with %d workers and %d open files', (connections, workers, files, warning) => {
    const limits = { connections } as ServiceSettings['limits'];
    const told = connectionsWarning({ limits, workers }, files);
    if (warning === undefined) expect(told).toBeUndefined();
    else expect(told).toMatch(warning);
  });

  it.each(['at once', 'later'])('whoever the door behind refuses %s takes no room', async (when) => {
    const limits = new ConnectionLimits({ connections: 1, connectionsPerClient: 9 });
    const behind: Admission = {
      enter: (client) => (when === 'later' ? Promise.resolve(limits.enter(client)) : limits.enter(client)),
      leave: (client) => limits.leave(client),
      resize: (other) => limits.resize(other),
    };
    const files = 62;
    expect(connectionsWithin(files)).toBe(2);
    const door = new DescriptorAdmission(behind, files);
    const said = async (): Promise<unknown> => door.enter('a');
    expect([await said(), await said(), await said()]).toEqual([undefined, 'connections', 'connections']);
    door.resize({ connections: 9, connectionsPerClient: 9 });
    expect([await said(), await said()]).toEqual([undefined, 'descriptors']);
    door.leave('a');
    expect(await said()).toBeUndefined();
  });
});

describe.runIf(process.platform === 'linux')('serve with few descriptors', () => {
  it('takes as many as it can serve, tells the others so, and says it at its start', async () => {
    const hop = await startNextHop();
    const file = join(folder.path, 'm.yaml');
    writeFileSync(
      file,
      `listeners: [{ smtp: '127.0.0.1:0', next_hop: { smtp: '127.0.0.1:${hop.port}', tls: off } }]\nmetrics: { listen: off }\nworkers: 1\n`,
    );
    const serving = await serve(file, undefined, {}, 71);
    try {
      const warned = await serving.until(({ msg }) => msg === 'configuration');
      expect(warned['at']).toMatch(/^limits\.connections: 1000 need .* 71 .* no more than 5 /);
      // One after the other: of a burst some would find no descriptor at all, and be closed without a word.
      const sessions: Session[] = [];
      for (let count = 0; count < 20; count += 1) sessions.push(await Session.open(serving.port));
      const taken = sessions.filter(({ greeting }) => greeting.startsWith('220'));
      expect(taken).toHaveLength(5);
      expect(new Set(sessions.map(({ greeting }) => greeting.slice(0, 9)))).toEqual(
        new Set(['220 ' + taken[0]?.greeting.slice(4, 9), '421 4.7.0']),
      );
      expect(await Promise.all(taken.map((session, n) => session.send(`few-${n}`)))).toEqual(
        taken.map(() => expect.stringMatching(/^250/)),
      );
      for (const session of sessions) session.close();
    } finally {
      expect(await serving.end()).toBe(0);
      await hop.close();
    }
    expect(serving.lines().filter(({ level }) => level === 'error')).toEqual([]);
  });
});
