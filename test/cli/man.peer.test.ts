import { describe, expect, it } from 'vitest';
import { manPages } from '../house/man.ts';
import { missing, run } from '../real/support/tools.ts';

const reason = missing('the man pages before groff', ['groff']);

const pages = await manPages();

describe.skipIf(reason !== undefined)('groff', () => {
  it.each(pages)('formats $file without a warning', async ({ text }) => {
    const { code, stdout, stderr } = await run(
      'groff',
      ['-man', '-ww', '-Tutf8', '-Kutf8'],
      Buffer.from(text),
    );
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(/^MAILSLUICE/);
  });
});
