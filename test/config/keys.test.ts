import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { loadSettings, problemText } from '../../src/config/index.ts';
import type { LoadResult } from '../../src/config/index.ts';
import { createAuthority } from '../smtp/support/certificates.ts';
import { folderWith } from './support/folder.ts';
import { keyRows } from './support/key-rows.ts';
import { messageEffects } from './support/message-effects.ts';
import { wireEffects } from './support/wire-effects.ts';

interface Node {
  readonly properties?: Readonly<Record<string, Node>>;
  readonly additionalProperties?: boolean | Node;
  readonly items?: Node;
}

/** Names of all keys of the schema that hold a value: `listeners[].mode`, `policies.default.mode`. */
function leaves(node: Node, name: string): readonly string[] {
  if (node.properties !== undefined) {
    return Object.entries(node.properties).flatMap(([key, each]) =>
      leaves(each, name === '' ? key : `${name}.${key}`),
    );
  }
  if (node.items?.properties !== undefined) return leaves(node.items, `${name}[]`);
  const any = typeof node.additionalProperties === 'object' ? node.additionalProperties : undefined;
  return any?.properties === undefined ? [name] : leaves(any, `${name}.default`);
}

/** A configuration in which this key has this value, beside the least that must stand there. */
function withKey(key: string, value: unknown): string {
  const listener: Record<string, unknown> = { smtp: '127.0.0.1:25', next_hop: { smtp: '127.0.0.1:26' } };
  const entry = { when: { recipient: 'a@b.example' }, policy: 'default' };
  const root: Record<string, unknown> = { listeners: [listener] };
  if (/^listeners\[\]\.(lmtp|milter)$/.test(key)) delete listener['smtp'];
  if (/\.next_hop\.(lmtp|mx)$/.test(key)) listener['next_hop'] = {};
  if (key.startsWith('select')) root['select'] = [entry];
  if (key.startsWith('allow') && /until|why/.test(key)) root['allow'] = [{ operator: 'Anybody' }];
  if (key.startsWith('auth.arc')) {
    root['auth'] = { verify: 'on', arc: { domain: 'uni.example', selector: 'a', key_file: '/nowhere' } };
  }
  const steps = key.split('.').flatMap((step) => (step.endsWith('[]') ? [step.slice(0, -2), 0] : [step]));
  let at = root as Record<string | number, unknown>;
  steps.forEach((step, index) => {
    if (index === steps.length - 1) at[step] = value;
    else at = (at[step] ??= typeof steps[index + 1] === 'number' ? [] : {}) as Record<string, unknown>;
  });
  return JSON.stringify(root);
}

const folder = folderWith({ secret: 'hush\n' });
afterAll(() => folder.remove());

function load(yaml: string): LoadResult {
  writeFileSync(join(folder.path, 'm.yaml'), yaml.replaceAll('HERE', join(folder.path, 'secret')));
  return loadSettings(join(folder.path, 'm.yaml'), { serving: true, environment: {} });
}

function settings(yaml: string): Extract<LoadResult, { kind: 'ok' }>['settings'] {
  const loaded = load(yaml);
  if (loaded.kind === 'bad') throw new Error(loaded.problems.map(problemText).join('\n'));
  return loaded.settings;
}

const plain = JSON.stringify({ listeners: [{ smtp: '127.0.0.1:25', next_hop: { smtp: '127.0.0.1:26' } }] });

/** Keys whose effect takes more than one message or session to see: the test that shows it. */
const shownIn: Readonly<Record<string, string>> = {
  'listeners[].milter': 'config/errors',
  'listeners[].mode': 'smtp/session/identity',
  'listeners[].ptr': 'real/name-service.peer',
  'listeners[].tls.implicit': 'config/tls-effects',
  'listeners[].tls.client_certificate': 'smtp/session/identity',
  'listeners[].tls.certificate': 'config/tls-effects',
  'listeners[].tls.key': 'config/tls-effects',
  'listeners[].tls.names[].name': 'config/tls-effects',
  'listeners[].tls.names[].certificate': 'config/tls-effects',
  'listeners[].tls.names[].key': 'config/tls-effects',
  'listeners[].next_hop.mx': 'smtp/next-hop/endpoints',
  'listeners[].next_hop.ca': 'config/tls-effects',
  'listeners[].next_hop.certificate': 'smtp/next-hop/tls',
  'listeners[].next_hop.key': 'smtp/next-hop/tls',
  'listeners[].next_hop.server_name': 'config/tls-effects',
  'listeners[].next_hop.verifies': 'cli/log',
  'policies.default.thresholds.generic': 'policy/decide',
  'allow[].why': 'cli/administration',
  'limits.min_rate': 'smtp/session/lifecycle',
  'limits.memory_in_flight': 'smtp/session/limits',
  'limits.rewrite_time': 'service/filter',
  'limits.drain': 'smtp/session/lifecycle',
  on_error: 'service/filter',
  'auth.verify': 'auth/relay',
  'auth.id': 'auth/authenticator',
  'auth.trust': 'auth/relay',
  'auth.dns_server': 'auth/relay',
  'auth.arc.domain': 'auth/relay',
  'auth.arc.selector': 'auth/relay',
  'auth.arc.key_file': 'auth/relay',
  'auth.arc.messages': 'auth/seal',
  'log.privacy': 'cli/log',
  'log.level': 'cli/log',
  'log.format': 'cli/log',
  'log.key_file': 'cli/administration',
  'metrics.listen': 'cli/serve',
  reload: 'cli/log',
  workers: 'cli/log',
};
/** They have one value. */
const unseen = ['policies.default.links.opaque', 'policies.default.signed'];

