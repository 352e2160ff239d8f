import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

const unit = new URL('../../config/mailsluice.service', import.meta.url).pathname;

describe('the systemd unit', () => {
  it('restarts after a crash, not after a wrong configuration, and lets V8 compile', () => {
    const text = readFileSync(unit, 'utf8');
    expect(text).toContain('RestartPreventExitStatus=64 78');
    // That says nothing of what runs before: systemd would start a `check` that fails again and again.
    expect(text).not.toContain('ExecStartPre=');
    expect(text).not.toMatch(/^MemoryDenyWriteExecute=yes/m);
    expect(text).toContain('ExecReload=/bin/kill -HUP $MAINPID');
  });
});
