import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { folderWith } from '../config/support/folder.ts';
import { mailsluice } from './support/run.ts';

const sample = readFileSync(new URL('../../src/demo/newsletter.eml', import.meta.url));
const quiet = 'Subject: nothing\r\n\r\nNothing to see.\r\n';
const folder = folderWith({ 'a.eml': sample.toString('latin1'), 'b.eml': quiet, 'sub/a.eml': quiet });
afterAll(() => folder.remove());
const at = (name: string): string => join(folder.path, name);

describe('clean', () => {
  it('is a filter, and undo gives the original back', async () => {
    const { code, out, err } = await mailsluice(['clean', '--journal', at('j.json'), '-'], sample);
    expect([code, err]).toEqual([0, '']);
    expect(out.toString('latin1')).toMatch(/^Tracking-Protection: .*; result=cleaned;\r\n/);
    expect(out.toString('latin1')).not.toContain('/track/open.php');
    writeFileSync(at('cleaned.eml'), out);
    const undone = await mailsluice(['undo', at('j.json'), at('cleaned.eml')]);
    expect(undone.code).toBe(0);
    expect(undone.out.equals(sample)).toBe(true);
    const other = await mailsluice(['undo', at('j.json'), at('b.eml')]);
    expect([other.code, other.out.length]).toEqual([66, 0]);
    expect(other.err).toContain('is not the message that this journal belongs to');
  });

  it('undo knows the message and the journal by size and SHA-256; an old journal has none', async () => {
    const { out } = await mailsluice(['clean', '--journal', at('known.json'), '-'], sample);
    const journal = readFileSync(at('known.json'), 'utf8');
    const { original, cleaned, ...old } = JSON.parse(journal) as Record<string, unknown>;
    expect(cleaned).toMatchObject({ bytes: out.length });
    const sha256 = createHash('sha256').update(sample).digest('hex');
    expect(original).toEqual({ bytes: sample.length, sha256 });
    const restore = async (text: string, octets: Buffer): Promise<readonly unknown[]> => {
      writeFileSync(at('other.json'), text);
      const undone = await mailsluice(['undo', at('other.json'), '-'], octets);
      return [undone.code, undone.out.length, undone.err];
    };
    const said = (words: string): readonly unknown[] => [66, 0, expect.stringContaining(words)];
    const notIts = said('- is not the message that this journal belongs to');
    expect(await restore(journal, Buffer.concat([out, Buffer.from('\r\n')]))).toEqual(notIts);
    const changed = Buffer.from(out.toString('latin1').replace(/Subject: ./, 'Subject: X'), 'latin1');
    expect([changed.length, changed.equals(out)]).toEqual([out.length, false]);
    expect(await restore(journal, changed)).toEqual(notIts);
    const damaged = JSON.stringify({ original, cleaned, entries: [], schema: 1 });
    expect(await restore(damaged, out)).toEqual(said('what it gives is not the original'));
    expect(await restore(JSON.stringify(old), out)).toEqual([0, sample.length, '']);
  });

  it('adds nothing but our field to a message without tracking', async () => {
    const { out } = await mailsluice(['clean'], quiet);
    expect(out.toString().endsWith(quiet)).toBe(true);
    expect(out.toString()).toMatch(/^Tracking-Protection: [^\r]*; result=none;\r\n policy=default\r\n/);
  });

  it('writes many into a folder; refuses names that exist or occur twice, and does the others', async () => {
    mkdirSync(at('out'));
    const first = await mailsluice([
      'clean',
      '-o',
      at('out'),
      at('a.eml'),
      at('sub/a.eml'),
      at('missing.eml'),
      at('b.eml'),
    ]);
    expect(first.code).toBe(73);
    expect(first.err).toContain('another file named a.eml');
    expect(first.err).toContain('missing.eml');
    expect(existsSync(at('out/a.eml')) && existsSync(at('out/b.eml'))).toBe(true);
    const again = await mailsluice(['clean', '-o', at('out'), at('a.eml')]);
    expect([again.code, again.err]).toEqual([73, expect.stringContaining('exists already')]);
    const missing = await mailsluice(['clean', '-o', at('out'), at('missing.eml'), at('b.eml')]);
    expect(missing.code).toBe(66);
  });
});

