import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { cleanMessage, editMessage } from '../../src/clean/index.ts';
import { spliceMessage } from '../../src/message/index.ts';
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

  it.each(names)('%s, for a service that only counts', (name) => {
    const octets = readFileSync(join(folder, `${name}.eml`));
    const context = { receivedBy: 'mx.uni.example', recipients: ['zoe@uni.example'] };
    const all = cleanMessage(octets, context, compiled);
    const { edits, report } = editMessage(octets, context, compiled);
    expect(spliceMessage({ octets }, edits)).toEqual(all.octets);
    expect(report.findings).toHaveLength(all.report.findings.length);
    for (const [index, { action, because, span, before, after }] of all.report.findings.entries())
      expect(report.findings[index]).toMatchObject({ action, because, span, before, after });
    expect({ ...report, findings: [] }).toEqual({ ...all.report, findings: [] });
  });
});
