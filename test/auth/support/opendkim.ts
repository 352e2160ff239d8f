import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run } from '../../real/support/tools.ts';

/** What OpenDKIM's filter says of each signature of a message, with these TXT records. */
export async function opendkim(
  octets: Buffer,
  records: Readonly<Record<string, string>>,
): Promise<readonly string[]> {
  const folder = await mkdtemp(join(tmpdir(), 'mailsluice-opendkim-'));
  try {
    const lines = Object.entries(records).map(([name, text]) => `${name} ${text}\n`);
    await writeFile(join(folder, 'dns'), lines.join(''));
    await writeFile(join(folder, 'conf'), `Mode v\nSyslog no\nTestDNSData file:${folder}/dns\n`);
    await writeFile(join(folder, 'message'), octets);
    const { stdout, stderr } = await run('opendkim', [
      '-x',
      join(folder, 'conf'),
      '-vv',
      '-t',
      join(folder, 'message'),
    ]);
    return [...`${stdout}${stderr}`.matchAll(/\bdkim=(\w+)/g)].map(([, result = '']) => result);
  } finally {
    await rm(folder, { recursive: true });
  }
}
