import type { Located } from './located.ts';
import type { Source } from './read-config.ts';
import type { Config } from './schema.ts';

/**
 * What the schema makes of a configuration that says nothing, so that a command without one starts without YAML and schema. A test holds
 * the two together.
 */
const defaultConfig: Config = {
  hostname: '',
  listeners: [
    {
      smtp: '127.0.0.1:10025',
      mode: 'mx',
      trusted_peers: [],
      clients: [],
      recipient_domains: [],
      tls: { implicit: 'off', names: [], client_certificate: 'no' },
      proxy_protocol: 'off',
      line_ends: 'normalize',
      received: 'on',
      mixed_policies: 'strictest',
      ptr: 'off',
    },
  ],
  rules: { packs: ['builtin'], files: [], disable: [], lists: [] },
  policies: { default: {} },
  select: [],
  allow: [],
  consent: { files: [], unauthenticated: 'no' },
  exempt: ['postmaster@', 'abuse@', 'security@'],
  local_networks: [],
  header: { name: 'Tracking-Protection', id: '' },
  limits: {
    message_bytes: '50MiB',
    parts: 1000,
    nesting: 100,
    html_bytes: '4MiB',
    html_depth: 512,
    html_attributes: 256,
    html_elements: 200000,
    max_message: '100MiB',
    header_bytes: '1MiB',
    connections: 1000,
    connections_per_client: 100,
    recipients: 1000,
    commands: 10000,
    errors: 20,
    min_rate: '100B',
    command_timeout: '5m',
    session_life: '1h',
    deadline: '60s',
    rewrite_time: '5s',
    memory_in_flight: '128MiB',
    hops: 50,
    drain: '30s',
  },
  on_error: 'pass',
  auth: { verify: 'off', id: '', trust: [], dns_server: '' },
  log: { privacy: 'on', level: 'info', format: 'json', key_file: '' },
  metrics: { listen: '127.0.0.1:9725' },
  reload: 'signal',
  workers: 'auto',
};

export const noFile: Located = {
  kind: 'map',
  at: { file: 'the defaults', line: 0, column: 0 },
  entries: new Map(),
};

export const defaultConfigFile = '/etc/mailsluice/mailsluice.yaml';

/** The configuration of whoever has no file. */
export const defaultSource: Source = { config: defaultConfig, root: noFile, files: [] };
