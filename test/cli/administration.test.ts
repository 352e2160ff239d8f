import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { folderWith } from '../config/support/folder.ts';
import { mailsluice } from './support/run.ts';

const rule = `- id: campus.open
  kind: pixel
  operator: Campus counter
  match: { hosts: [counter.uni.example], paths: ['/open/**'], query: [u] }
  source: seen in our own newsletter
  must: ['https://counter.uni.example/open/abc?u=1']
`;
const html = (body: string, top = ''): string =>
  `${top}Message-ID: <1@uni.example>\r\nMIME-Version: 1.0\r\nContent-Type: text/html\r\n\r\n${body}\r\n`;
const logo = '<img src="https://counter.uni.example/logo.png?u=1" width=300 height=80>';
const pixel =
  '<img src="https://x.us1.list-manage.com/track/open.php?u=0123456789abcdef01234567&id=0123456789">';
const folder = folderWith({
  'rules.yaml': rule,
  secret: 'k\n',
  'a.eml': html(logo),
  'mail/cur/1': html(pixel, 'Return-Path: <news@a.example>\r\nDelivered-To: pilot@uni.example\r\n'),
  'mail/cur/2': html(pixel, 'Return-Path: <news@a.example>\r\nDelivered-To: other@uni.example\r\n'),
});
const write = (name: string, yaml: string): string => {
  const own = folderWith({ [name]: yaml.replaceAll('HERE', folder.path) });
  afterAll(() => own.remove());
  return join(own.path, name);
};
afterAll(() => folder.remove());

describe('explain', () => {
  it('says why not: what a rule asks for beyond the host; and how the log names the message', async () => {
    const config = write('m.yaml', 'rules: { files: [HERE/rules.yaml] }\nlog: { key_file: HERE/secret }');
    const { out, code } = await mailsluice(['explain', '-c', config, join(folder.path, 'a.eml')]);
    expect(code).toBe(0);
    expect(out.toString()).toMatch(
      /Left, although a rule knows the host\n {2}- {2}part 1: https:\/\/counter\.uni\.example\/logo\.png\?u=1\n +why not +campus\.open \([^)]*rules\.yaml:1\) knows the host, and asks for paths: \/open\/\*\*\n/,
    );
    expect(out.toString()).toMatch(/\n {2}log {6}messageId [0-9a-f]{16}\n/);
  });
});

describe('explain, of what was found and left', () => {
  const rows: readonly [name: string, body: string, said: RegExp][] = [
    [
      'evidence that is almost enough',
      '<p>Text.</p><a href="https://www.sender.example/"><img src="https://t.sender.example/x" width=1 height=1 alt="Us"></a><p>Text.</p>',
      /pixel: kept \(possible\)[^]*evidence +\S+ [+]\d+[^\n]*\n +because +policy default: thresholds\.pixels=probable, this is possible\n +why not +the evidence adds up to (\d+); probable begins at 60, \d+ more\n/,
    ],
    [
      'a picture that may be meant for one reader',
      `<img src="https://t.sender.example/i.png?e=reader@uni.example" width=300 height=200>`,
      /because +policy default: personal_images=keep\n +why not +it may show something to the reader/,
    ],
    [
      'a guarded link',
      '<a href="https://www.google.com/url?q=https%3A%2F%2Fwww.example.org%2Funsubscribe">unsubscribe</a>',
      /link by Google: kept[^]*because +guard unsubscribe\n +why not +the link acts for this reader\n/,
    ],
    [
      'an opaque link',
      '<a href="https://x.us1.list-manage.com/track/click?u=0123456789abcdef01234567&id=0123456789&e=0123456789">read</a>',
      /link by Mailchimp: kept, opaque[^]*why not +no rule and no decoder finds a whole/,
    ],
  ];
  it.each(rows)('%s', async (_name, body, said) => {
    const { out } = await mailsluice(['explain'], html(body, 'To: reader@uni.example\r\n'));
    expect(out.toString()).toMatch(said);
  });

  it('a rule whose host is right, and path and parameters are not', async () => {
    const config = write('m.yaml', 'rules: { files: [HERE/rules.yaml] }');
    const other = html(logo.replace('logo.png?u=1', 'logo.png?v=1'));
    const { out } = await mailsluice(['explain', '-c', config], other);
    expect(out.toString()).toMatch(
      /why not +campus\.open \([^)]*\) knows the host, and asks for paths: \/open\/\*\*; query: u\n/,
    );
  });
});

