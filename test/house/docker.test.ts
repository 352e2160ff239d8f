import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { loadSettings } from '../../src/config/index.ts';

// No container engine runs in the tests: what can be seen in the files is checked, and test/cli/package.test.ts replays the build's steps.
// With one: `buildah bud -f docker/Dockerfile .`, or docker/README.md's `docker compose`.
const root = new URL('../../', import.meta.url).pathname;
const read = (file: string): string => readFileSync(join(root, file), 'utf8');

interface Instruction {
  readonly name: string;
  readonly rest: string;
}

const known = [
  'FROM',
  'WORKDIR',
  'COPY',
  'RUN',
  'LABEL',
  'ENV',
  'USER',
  'EXPOSE',
  'STOPSIGNAL',
  'HEALTHCHECK',
  'ENTRYPOINT',
  'CMD',
];

/** Instructions with continued lines joined; comments out. */
function instructions(file: string): readonly Instruction[] {
  const text = read(file)
    .replaceAll(/^#.*\n/gm, '')
    .replaceAll(/\\\n/g, ' ');
  return text
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => {
      const [name = '', ...rest] = line.split(/\s+/);
      return { name, rest: rest.join(' ') };
    });
}

const dockerfiles = ['docker/Dockerfile', 'docker/postfix/Dockerfile', 'docker/dovecot/Dockerfile'];

describe('Dockerfiles', () => {
  it.each(dockerfiles)('%s has known instructions, begins with FROM and takes no "latest"', (file) => {
    const all = instructions(file);
    expect(all[0]?.name).toBe('FROM');
    expect(all.map(({ name }) => name).filter((name) => !known.includes(name))).toEqual([]);
    for (const { rest } of all.filter(({ name }) => name === 'FROM'))
      expect(rest).toMatch(/^[a-z]+:[a-z0-9.-]+( AS [a-z]+)?$/);
    for (const { name, rest } of all) {
      if (name === 'CMD' || name === 'ENTRYPOINT') expect(JSON.parse(rest)).toBeInstanceOf(Array);
    }
  });

  it('the product runs as nobody special, in exec form, and is asked for its health', () => {
    const all = instructions('docker/Dockerfile');
    const last = all.slice(all.findLastIndex(({ name }) => name === 'FROM'));
    const of = (name: string): string | undefined => last.find((each) => each.name === name)?.rest;
    expect(all.filter(({ name }) => name === 'FROM')).toHaveLength(2);
    expect(of('USER')).toMatch(/^\d{4,}:\d{4,}$/);
    expect(of('HEALTHCHECK')).toContain('CMD ["mailsluice", "healthcheck"]');
    expect(JSON.parse(of('ENTRYPOINT') ?? '')).toEqual(['mailsluice']);
    expect(JSON.parse(of('CMD') ?? '')).toEqual(['serve']);
    expect(of('STOPSIGNAL')).toBe('SIGTERM');
    expect(last.findIndex(({ name }) => name === 'USER')).toBeLessThan(
      last.findIndex(({ name }) => name === 'ENTRYPOINT'),
    );
  });

  // Each of these once kept the example from working, and only a build and a run showed it.
  it.each([
    [
      'docker/Dockerfile',
      'npm does not make the folder that it packs into',
      /mkdir (\S+) && npm pack --pack-destination \1$/,
    ],
    ['docker/postfix/Dockerfile', 'start-fg fills no chroot', /postconf -F '\*\/\*\/chroot=n'/],
    ['docker/dovecot/Dockerfile', "the volume of the mail is its user's", /chown vmail:vmail \/var\/mail/],
  ])('%s: %s', (file, _, expected) => {
    expect(instructions(file).some(({ name, rest }) => name === 'RUN' && expected.test(rest))).toBe(true);
  });

  it('what is copied from the folder is there', () => {
    for (const file of dockerfiles) {
      const context = file === 'docker/Dockerfile' ? root : join(root, 'docker');
      for (const { rest } of instructions(file).filter(
        ({ name, rest: args }) => name === 'COPY' && !args.startsWith('--from'),
      )) {
        for (const source of rest.split(' ').slice(0, -1))
          expect([file, source, existsSync(join(context, source))]).toEqual([file, source, true]);
      }
    }
  });
});

interface Service {
  readonly build?: { readonly context: string; readonly dockerfile: string };
  readonly volumes?: readonly string[];
  readonly depends_on?: readonly string[];
  readonly ports?: readonly string[];
}

describe('compose.yaml', () => {
  const compose = parse(read('docker/compose.yaml')) as {
    readonly services: Readonly<Record<string, Service>>;
    readonly volumes: object;
  };
  const serviceKeys = [
    'build',
    'ports',
    'volumes',
    'read_only',
    'tmpfs',
    'cap_drop',
    'security_opt',
    'stop_grace_period',
    'depends_on',
    'restart',
  ];

  it('has known keys, and what it refers to is there', () => {
    expect(Object.keys(compose).toSorted()).toEqual(['services', 'volumes']);
    expect(Object.keys(compose.services)).toEqual(['mailsluice', 'postfix', 'dovecot']);
    for (const service of Object.values(compose.services)) {
      expect(Object.keys(service).filter((key) => !serviceKeys.includes(key))).toEqual([]);
      expect(
        existsSync(join(root, 'docker', service.build?.context ?? '', service.build?.dockerfile ?? '')),
      ).toBe(true);
      for (const name of service.depends_on ?? []) expect(Object.keys(compose.services)).toContain(name);
      for (const volume of service.volumes ?? []) {
        const [source = ''] = volume.split(':');
        const isThere = source.startsWith('.')
          ? existsSync(join(root, 'docker', source))
          : source in compose.volumes;
        expect([volume, isThere]).toEqual([volume, true]);
      }
      for (const port of service.ports ?? []) expect(port).toMatch(/^127\.0\.0\.1:\d+:\d+$/);
    }
  });

  it('its configuration can be served', () => {
    const loaded = loadSettings(join(root, 'docker/mailsluice.yaml'), { serving: true, environment: {} });
    expect(loaded.kind).toBe('ok');
  });
});
