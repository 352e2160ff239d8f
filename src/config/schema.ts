import { z } from 'zod';
import { limits, listener } from './schema-listener.ts';
import { address, endpoint, file, network, onOff, ownName } from './schema-parts.ts';
import { allowance, auth, policy, selection } from './schema-policy.ts';

/**
 * The whole configuration with every default that is not a policy's (those stand in src/policy). Keys are snake_case as in the file;
 * they are mapped once, in compile-settings.ts, listeners.ts, policies.ts, selection.ts, auth.ts and consent.ts.
 */
export const configSchema = z.strictObject({
  hostname: ownName.describe('Our name in greeting and Received; empty: the system’s'),
  listeners: z
    .array(listener)
    .min(1)
    .prefault([{ smtp: '127.0.0.1:10025' }]),
  rules: z
    .strictObject({
      packs: z
        .array(z.enum(['builtin']))
        .default(['builtin'])
        .describe('Packs that come along; [] for own rules alone'),
      files: z.array(file).default([]).describe('Own rule packs: files, or folders of *.yaml'),
      disable: z.array(z.string()).default([]).describe('Ids of rules that are not to be used'),
      lists: z.array(file).default([]).describe('Filter lists in adblock syntax; we ship none'),
    })
    .prefault({}),
  policies: z
    .record(z.string().regex(/^[A-Za-z0-9._-]+$/, 'write letters, digits, dots and dashes'), policy)
    .prefault({ default: {} }),
  select: z.array(selection).default([]).describe('The first entry whose conditions hold names the policy'),
  allow: z.array(allowance).default([]),
  consent: z
    .strictObject({
      files: z
        .array(file)
        .default([])
        .describe(
          'Files, or folders of files, with `recipient sender-domain` lines; read again when they change',
        ),
      unauthenticated: z
        .enum(['no', 'ok'])
        .default('no')
        .describe('ok: a consent holds for forged senders, too'),
    })
    .prefault({}),
  exempt: z
    .array(address)
    .default(['postmaster@', 'abuse@', 'security@'])
    .describe('Recipients whose mail is never edited: local part with @, domain or address'),
  local_networks: z.array(network).default([]).describe('Clients whose mail is outbound and never edited'),
  header: z
    .strictObject({
      name: z
        .string()
        .regex(/^[!-9;-~]{1,60}$/, 'write a header field name')
        .default('Tracking-Protection'),
      id: z
        .string()
        .regex(/^[A-Za-z0-9._-]*$/, 'write a host name')
        .default('')
        .describe('First word of the field; empty: hostname'),
    })
    .prefault({}),
  limits: limits.prefault({}),
  on_error: z.enum(['pass', 'tempfail']).default('pass').describe('After a fault in cleaning a message'),
  auth: auth.prefault({}),
  log: z
    .strictObject({
      privacy: onOff.default('on').describe('off: the next hop’s reply texts are logged'),
      level: z
        .enum(['debug', 'info', 'warn', 'error'])
        .default('info')
        .describe('Lines below this level are left out'),
      format: z.enum(['json', 'pretty']).default('json').describe('pretty: for people'),
      key_file: z
        .string()
        .default('')
        .describe('Secret by which Message-IDs are hashed in the log; empty: another one at each start'),
    })
    .prefault({}),
  metrics: z
    .strictObject({
      listen: z
        .union([z.literal('off'), endpoint])
        .default('127.0.0.1:9725')
        .describe('Address of /metrics, /livez and /readyz'),
    })
    .prefault({}),
  reload: z
    .enum(['signal', 'change'])
    .default('signal')
    .describe('change: read the configuration again when one of its files changes, too'),
  workers: z
    .union([z.literal('auto'), z.int().min(1).max(256)])
    .default('auto')
    .describe('Processes that relay and clean; auto: one for each core, at most 8'),
});

export type Config = z.output<typeof configSchema>;
export type ListenerConfig = Config['listeners'][number];
export type NextHopConfig = NonNullable<ListenerConfig['next_hop']>;
export type PolicyConfig = Config['policies'][string];
export type Selection = Config['select'][number];
