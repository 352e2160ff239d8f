import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { watchFiles } from '../../src/service/processes/index.ts';
import { folderWith } from '../config/support/folder.ts';

const everyMs = 20;

it('tells of a changed, new, replaced and removed file, of nothing else, once each', async () => {
  const folder = folderWith({ a: '1', 'conf.d/x.yaml': '1' });
  const paths = ['a', 'conf.d', 'later'].map((name) => `${folder.path}/${name}`);
  let names = paths;
  let count = 0;
  const watched = watchFiles(
    () => names,
    () => (count += 1),
    everyMs,
  );
  const settled = async (): Promise<number> => {
    await pause(everyMs * 20);
    return count;
  };
  try {
    expect(await settled()).toBe(0);
    writeFileSync(`${folder.path}/a`, '22');
    expect(await settled()).toBe(1);
    writeFileSync(`${folder.path}/conf.d/y.yaml`, '');
    expect(await settled()).toBe(2);
    writeFileSync(`${folder.path}/new`, '33');
    renameSync(`${folder.path}/new`, `${folder.path}/a`);
    expect(await settled()).toBe(3);
    mkdirSync(`${folder.path}/later`);
    writeFileSync(`${folder.path}/later/z`, '');
    expect(await settled()).toBe(4);
    names = paths.slice(0, 1);
    expect(await settled()).toBe(4);
    folder.remove();
    expect(await settled()).toBe(5);
  } finally {
    watched.end();
    folder.remove();
  }
});
