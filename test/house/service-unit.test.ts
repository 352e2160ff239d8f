import { execFileSync, spawnSync } from 'node:child_process';
import { copyFileSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { folderWith } from '../config/support/folder.ts';

const unit = new URL('../../config/mailsluice.service', import.meta.url).pathname;
const isThere = spawnSync('systemd-analyze', ['--version']).status === 0;

describe('the systemd unit', () => {
  it('restarts after a crash, not after a wrong configuration, and lets V8 compile', () => {
    const text = readFileSync(unit, 'utf8');
    expect(text).toContain('RestartPreventExitStatus=64 78');
    expect(text).not.toMatch(/^MemoryDenyWriteExecute=yes/m);
    expect(text).toContain('ExecReload=/bin/kill -HUP $MAINPID');
  });

  // systemd-analyze comes with Debian's systemd; where it is missing the unit's text was checked above.
  it('passes systemd-analyze verify', () => {
    if (!isThere) return;
    const folder = folderWith({});
    // The program need not be installed for the unit to be right.
    const copy = join(folder.path, 'mailsluice.service');
    copyFileSync(unit, copy);
    execFileSync('sed', ['-i', 's|/usr/bin/mailsluice|/bin/true|', copy]);
    const { status, stderr } = spawnSync('systemd-analyze', ['verify', copy], { encoding: 'utf8' });
    folder.remove();
    expect([status, stderr.split('\n').filter((line) => line.includes('mailsluice'))]).toEqual([0, []]);
  });
});
