import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import {
  configJsonSchema,
  dumpConfig,
  loadSettings,
  parseEndpoint,
  endpointText,
} from '../../src/config/index.ts';
import type { Settings } from '../../src/config/index.ts';
import { durationMs, sizeBytes } from '../../src/config/units.ts';
import { folderWith } from './support/folder.ts';

const read = (file: string): string => readFileSync(new URL(`../../config/${file}`, import.meta.url), 'utf8');

function settingsOf(
  files: Readonly<Record<string, string>>,
  environment: Record<string, string> = {},
  serving = false,
): Settings {
  const folder = folderWith(files);
  try {
    const loaded = loadSettings(`${folder.path}/m.yaml`, { serving, environment });
    if (loaded.kind === 'bad') throw new Error(JSON.stringify(loaded.problems));
    return loaded.settings;
  } finally {
    folder.remove();
  }
}

function defaults(): Settings {
  const loaded = loadSettings(undefined, { serving: false, environment: {} });
  if (loaded.kind === 'bad') throw new Error('no defaults');
  return loaded.settings;
}

describe('the files beside the code', () => {
  it('config/mailsluice.yaml has every key at its default', () => {
    const file = settingsOf({ 'm.yaml': read('mailsluice.yaml') });
    expect(parse(dumpConfig(file))).toEqual(parse(dumpConfig(defaults())));
    const written: Record<string, unknown> = parse(read('mailsluice.yaml'));
    expect(Object.keys(written)).toEqual(Object.keys(parse(dumpConfig(defaults())) as object));
    expect(written).toEqual(parse(dumpConfig(defaults())));
  });

  it('config/mailsluice.schema.json is current (npm run build:schema)', () => {
    expect(JSON.parse(read('mailsluice.schema.json'))).toEqual(
      JSON.parse(JSON.stringify(configJsonSchema())),
    );
  });

  it('what `config dump` prints is a configuration with the same meaning', () => {
    const dumped = dumpConfig(defaults());
    expect(dumpConfig(settingsOf({ 'm.yaml': dumped }))).toBe(dumped);
  });
});

describe('units', () => {
  it.each([
    ['500ms', 500],
    ['30s', 30_000],
    ['5m', 300_000],
    ['1h', 3_600_000],
    ['2d', 172_800_000],
    ['007s', 7_000],
  ])('%s', (text, ms) => expect(durationMs(text)).toBe(ms));
  it.each([
    ['900B', 900],
    ['512KiB', 524_288],
    ['25MiB', 26_214_400],
    ['25MB', 25_000_000],
    ['1GiB', 1_073_741_824],
    ['001KB', 1_000],
  ])('%s', (text, octets) => expect(sizeBytes(text)).toBe(octets));
});

describe('addresses', () => {
  it.each(['127.0.0.1:25', '[::1]:25', 'mx.uni.example:587', 'unix:/run/m.sock', '0.0.0.0:0'])(
    '%s',
    (text) => {
      const endpoint = parseEndpoint(text);
      expect(endpoint && endpointText(endpoint)).toBe(text);
    },
  );
  it.each([
    '127.0.0.1',
    ':25',
    '::1:25',
    '[::1]',
    '[10.0.0.1]:25',
    'a:65536',
    'a:-1',
    'unix:run/m',
    'a b:25',
    '',
  ])('not %s', (text) => {
    expect(parseEndpoint(text)).toBeUndefined();
  });
});

describe('several files, environment and secrets', () => {
  it('lays conf.d on top in name order: mappings by key, lists one behind the other', () => {
    const settings = settingsOf({
      'm.yaml': 'hostname: one\nlimits: { parts: 5, nesting: 6 }\nallow: [{ host: a.example }]',
      'conf.d/20.yaml': 'limits: { parts: 8 }\nallow: [{ host: c.example }]',
      'conf.d/10.yaml': 'hostname: two\nlimits: { parts: 7 }\nallow: [{ host: b.example }]',
      'conf.d/ignored.txt': 'hostname: three',
    });
    expect(settings.hostname).toBe('two');
    expect(settings.clean.limits).toMatchObject({ parts: 8, nesting: 6 });
    expect(settings.clean.policies.get('default')?.allow.map(({ host }) => host)).toEqual([
      'a.example',
      'b.example',
      'c.example',
    ]);
    expect(settings.clean.policies.get('default')?.allow[1]?.at).toMatch(/conf\.d\/10\.yaml:3$/);
  });

  it('puts environment variables in; numbers stay numbers, quoted ones texts', () => {
    const settings = settingsOf(
      {
        'm.yaml': 'hostname: "${NAME}.uni.example"\nlimits:\n  parts: ${PARTS}\nheader:\n  id: "${ID}"',
      },
      { NAME: 'mx', PARTS: '12', ID: '12' },
    );
    expect(settings.hostname).toBe('mx.uni.example');
    expect(settings.clean.limits.parts).toBe(12);
    expect(settings.clean.headerId).toBe('12');
  });

  it('reads a secret from a file and shows it nowhere', () => {
    const folder = folderWith({ secret: 'hush\n' });
    try {
      const hop = (auth: string): string =>
        `listeners: [{ smtp: 127.0.0.1:25, next_hop: { smtp: 127.0.0.1:26, auth: ${auth} } }]`;
      const byFile = settingsOf(
        { 'm.yaml': hop(`{ user: a, password_file: ${folder.path}/secret }`) },
        {},
        true,
      );
      expect(byFile.listeners[0]?.nextHop.auth).toEqual({ user: 'a', password: 'hush' });
      expect(dumpConfig(byFile)).not.toContain('hush');
      const inLine = settingsOf({ 'm.yaml': hop('{ user: a, password: hush }') }, {}, true);
      expect(dumpConfig(inLine)).not.toContain('hush');
    } finally {
      folder.remove();
    }
  });
});

describe('policies', () => {
  it('build on default, which builds on the product', () => {
    const { policies } = settingsOf({
      'm.yaml':
        'policies: { default: { mode: report, links: { affiliate: unwrap } }, press: { mode: off, subject_tag: "[x]" } }',
    }).clean;
    expect(policies.get('default')).toMatchObject({
      mode: 'report',
      pixels: 'act',
      links: { affiliate: 'unwrap', named: 'act' },
    });
    expect(policies.get('press')).toMatchObject({
      mode: 'off',
      subjectTag: '[x]',
      links: { affiliate: 'unwrap' },
    });
  });

  it('final_reply_timeout follows the mode', () => {
    const of = (mode: string): number | undefined =>
      settingsOf(
        { 'm.yaml': `listeners: [{ smtp: 127.0.0.1:25, mode: ${mode}, next_hop: { smtp: 127.0.0.1:26 } }]` },
        {},
        true,
      ).listeners[0]?.nextHop.finalReplyTimeoutMs;
    expect([of('mx'), of('before-queue')]).toEqual([600_000, 95_000]);
  });
});
