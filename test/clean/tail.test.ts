import { describe, expect, it } from 'vitest';
import { cleanMessage } from '../../src/clean/index.ts';
import { findDifference } from '../commands/independent-compare.ts';
import { worst, WORST } from '../html/worst-inputs.ts';
import { compiledPolicy } from '../support/compiled.ts';

const CHARACTERS = 300_000;
const pixel = `<img src="https://x.us1.list-manage.com/track/open.php?u=0123456789abcdef01234567&id=0123456789&e=0123456789" width="1" height="1">`;
const compiled = compiledPolicy();
const report = compiledPolicy({ mode: 'report' });

function message(body: string): Buffer {
  return Buffer.from(`MIME-Version: 1.0\r\nContent-Type: text/html; charset=utf-8\r\n\r\n${body}\r\n`);
}

describe('a pixel behind what costs more to read than any mail does is gone, and a second pass finds nothing', () => {
  it.for(Object.keys(WORST))('%s', (name) => {
    const octets = message(`<p>A word.</p>${worst(name, CHARACTERS)}-->"'>${pixel}`);
    const first = cleanMessage(octets, {}, compiled);
    expect(findDifference(octets, first.octets, first.report.journal)).toBeUndefined();
    expect(first.octets.includes('/track/open.php')).toBe(false);
    expect(first.octets.includes('<p>A word.</p>')).toBe(true);
    const isCut = first.report.reasons.includes('cut');
    expect(
      first.report.findings.some(({ finding }) => finding.evidence.some((one) => one.name === 'tail')),
    ).toBe(isCut);
    const second = cleanMessage(first.octets, {}, compiled);
    expect(second.report.findings.filter(({ action }) => action !== 'kept')).toEqual([]);
    expect(second.report.reasons).not.toContain('cut');
  });

  it.for([
    ['its length', 'x'.repeat(8_000_000)],
    ['its depth', '<div>'.repeat(600)],
    ['its attributes', `<p ${'a=b '.repeat(300)}>`],
  ] as const)('what is left is judged as what it is, whatever %s was', ([, behind]) => {
    const hidden = '<img src="https://a.example/b?i=8f3a9c2b7d1e4f60" alt="">';
    const costly = `<!--${'<img src=x>'.repeat(12_000)}-->${behind}${'<!--<a href=<img/src=//a.example/b'.repeat(60_000)}`;
    const octets = message(`<p>A word.</p><div style="display:none">${hidden}</div>${costly}`);
    const first = cleanMessage(octets, {}, compiled);
    expect(findDifference(octets, first.octets, first.report.journal)).toBeUndefined();
    expect(first.report.reasons).toEqual(['cut']);
    const second = cleanMessage(first.octets, {}, compiled);
    expect(second.report.findings.filter(({ action }) => action !== 'kept')).toEqual([]);
  });

  it('stays where an administrator excepts the sender', () => {
    const octets = message(`${'<a/href='.repeat(50_000)}${pixel}`);
    const excepting = compiledPolicy({ allow: [{ sender: 'news@a.example', why: 'checked' }] });
    const { report: kept } = cleanMessage(
      octets,
      { sender: 'news@a.example', authenticatedDomains: ['a.example'] },
      excepting,
    );
    expect(kept).toMatchObject({ result: 'none', reasons: [] });
    expect(kept.findings.map(({ action, because }) => [action, because])).toEqual([
      ['kept', 'allow default (checked)'],
    ]);
  });

  it('says so in the header, and in report mode says no more', () => {
    const octets = message(`${'<a/href='.repeat(50_000)}${pixel}`);
    const cleaned = cleanMessage(octets, {}, compiled).octets.toString();
    expect(cleaned).toMatch(/^Tracking-Protection: [^\r]*result=cleaned;\s+reason=cut; pixels=1;/);
    const observed = cleanMessage(octets, {}, report).octets.toString();
    expect(observed).toMatch(/^Tracking-Protection: [^\r]*result=observed;\s+reason=cut; pixels=1;/);
    expect(observed.endsWith(octets.toString())).toBe(true);
  });
});