describe('an allow entry', () => {
  const file = join(folder.path, 'mail/cur/1');
  it('is explained with its why and until, and check tells that it is over', async () => {
    const text = `listeners: [{ smtp: 127.0.0.1:25, next_hop: { smtp: 127.0.0.1:26 } }]\nallow:\n  - { operator: Mailchimp, why: ticket 4711, until: 2999-01-31 }\n  - { host: a.example, until: 2020-01-31 }`;
    const config = write('m.yaml', text);
    const explained = (await mailsluice(['explain', '-c', config, file])).out.toString();
    expect(explained).toContain(`because   allow ${config}:3 (ticket 4711; until 2999-01-31)`);
    const checked = await mailsluice(['check', '-c', config]);
    expect([checked.code, checked.out.toString()]).toEqual([
      0,
      expect.stringContaining(`warning: ${config}:4:5 this entry ended on 2020-01-31`),
    ]);
  });
});

describe('serve --log-format', () => {
  it('takes json and pretty only', async () => {
    const { code, err } = await mailsluice(['serve', '--log-format', 'xml']);
    expect(code).toBe(64);
    expect(err).toContain('Allowed choices are json, pretty');
  });
});

describe('replay --against', () => {
  it('names a message whose fate changes though its findings do not, and reads the recipient from delivery', async () => {
    const running = write('running.yaml', 'policies: { default: { mode: report } }');
    const other = write(
      'other.yaml',
      'policies: { default: { mode: report }, pilot: { mode: clean } }\nselect: [{ when: { recipient: pilot@uni.example }, policy: pilot }]',
    );
    const { out } = await mailsluice([
      'replay',
      '-c',
      running,
      '--against',
      other,
      join(folder.path, 'mail'),
    ]);
    const text = out.toString();
    expect(text).toMatch(
      /cur\/1\n {2}- result=observed policy=default\n {2}\+ result=cleaned policy=pilot\n/,
    );
    expect(text).not.toContain('cur/2');
    expect(text).toContain('2 messages: observed=2');
    expect(text).toContain('; 1 message differs\n');
  });
});

describe('check', () => {
  const misspelt: readonly [yaml: string, said: string][] = [
    [
      'rules:\n  disable: [mailchimp.opn]',
      '3:13 there is no rule mailchimp.opn; did you mean mailchimp.open?',
    ],
    [
      'allow:\n  - rule: mailchimp.opne',
      '3:11 there is no rule mailchimp.opne; did you mean mailchimp.open?',
    ],
    [
      'allow: [{ operator: mailchimp },\n  { operator: Mailchip }]',
      '3:15 there is no operator Mailchip; did you mean Mailchimp?',
    ],
    ["allow: [{ rule: 'list:mine' }]", '2:17 there is no rule list:mine'],
  ];
  it.each(misspelt)('names the line of a rule or operator that nobody knows: %s', async (yaml, said) => {
    const config = write(
      'm.yaml',
      `listeners: [{ smtp: 127.0.0.1:25, next_hop: { smtp: 127.0.0.1:26 } }]\n${yaml}`,
    );
    const { err, code } = await mailsluice(['check', '-c', config]);
    expect([code, err]).toEqual([78, `mailsluice: the rules are wrong\n${config}:${said}\n`]);
  });

  it('knows what a filter list finds by the name of the list', async () => {
    const list = folderWith({ 'mine.txt': '||counter.uni.example^$image\n' });
    const config = write(
      'm.yaml',
      `listeners: [{ smtp: 127.0.0.1:25, next_hop: { smtp: 127.0.0.1:26 } }]\nrules: { lists: [${list.path}/mine.txt] }\nallow: [{ rule: 'list:mine' }, { operator: Mine }]`,
    );
    const { err, code } = await mailsluice(['check', '-c', config]);
    list.remove();
    expect([code, err]).toEqual([0, '']);
  });

  it('names the line of a test URL that its rule fails', async () => {
    const wrong = folderWith({ 'r.yaml': rule.replace('/open/abc', '/opn/abc') });
    const config = write(
      'm.yaml',
      `listeners: [{ smtp: 127.0.0.1:25, next_hop: { smtp: 127.0.0.1:26 } }]\nrules: { files: [${wrong.path}] }`,
    );
    const { err, code } = await mailsluice(['check', '-c', config]);
    wrong.remove();
    expect(code).toBe(78);
    expect(err).toMatch(
      /r\.yaml:6:10 rule `campus\.open`: `must` https:\/\/counter\.uni\.example\/opn\/abc\?u=1 does not match/,
    );
  });
});
