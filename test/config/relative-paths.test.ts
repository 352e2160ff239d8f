import { join, relative } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { dumpConfig, loadSettings, problemText } from '../../src/config/index.ts';
import type { Settings } from '../../src/config/index.ts';
import { mailsluice } from '../cli/support/run.ts';
import { folderWith } from './support/folder.ts';

const rule = `- id: campus.open
  kind: pixel
  operator: Campus counter
  match: { hosts: [counter.uni.example], paths: ['/open/**'] }
  source: seen in our own newsletter
  must: ['https://counter.uni.example/open/abc']
`;
const folder = folderWith({
  'm.yaml': `rules: { files: [rules/own.yaml], lists: [lists/easy.txt] }
consent: { files: [readers] }
log: { key_file: secrets/log }
select: [{ when: { recipient: 'file:pilot', sender: 'file:./senders' }, policy: default }]
listeners: [{ smtp: 127.0.0.1:25, next_hop: { smtp: 127.0.0.1:26, auth: { user: a, password_file: secrets/hop } } }]
`,
  'conf.d/more.yaml': 'rules: { files: [rules/mine.yaml] }\n',
  'conf.d/rules/mine.yaml': rule,
  'lists/easy.txt': '||lists.example^$image\n',
  'rules/own.yaml': rule.replace('campus.open', 'campus.other'),
  readers: 'robin@uni.example news.example\n',
  'secrets/log': 'log key\n',
  'secrets/hop': 'hush\n',
  pilot: 'pilot@uni.example\n',
  senders: 'a.example\n',
  'bad/m.yaml': `listeners:
  - smtp: 127.0.0.1:25
    tls: { certificate: tls/cert, key: tls/key, names: [{ name: a.example, certificate: c2, key: k2 }] }
    next_hop: { smtp: 127.0.0.1:26, ca: ca.pem, certificate: c3, key: k3, auth: { user: a, password_file: pw } }
rules:
  files: [none.yaml]
  lists: [list.txt]
consent: { files: [none] }
log: { key_file: key }
auth: { verify: on, arc: { domain: uni.example, selector: a, key_file: arc.pem } }
select:
  - { when: { recipient: 'file:r', sender: 'file:s' }, policy: default }
`,
});
afterAll(() => folder.remove());
const at = (name: string): string => join(folder.path, name);

function load(name: string): Settings {
  const loaded = loadSettings(at(name), { serving: true, environment: {} });
  if (loaded.kind === 'bad') throw new Error(loaded.problems.map(problemText).join('\n'));
  return loaded.settings;
}

describe('relative paths', () => {
  it('are meant from the folder of the file in which they stand, conf.d too', () => {
    const { clean, messageIdKey, listeners, files, source } = load('m.yaml');
    expect(clean.rules).toMatchObject({
      files: [at('rules/own.yaml'), at('conf.d/rules/mine.yaml')],
      lists: [at('lists/easy.txt')],
    });
    expect(clean.consent.readers.has('robin@uni.example')).toBe(true);
    expect(clean.select[0]).toMatchObject({ recipient: ['pilot@uni.example'], sender: ['a.example'] });
    expect([messageIdKey, listeners[0]?.nextHop.auth?.password]).toEqual(['log key', 'hush']);
    // What is watched, and what `config dump` prints, says where the file is.
    expect(files.consent).toEqual([at('readers')]);
    expect(dumpConfig(load('m.yaml'))).toContain(`recipient: file:${at('pilot')}`);
    expect(source.files).toEqual([at('m.yaml'), at('conf.d/more.yaml')]);
  });

  it('hold for a process that runs in another folder', async () => {
    const message = `Content-Type: text/html\r\n\r\n<img src="https://counter.uni.example/open/1">\r\n`;
    const { out, err } = await mailsluice(['scan', '-c', relative(process.cwd(), at('m.yaml'))], message);
    expect([err, out.toString()]).toEqual(['', expect.stringContaining('by Campus counter')]);
  });

  it('name, where nothing is there, the line that says so and the file that was looked for', () => {
    const loaded = loadSettings(at('bad/m.yaml'), { serving: true, environment: {} });
    const told = loaded.kind === 'bad' ? loaded.problems.map(problemText) : [];
    const places: readonly (readonly [place: string, file: string])[] = [
      ['3:25', 'tls/cert'],
      ['3:40', 'tls/key'],
      ['3:89', 'c2'],
      ['3:98', 'k2'],
      ['4:41', 'ca.pem'],
      ['4:62', 'c3'],
      ['4:71', 'k3'],
      ['4:107', 'pw'],
      ['6:11', 'none.yaml'],
      ['7:11', 'list.txt'],
      ['8:20', 'none'],
      ['9:18', 'key'],
      ['10:72', 'arc.pem'],
      ['12:26', 'r'],
      ['12:44', 's'],
    ];
    const found = told.map((line) => /^(.*):(\d+:\d+) .* '(.*)'$/.exec(line)?.slice(1));
    expect(found.filter((each) => each !== undefined).toSorted()).toEqual(
      places.map(([place, file]) => [at('bad/m.yaml'), place, at(`bad/${file}`)]).toSorted(),
    );
  });
});