describe('scan --json', () => {
  it('prints a line a message with the documented keys, and goes on behind a file that is not there', async () => {
    const { code, out } = await mailsluice(['scan', '--json', at('a.eml'), at('missing.eml'), at('b.eml')]);
    expect(code).toBe(66);
    const [first, second, ...rest] = out
      .toString()
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(rest).toEqual([]);
    expect(Object.keys(first ?? {})).toEqual([
      'schema',
      'file',
      'sha256',
      'result',
      'reason',
      'policy',
      'counts',
      'operators',
      'parts',
      'findings',
      'ms',
    ]);
    expect(first).toMatchObject({
      schema: 1,
      file: at('a.eml'),
      result: 'cleaned',
      reason: [],
      policy: 'default',
      counts: { pixels: 2, opaque: 1 },
    });
    expect(second).toMatchObject({
      result: 'none',
      findings: [],
      parts: [{ part: '1', type: 'text/plain', state: 'unedited', reason: null }],
    });
    const findings = first?.['findings'] as readonly Record<string, unknown>[];
    expect(Object.keys(findings[0] ?? {})).toEqual([
      'kind',
      'action',
      'opaque',
      'guard',
      'certainty',
      'operator',
      'rule',
      'evidence',
      'part',
      'span',
      'before',
      'after',
    ]);
    expect(findings.find(({ opaque }) => opaque === true)).toMatchObject({
      kind: 'link',
      action: 'kept',
      operator: 'Mailchimp',
    });
    for (const { before, span } of findings) {
      const [start, end] = span as readonly [number, number];
      expect(end - start).toBeGreaterThanOrEqual(String(before).length);
    }
  });
});

describe('explain', () => {
  it('tells place, rule with file and line, evidence, what decided, before and after', async () => {
    const { code, out } = await mailsluice(['explain', at('a.eml')]);
    expect(code).toBe(0);
    const text = out.toString();
    for (const word of [
      'pixel by Mailchimp: neutralised (certain)',
      /rule +mailchimp\.open \(config\/rules\/.*:\d+\)/,
      /evidence +rule \+/,
      'policy default: pixels=act',
      'before',
      '(nothing)',
    ]) {
      expect(text).toMatch(word);
    }
  });

  it('prints nothing of a message that could move the cursor, colour or reorder', async () => {
    const hostile = `Subject: x\r\nContent-Type: text/html; charset=utf-8\r\n\r\n<img width=1 height=1 src="https://t.example.com/open?id=0123456789abcdef0123&x=\u001b[2J\u202e\u0007\u009b31m\u200b\r\n">\r\n`;
    const { out } = await mailsluice(['explain'], hostile);
    const text = out.toString('utf8');
    // oxlint-disable-next-line no-control-regex
    expect(text.replaceAll('\n', '')).not.toMatch(
      /[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u202a-\u202e\u2066-\u2069]/,
    );
    expect(text).toContain('\\u{1b}[2J\\u{202e}\\u{7}\\u{9b}31m\\u{200b}');
  });

  it('explains a URL', async () => {
    const { code, out } = await mailsluice([
      'explain',
      '--url',
      'https://a.us13.list-manage.com/track/open.php?u=c299c0fb17f046bcb08075f46&id=55fdb917dd&e=1e6a700173',
    ]);
    expect(code).toBe(0);
    expect(out.toString()).toMatch(/pixel +mailchimp\.open \(Mailchimp, /);
  });
});

describe('policies and envelope on the command line', () => {
  const config = folderWith({
    'm.yaml':
      'policies: { default: {}, look: { mode: report } }\nselect: [{ when: { recipient: look@uni.example }, policy: look }]\nallow: [{ operator: Mailchimp, why: agreed }]',
  });
  afterAll(() => config.remove());
  const scan = async (...args: string[]): Promise<Record<string, unknown>> =>
    JSON.parse(
      (
        await mailsluice(['scan', '--json', '-c', join(config.path, 'm.yaml'), ...args, at('a.eml')])
      ).out.toString(),
    ) as Record<string, unknown>;

  it('select by recipient, --policy, exempt, allow', async () => {
    expect(await scan('--recipient', 'look@uni.example')).toMatchObject({
      result: 'observed',
      policy: 'look',
    });
    expect(await scan('--policy', 'look')).toMatchObject({ result: 'observed' });
    expect(await scan('--recipient', 'postmaster@uni.example')).toMatchObject({
      result: 'skipped',
      reason: ['exempt'],
    });
    expect(await scan('--recipient', 'look@uni.example', '--recipient', 'b@uni.example')).toMatchObject({
      result: 'cleaned',
      policy: 'mixed',
    });
    const allowed = await scan();
    expect(allowed).toMatchObject({ counts: { pixels: 1 } });
    expect(JSON.stringify(allowed['operators'])).not.toContain('Mailchimp');
  });
});

describe('replay', () => {
  it('names what another configuration would change', async () => {
    const other = folderWith({ 'm.yaml': 'policies: { default: { pixels: keep } }' });
    const { code, out } = await mailsluice(['replay', folder.path, '--against', join(other.path, 'm.yaml')]);
    other.remove();
    expect(code).toBe(0);
    expect(out.toString()).toMatch(/- pixel neutralised at .* rule mailchimp\.open: src=.* -> \(nothing\)\n/);
    expect(out.toString()).toMatch(/\+ pixel kept at .* rule mailchimp\.open: src=[^>]*\n/);
    expect(out.toString()).toMatch(/; \d+ messages? differs?\n/);
  });
});
