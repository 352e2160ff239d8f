import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { folderWith } from '../config/support/folder.ts';
import { missing, run } from '../real/support/tools.ts';

const reason = missing('the systemd unit before systemd-analyze', ['systemd-analyze']);

describe.skipIf(reason !== undefined)('the systemd unit', () => {
  it('passes systemd-analyze verify', async () => {
    const unit = readFileSync(new URL('../../config/mailsluice.service', import.meta.url), 'utf8');
    const folder = folderWith({});
    const copy = join(folder.path, 'mailsluice.service');
    // The program need not be installed for the unit to be right.
    writeFileSync(copy, unit.replaceAll('/usr/bin/mailsluice', '/bin/true'));
    const { code, stderr } = await run('systemd-analyze', ['verify', copy]);
    folder.remove();
    expect([code, stderr.split('\n').filter((line) => line.includes('mailsluice'))]).toEqual([0, []]);
  });
});
