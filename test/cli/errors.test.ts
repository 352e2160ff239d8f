import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { errorCatalogue } from '../../src/errors.ts';
import { visible } from '../../src/cli/visible.ts';
import { folderWith } from '../config/support/folder.ts';
import { mailsluice } from './support/run.ts';

const folder = folderWith({
  'bad.yaml': 'polices: {}',
  'rules.yaml': 'rules: { disable: [no.such-rule] }',
  'broken-rule.yaml': 'rules: { files: [RULES] }',
  'closed.yaml': 'metrics: { listen: 127.0.0.1:1 }',
  'relay.yaml': 'listeners: [{ smtp: 0.0.0.0:25, next_hop: { smtp: 127.0.0.1:26, verifies: no } }]',
  'note.txt': 'no journal',
});
afterAll(() => folder.remove());
const at = (name: string): string => join(folder.path, name);

describe('exit codes and what is said on standard error', () => {
  const rows: readonly [args: readonly string[], code: number, says: RegExp][] = [
    [[], 64, /Usage: mailsluice/],
    [['--colour'], 64, /unknown option '--colour'/],
    [['skan'], 64, /unknown command 'skan'\n\(Did you mean scan\?\)|Did you mean scan/],
    [['clean', '--polcy', 'x'], 64, /Did you mean --policy/],
    [['clean', 'a', 'b'], 64, /several messages do not go into one output\nName a folder: clean -o DIR FILE/],
    [
      ['clean', '-o', at('new'), at('note.txt'), at('missing.eml')],
      73,
      /^mailsluice: there is no folder [^\n]*\/new\nMake it first: mkdir -p [^\n]*\/new\n$/,
    ],
    [['clean', '--journal', at('new/j'), at('note.txt')], 73, /there is no folder [^\n]*\/new\n/],
    [['clean', '-o', folder.path, '-'], 64, /with -o, name files/],
    [
      ['clean', '--policy', 'nobody'],
      64,
      /there is no policy nobody\nPolicies of this configuration: default/,
    ],
    [['explain', '--url', 'mailto:x'], 64, /is no absolute http\(s\) URL/],
    [['try', '--port', 'high'], 64, /--port high is no port number/],
    [['clean', at('missing.eml')], 66, /missing\.eml: ENOENT/],
    [['undo', at('note.txt'), at('note.txt')], 66, /not JSON\nName a file that `clean --journal` wrote/],
    [['replay', at('missing')], 66, /is no folder that can be read/],
    [['healthcheck', '-c', at('closed.yaml')], 69, /not healthy: 127\.0\.0\.1:1 does not answer/],
    [['clean', '-c', at('bad.yaml')], 78, /bad\.yaml:1:1 unknown key polices; did you mean policies\?/],
    [['clean', '-c', at('none.yaml')], 78, /none\.yaml: cannot be read: ENOENT/],
    [['scan', '-c', at('rules.yaml')], 78, /there is no rule no\.such-rule/],
    [['scan', '-c', at('broken-rule.yaml')], 78, /broken-rule\.yaml:1:18 cannot be read: ENOENT: .*RULES'/],
    [['check', '-c', at('relay.yaml')], 78, /would be an open relay/],
    [['serve', '-c', at('relay.yaml')], 78, /would be an open relay/],
  ];
  it.each(rows)('%j -> %i', async (args, code, says) => {
    const ran = await mailsluice(args, 'Subject: x\r\n\r\n');
    expect(ran.err).toMatch(says);
    expect([ran.code, ran.out.length]).toEqual([code, 0]);
  });

  it('check without a next hop prints the lines to add', async () => {
    const ran = await mailsluice([
      'check',
      '-c',
      new URL('../../config/mailsluice.yaml', import.meta.url).pathname,
    ]);
    expect(ran.code).toBe(78);
    expect(ran.err).toContain('next_hop: { smtp: 127.0.0.1:10026 }');
  });

  it('tells mistakes from top to bottom, and where to write where there is no file', async () => {
    const text = 'limits:\n  parts: 0\nmetrics: { listen: here }\npolices: {}\nworkers: some\n';
    const wrong = folderWith({ 'm.yaml': text });
    const ran = await mailsluice(['check', '-c', join(wrong.path, 'm.yaml')]);
    wrong.remove();
    expect([...ran.err.matchAll(/m\.yaml:(\d+):/g)].map(([, line]) => line)).toEqual(['2', '3', '4', '5']);
    const none = existsSync('/etc/mailsluice/mailsluice.yaml') ? undefined : await mailsluice(['check']);
    expect(none?.err ?? 'There is no /etc/mailsluice/mailsluice.yaml').toContain(
      'There is no /etc/mailsluice/mailsluice.yaml',
    );
  });

  it('help and version are asked for and no error', async () => {
    const [help, version] = await Promise.all([mailsluice(['--help']), mailsluice(['--version'])]);
    expect([help.code, version.code]).toEqual([0, 0]);
    const { version: number } = JSON.parse(
      readFileSync(new URL('../../package.json', import.meta.url), 'utf8'),
    ) as { version: string };
    expect(version.out.toString()).toBe(`${number}\n`);
  });
});

describe('the catalogue of errors', () => {
  it('is the table in README', () => {
    const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');
    const rows = [...readme.matchAll(/^\| `(E_[A-Z_]+)` +\| (\d+) +\| (.*?) +\|$/gm)].map(
      ([, code, exit, meaning]) => [code, Number(exit), meaning],
    );
    expect(rows).toEqual(
      Object.entries(errorCatalogue).map(([code, { exit, meaning }]) => [code, exit, meaning]),
    );
  });
});

describe('visible', () => {
  it.each([
    ['plain text, é, 漢字', 'plain text, é, 漢字'],
    ['a\u001b[31mb', 'a\\u{1b}[31mb'],
    ['\r\n\t', '\\u{d}\\u{a}\\u{9}'],
    ['\u202eabc\u2066', '\\u{202e}abc\\u{2066}'],
    ['\\u{1b}', '\\u{5c}u{1b}'],
    ['\u{e0041}\ufeff\ud800', '\\u{e0041}\\u{feff}\\u{d800}'],
  ])('%j', (text, shown) => expect(visible(text)).toBe(shown));
});
