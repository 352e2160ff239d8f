import { describe, expect, it } from 'vitest';
import { loadSettings, problemText } from '../../src/config/index.ts';
import { folderWith } from './support/folder.ts';

/** What a configuration is told, with the folder's name taken out. */
function told(yaml: string, serving = false, environment: Record<string, string> = {}): readonly string[] {
  const folder = folderWith({ 'm.yaml': yaml, list: 'a@b.example # first\nboss\n' });
  try {
    const loaded = loadSettings(`${folder.path}/m.yaml`, { serving, environment });
    return loaded.kind === 'ok'
      ? ['ok']
      : loaded.problems.map((each) => problemText(each).replaceAll(`${folder.path}/`, ''));
  } finally {
    folder.remove();
  }
}

const hop = 'next_hop: { smtp: 127.0.0.1:26 }';

describe('what is wrong is told with its place, what was meant and what is allowed', () => {
  const rows: readonly [yaml: string, ...told: string[]][] = [
    [
      'limits: { conections: 5 }',
      'm.yaml:1:11 unknown key conections in limits; did you mean connections? Allowed: message_bytes, parts, nesting, html_bytes, html_depth, html_attributes, html_elements, max_message, header_bytes, connections, connections_per_client, recipients, commands, errors, min_rate, command_timeout, session_life, deadline, rewrite_time, memory_in_flight, hops, drain',
    ],
    ['header: { colour: red }', 'm.yaml:1:11 unknown key colour in header; allowed: name, id'],
    [
      'limits: { deadline: 60 }',
      'm.yaml:1:21 limits.deadline is 60; write a number and ms, s, m, h or d, such as 30s',
    ],
    [
      'limits: { deadline: 60 s }',
      'm.yaml:1:21 limits.deadline is "60 s"; write a number and ms, s, m, h or d, such as 30s',
    ],
    ['limits: { deadline: 30d }', 'm.yaml:1:21 limits.deadline is "30d"; write 1ms to 24d'],
    ['limits: { session_life: 0s }', 'm.yaml:1:25 limits.session_life is "0s"; write 1ms to 24d'],
    ['limits: { session_life: 24d }', 'ok'],
    [
      'listeners: [{ next_hop: { connect_timeout: 999999999h } }]',
      'm.yaml:1:44 listeners[0].next_hop.connect_timeout is "999999999h"; write 1ms to 24d',
    ],
    [
      'limits: { message_bytes: 25mb }',
      'm.yaml:1:26 limits.message_bytes is "25mb"; write a number and B, KiB, MiB, GiB, KB, MB or GB, such as 25MiB',
    ],
    ['limits: { parts: 0 }', 'm.yaml:1:18 limits.parts is 0; write at least 1'],
    ['limits: { parts: many }', 'm.yaml:1:18 limits.parts is "many"; write a number'],
    ['hostname: 5', 'm.yaml:1:11 hostname is 5; write a text'],
    ["hostname: '[IPv6:2001:db8::1]'", 'ok'],
    [
      'hostname: mx.uni.example.',
      'm.yaml:1:11 hostname is "mx.uni.example."; write a host name, such as mx.uni.example, or an address literal, such as [192.0.2.1]',
    ],
    [
      "exempt: [postmaster, 'a b', post*@, '*']",
      'm.yaml:1:10 exempt[0] is "postmaster"; write postmaster@ for the local part in any domain, @postmaster for the domain',
      'm.yaml:1:22 exempt[1] is "a b"; write an address, a local part as postmaster@, a domain, or a glob such as *@uni.example',
      'm.yaml:1:29 exempt[2] is "post*@"; write post*@* for any domain',
    ],
    [
      'select: [{ when: { recipient: nobody@@x }, policy: default }]',
      'm.yaml:1:31 select[0].when.recipient is "nobody@@x"; write an address, a local part as postmaster@, a domain, or a glob such as *@uni.example',
    ],
    [
      "select: [{ when: { sender: [a@b.example, '@', 'x@[192.0.2.1]'] }, policy: default }]",
      'm.yaml:1:42 select[0].when.sender[1] is "@"; write an address, a local part as postmaster@, a domain, or a glob such as *@uni.example',
    ],
    [
      'select: [{ when: { recipient: file:list }, policy: default }]',
      'list:2:1 boss: write boss@ for the local part in any domain, @boss for the domain',
    ],
    ['on_error: fail', 'm.yaml:1:11 on_error is "fail"; allowed: pass, tempfail'],
    [
      'policies:\n  default:\n    mode: repot',
      'm.yaml:3:11 policies.default.mode is "repot" (did you mean report?); allowed: clean, report, off',
    ],
    [
      'policies: { default: { pixels: [act] } }',
      'm.yaml:1:32 policies.default.pixels is a list; allowed: keep, report, act',
    ],
    [
      'policies: { default: { banner: true } }',
      'm.yaml:1:32 policies.default.banner is true; allowed: off, top, bottom',
    ],
    ['policies: { a b: {} }', 'm.yaml:1:18 policies.a b: write letters, digits, dots and dashes'],
    ['policies: []', 'm.yaml:1:11 policies is a list; write a mapping (key: value)'],
    ['allow: [{}]', 'm.yaml:1:9 allow[0]: name an operator, host, sender or rule'],
    [
      'allow: [{ host: a.example, until: soon }]',
      'm.yaml:1:35 allow[0].until is "soon"; write a day, such as 2027-01-31',
    ],
    ['select: [{ when: {}, policy: default }]', 'm.yaml:1:18 select[0].when: name at least one condition'],
    [
      'select: [{ when: { recipint: a.example }, policy: default }]',
      'm.yaml:1:20 unknown key recipint in select[0].when; did you mean recipient? Allowed: recipient, sender, list_id, client, header, authenticated, dmarc',
    ],
    [
      'select: [{ when: { recipient: a.example }, policy: gone }]',
      'm.yaml:1:52 there is no policy gone; allowed: default',
    ],
    [
      'select: [{ when: { client: 10.0.0.0/33 }, policy: default }]',
      'm.yaml:1:28 select[0].when.client is "10.0.0.0/33"; write an IP address or network, such as 192.0.2.0/24 or 2001:db8::/32',
    ],
    [
      'local_networks: [10.0.0]',
      'm.yaml:1:18 local_networks[0] is "10.0.0"; write an IP address or network, such as 192.0.2.0/24 or 2001:db8::/32',
    ],
    ['workers: some', 'm.yaml:1:10 workers is "some"; write auto or a number'],
    ['workers: 0', 'm.yaml:1:10 workers is 0; write at least 1'],
    ['workers: 257', 'm.yaml:1:10 workers is 257; write at most 256'],
    [
      'metrics: { listen: here }',
      'm.yaml:1:20 metrics.listen is "here"; write host:port, [ipv6]:port or unix:/path, with a port of 1-65535',
    ],
    ['log: { format: xml }', 'm.yaml:1:16 log.format is "xml"; allowed: json, pretty'],
    ['log: { privacy: no }', 'm.yaml:1:17 log.privacy is "no" (did you mean off?); allowed: on, off'],
    ['auth: { verify: true }', 'm.yaml:1:17 auth.verify is true (did you mean on?); allowed: on, off'],
    [
      'listeners: [{ next_hop: { verifies: on } }]',
      'm.yaml:1:37 listeners[0].next_hop.verifies is "on" (did you mean yes?); allowed: no, yes, trusts-us',
    ],
    ['consent: { unauthenticated: yes }', 'm.yaml:1:29 consent.unauthenticated is "yes"; allowed: no, ok'],
    [
      'listeners: [{ milters: 1 }]',
      'm.yaml:1:15 unknown key milters in listeners[0]; allowed: smtp, lmtp, mode, trusted_peers, clients, recipient_domains, tls, proxy_protocol, line_ends, received, mixed_policies, ptr, next_hop',
    ],
    [
      'listeners: [{ smtp: "127.0.0.1:99999" }]',
      'm.yaml:1:21 listeners[0].smtp is "127.0.0.1:99999"; write host:port, [ipv6]:port or unix:/path, with a port of 1-65535',
    ],
    ['auth: { verify: maybe }', 'm.yaml:1:17 auth.verify is "maybe"; allowed: on, off'],
    [
      'hostname: ${MX_NAME}',
      'm.yaml:1:11 the environment variable MX_NAME is not set; set it, or write $${MX_NAME} if the text itself is meant',
    ],
    ['a: 1\na: 2', 'm.yaml:2:1 a is written twice; leave one out'],
    [
      'limits: { parts: 1, "parts" : 2 }\nrules:\n  files: []\n  files:\n    - a',
      'm.yaml:1:21 "parts" is written twice; leave one out',
      'm.yaml:4:3 files is written twice; leave one out',
    ],
    ['limits: {', 'm.yaml:1:10 Flow map in block collection must be sufficiently indented and end with a }'],
  ];
  it.each(rows)('%s', (yaml, ...expected) => {
    expect(told(yaml)).toEqual(expected);
  });
});

