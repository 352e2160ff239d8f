import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { cleanMessage } from '../../src/clean/index.ts';
import { compiledPolicy } from '../support/compiled.ts';

/** Each `NAME.eml` here comes out as `NAME.expect.eml`; `MAILSLUICE_WRITE=1` writes those anew, to be read before they are committed. */
const folder = join(import.meta.dirname, 'cases');
const names = readdirSync(folder)
  .filter((name) => name.endsWith('.eml') && !name.endsWith('.expect.eml'))
  .map((name) => name.slice(0, -'.eml'.length));

describe('messages and what becomes of them', () => {
  const compiled = compiledPolicy();

  it.each(names)('%s', (name) => {
    const input = readFileSync(join(folder, `${name}.eml`));
    const output = cleanMessage(
      input,
      { receivedBy: 'mx.uni.example', recipients: ['zoe@uni.example'] },
      compiled,
    ).octets;
    const expected = join(folder, `${name}.expect.eml`);
    if (process.env['MAILSLUICE_WRITE'] === '1') writeFileSync(expected, output);
    expect(output.toString('latin1')).toBe(readFileSync(expected, 'latin1'));
  });
});