describe('every key', () => {
  const schema = JSON.parse(
    readFileSync(new URL('../../config/mailsluice.schema.json', import.meta.url), 'utf8'),
  ) as Node;

  it('has a row', () => {
    expect(keyRows.map(([key]) => key).toSorted()).toEqual(leaves(schema, '').toSorted());
  });

  it('has a test that shows its effect on a message, on the wire or in the log', () => {
    const own = [...messageEffects.map(({ keys }) => keys), ...wireEffects.map(({ key }) => key)];
    expect([...own, ...Object.keys(shownIn), ...unseen].toSorted()).toEqual(leaves(schema, '').toSorted());
    for (const file of Object.values(shownIn))
      expect(existsSync(new URL(`../${file}.test.ts`, import.meta.url)), file).toBe(true);
  });

  it.each(keyRows.filter(([, value]) => value !== undefined))('%s: a value has its effect', (...row) => {
    const [key, value, pick, expected] = row;
    expect(pick(settings(withKey(key, value)))).toEqual(expected);
    expect(pick(settings(plain))).not.toEqual(expected);
  });

  it.each(keyRows)('%s: a wrong value is told', (...row) => {
    const [key, , , , wrong, told] = row;
    const loaded = load(withKey(key, wrong));
    expect(loaded.kind === 'bad' ? loaded.problems.map(problemText).join('\n') : 'taken').toContain(told);
  });
});

describe('keys that go together', () => {
  const authority = createAuthority();
  it.skipIf(authority === undefined)('certificates', () => {
    const server = authority?.issue(['DNS:mx.uni.example']);
    writeFileSync(join(folder.path, 'cert'), server?.cert ?? '');
    writeFileSync(join(folder.path, 'key'), server?.key ?? '');
    const pair = { certificate: `${folder.path}/cert`, key: `${folder.path}/key` };
    const [listener] = settings(
      JSON.stringify({
        listeners: [
          {
            smtp: '127.0.0.1:25',
            tls: {
              ...pair,
              implicit: 'on',
              client_certificate: 'required',
              names: [{ name: 'MX2.uni.example', ...pair }],
            },
            next_hop: { smtp: '127.0.0.1:26', ...pair, ca: pair.certificate },
          },
        ],
      }),
    ).listeners;
    expect(listener?.implicitTls).toBe(true);
    expect(listener?.tls?.requireClientCert).toBe(true);
    expect([...(listener?.tls?.contexts.keys() ?? [])]).toEqual(['*', 'mx2.uni.example']);
    expect(Object.keys(listener?.nextHop.tlsOptions ?? {}).toSorted()).toEqual(['ca', 'cert', 'key']);
  });

  it('user and password; verifies and auth.verify; a looser policy and unauthenticated', () => {
    const made = settings(
      JSON.stringify({
        listeners: [
          {
            smtp: '127.0.0.1:25',
            next_hop: { smtp: '127.0.0.1:26', verifies: 'yes', auth: { user: 'a', password: 'b' } },
          },
        ],
        auth: { verify: 'on' },
        policies: { default: { signed: 'keep', links: { opaque: 'keep' } }, off: { mode: 'off' } },
        select: [{ when: { sender: 'a.example' }, policy: 'off', unauthenticated: 'ok' }],
      }),
    );
    expect(made.listeners[0]?.nextHop.auth).toEqual({ user: 'a', password: 'b' });
    expect(made.protectDmarcReject).toBe(true);
    expect(made.clean.select[0]).toMatchObject({ policy: 'off', needsAuthentication: false });
  });
});