describe('listeners that cannot be served', () => {
  const rows: readonly [name: string, yaml: string, word: string][] = [
    ['no next hop', 'hostname: a', 'there is no next_hop: where shall accepted mail go?'],
    [
      'two addresses',
      `listeners: [{ smtp: 127.0.0.1:25, lmtp: 127.0.0.1:24, ${hop} }]`,
      'name one address to listen on',
    ],
    ['milter', `listeners: [{ milter: 127.0.0.1:25, ${hop} }]`, 'milter: is reserved'],
    [
      'no address of the next hop',
      'listeners: [{ smtp: 127.0.0.1:25, next_hop: {} }]',
      'next_hop: name one of smtp:, lmtp: and mx:',
    ],
    [
      'open relay',
      `listeners: [{ smtp: 0.0.0.0:25, next_hop: { smtp: 127.0.0.1:26, verifies: no } }]`,
      'this listener would be an open relay',
    ],
    [
      'open relay on a host name',
      `listeners: [{ smtp: mx.uni.example:25, next_hop: { smtp: 127.0.0.1:26, verifies: no } }]`,
      'this listener would be an open relay',
    ],
    [
      'open, verifies unsaid',
      `listeners: [{ smtp: '[::]:25', recipient_domains: [a.example], ${hop} }]`,
      'write next_hop.verifies',
    ],
    [
      'half a certificate',
      `listeners: [{ smtp: 127.0.0.1:25, tls: { key: /nowhere }, ${hop} }]`,
      'tls: certificate and key belong together',
    ],
    [
      'a certificate that is not there',
      `listeners: [{ smtp: 127.0.0.1:25, tls: { key: /nowhere, certificate: /nowhere }, ${hop} }]`,
      'cannot be read: ENOENT',
    ],
    [
      'implicit TLS without a certificate',
      `listeners: [{ smtp: 127.0.0.1:25, tls: { implicit: on }, ${hop} }]`,
      'tls: a certificate and key are missing',
    ],
    [
      'split before the queue',
      `listeners: [{ smtp: 127.0.0.1:25, mode: before-queue, mixed_policies: split, ${hop} }]`,
      'mixed_policies: split cannot be used',
    ],
    [
      'a user without a password',
      `listeners: [{ smtp: 127.0.0.1:25, next_hop: { smtp: 127.0.0.1:26, auth: { user: a } } }]`,
      'next_hop.auth: write password_file:',
    ],
    [
      'its own next hop',
      'listeners: [{ smtp: 127.0.0.1:25, next_hop: { smtp: 127.0.0.1:25 } }]',
      'm.yaml:1:53 listeners[0].next_hop.smtp is our own listener 127.0.0.1:25, mail would come back to us; name the server behind us',
    ],
    [
      'its own next hop, listening on every address, the second of two',
      `listeners: [{ smtp: '[::]:25', clients: [192.0.2.0/24], next_hop: { smtp: [a.example:25, localhost:25] } }]`,
      'm.yaml:1:90 listeners[0].next_hop.smtp is our own listener [::]:25',
    ],
    [
      'its own next hop by every address, in another spelling',
      `listeners: [{ smtp: '[::1]:25', next_hop: { smtp: '[0:0::0]:25' } }]`,
      'm.yaml:1:51 listeners[0].next_hop.smtp is our own listener [::1]:25',
    ],
    [
      'another listener',
      `listeners: [{ smtp: mx.a.example:25, clients: [192.0.2.0/24], ${hop} },\n  { smtp: 127.0.0.1:27, next_hop: { smtp: MX.a.example:25 } }]`,
      'm.yaml:2:43 listeners[1].next_hop.smtp is our own listener mx.a.example:25',
    ],
    [
      'its own socket',
      `listeners: [{ lmtp: 'unix:/run/m/lmtp', next_hop: { lmtp: 'unix:/run//m/lmtp' } }]`,
      'm.yaml:1:59 listeners[0].next_hop.lmtp is our own listener unix:/run/m/lmtp',
    ],
    ['no listener', 'listeners: []', 'listeners is a list; write at least 1 entry'],
  ];
  it.each(rows)('%s', (_name, yaml, word) => {
    expect(told(yaml, true).join('\n')).toContain(word);
  });

  const sound: readonly [name: string, yaml: string][] = [
    ['loopback', `listeners: [{ smtp: 127.0.0.1:25, ${hop} }]`],
    [
      'a UNIX socket',
      `listeners: [{ lmtp: 'unix:/run/m/lmtp', next_hop: { lmtp: 'unix:/run/dovecot/lmtp' } }]`,
    ],
    ['the same port', `listeners: [{ smtp: 127.0.0.2:25, next_hop: { smtp: 127.0.0.1:25 } }]`],
    [
      'the same port on another machine',
      `listeners: [{ smtp: 0.0.0.0:25, clients: [192.0.2.0/24], next_hop: { smtp: 192.0.2.1:25 } }]`,
    ],
    ['named clients', `listeners: [{ smtp: 0.0.0.0:25, clients: [192.0.2.0/24], ${hop} }]`],
    [
      'named domains',
      `listeners: [{ smtp: 0.0.0.0:25, recipient_domains: [a.example], next_hop: { mx: a.example, verifies: no } }]`,
    ],
    [
      'XCLIENT',
      `listeners: [{ smtp: 0.0.0.0:25, next_hop: { smtp: 127.0.0.1:26, xclient: required, verifies: yes } }]\nauth: { verify: on }`,
    ],
  ];
  it.each(sound)('sound: %s', (_name, yaml) => {
    expect(told(yaml, true)).toEqual(['ok']);
  });

  it('a file of conf.d that is no mapping is told, and does not replace all below it', () => {
    const folder = folderWith({ 'm.yaml': 'hostname: a', 'conf.d/rules.yaml': '- id: a.b' });
    const loaded = loadSettings(`${folder.path}/m.yaml`, { serving: false, environment: {} });
    folder.remove();
    expect(loaded.kind === 'bad' && loaded.problems.map(problemText)).toEqual([
      `${folder.path}/conf.d/rules.yaml:1:1 is no configuration; write a mapping (key: value)`,
    ]);
  });

  it('prints the lines to add where there is no next hop', () => {
    expect(told('', true).join('\n')).toContain('next_hop: { smtp: 127.0.0.1:10026 }');
  });
});
