import type { ScriptOptions } from '../../smtp/support/scripted-next-hop.ts';

/** A configuration of one listener, with the keys of listener and next hop inside their braces. */
export interface Written {
  readonly listener?: string;
  readonly hop?: string;
  readonly top?: string;
  /** hostname */
  readonly name?: string;
}

/** A key, what is said to a mailsluice that has it, and what is to be seen in the answers and at the next hop with it, and not without. */
export interface WireEffect {
  readonly key: string;
  readonly written: Written;
  readonly beside?: Written;
  readonly steps: readonly string[];
  readonly sessions?: number;
  readonly prelude?: string;
  readonly script?: ScriptOptions;
  readonly with: RegExp;
  /** Without the key it takes its default time, which is long. */
  readonly isSlowWithout?: true;
}

const hello = 'EHLO mta.sender.example';
const mail = 'MAIL FROM:<a@sender.example>';
const rcpt = 'RCPT TO:<b@uni.example>';
const text = 'Subject: x\r\n\r\nhello\r\n.';
const whole = [hello, mail, rcpt, 'DATA', text];
const smtp = 'smtp: 127.0.0.1:0';
const hop = 'smtp: 127.0.0.1:HOP';
const trusting = `${smtp}, trusted_peers: [127.0.0.1]`;
const stalling = (on: string): ScriptOptions => ({ rules: [{ on, act: 'stall' }] });
const offering = (...offers: readonly string[]): ScriptOptions => ({ offers: ['PIPELINING', ...offers] });
const limit = (more: string): Written => ({ top: `limits: { ${more} }` });
const split =
  'policies: { default: {}, off: { mode: off } }\nselect: [{ when: { recipient: c@uni.example }, policy: off }]';

const listenerEffects: readonly WireEffect[] = [
  { key: 'hostname', written: { name: 'mx9.uni.example' }, steps: [], with: /\n220 mx9\.uni\.example / },
  {
    key: 'listeners[].smtp',
    written: { listener: 'smtp: 127.0.0.2:0' },
    steps: [],
    with: /^listening 127\.0\.0\.2\n220 /,
  },
  {
    key: 'listeners[].lmtp',
    written: { listener: 'lmtp: 127.0.0.1:0' },
    steps: ['LHLO a.example'],
    with: /^listening [^]*\n250-mx/,
  },
  { key: 'listeners[].trusted_peers', written: { listener: trusting }, steps: [hello], with: /XFORWARD/ },
  {
    key: 'listeners[].clients',
    written: { listener: `${smtp}, clients: [192.0.2.0/24]` },
    steps: [hello],
    with: /\n(?:554|421|550) /,
  },
  {
    key: 'listeners[].recipient_domains',
    written: { listener: `${smtp}, recipient_domains: [other.example]` },
    steps: [hello, mail, rcpt],
    with: /\n554 5\.7\.1 /,
  },
  {
    key: 'listeners[].proxy_protocol',
    written: { listener: `${trusting}, proxy_protocol: on` },
    beside: { listener: trusting },
    prelude: 'PROXY TCP4 192.0.2.7 127.0.0.1 4711 25\r\n',
    steps: whole,
    with: /Received: from [^]*\[192\.0\.2\.7\]/,
  },
  {
    key: 'listeners[].line_ends',
    written: { listener: `${smtp}, line_ends: reject` },
    steps: [hello, mail, rcpt, 'DATA', 'Subject: x\r\n\r\na\nb\r\n.'],
    with: /\n55\d 5\.\d\.\d /,
  },
  {
    key: 'listeners[].received',
    written: { listener: `${smtp}, received: off` },
    steps: whole,
    with: /DATA\r\n(?!Received)[^]*hello/,
  },
  {
    key: 'listeners[].mixed_policies',
    written: { listener: `${smtp}, mixed_policies: split`, top: split },
    beside: { top: split },
    steps: [hello, mail, rcpt, 'RCPT TO:<c@uni.example>'],
    with: /\n45\d 4\.\d\.\d /,
  },
];

const auth = { ...offering('AUTH PLAIN'), rules: [{ on: 'AUTH', act: '235 2.7.0 in' }] };
const plain = Buffer.from('\0robin\0hush').toString('base64');
const hopEffects: readonly WireEffect[] = [
  {
    key: 'listeners[].next_hop.smtp',
    written: { hop: 'smtp: [127.0.0.1:1, 127.0.0.1:HOP]' },
    beside: { hop: 'smtp: 127.0.0.1:1' },
    steps: whole,
    with: /NEXT HOP\nconnection 0\nEHLO/,
  },
  {
    key: 'listeners[].next_hop.lmtp',
    written: { hop: 'lmtp: 127.0.0.1:HOP' },
    script: { protocol: 'lmtp' },
    steps: whole,
    with: /LHLO mx\.uni\.example[^]*hello/,
  },
  {
    key: 'listeners[].next_hop.tls',
    written: { hop: `${hop}, tls: require` },
    steps: [hello, mail, rcpt],
    with: /\n4\d\d 4\.\d\.\d /,
  },
  {
    key: 'listeners[].next_hop.auth.user',
    written: { hop: `${hop}, auth: { user: robin, password: hush }` },
    script: auth,
    steps: whole,
    with: new RegExp(`AUTH PLAIN ${plain}`),
  },
  {
    key: 'listeners[].next_hop.auth.password',
    written: { hop: `${hop}, auth: { user: robin, password: hush }` },
    beside: { hop: `${hop}, auth: { user: robin, password: loud }` },
    script: auth,
    steps: whole,
    with: new RegExp(`AUTH PLAIN ${plain}`),
  },
  {
    key: 'listeners[].next_hop.auth.password_file',
    written: { hop: `${hop}, auth: { user: robin, password_file: secret }` },
    script: auth,
    steps: whole,
    with: new RegExp(`AUTH PLAIN ${plain}`),
  },
  {
    key: 'listeners[].next_hop.xforward',
    written: { hop: `${hop}, xforward: off` },
    script: offering('XFORWARD NAME ADDR PORT HELO IDENT SOURCE'),
    steps: whole,
    with: /NEXT HOP(?![^]*XFORWARD)[^]*MAIL FROM/,
  },
  {
    key: 'listeners[].next_hop.xclient',
    written: { hop: `${hop}, xclient: off` },
    script: offering('XCLIENT NAME ADDR PORT HELO'),
    steps: whole,
    with: /NEXT HOP(?![^]*XCLIENT)[^]*MAIL FROM/,
  },
  {
    key: 'listeners[].next_hop.helo_name',
    written: { hop: `${hop}, helo_name: out.uni.example` },
    steps: whole,
    with: /NEXT HOP[^]*EHLO out\.uni\.example/,
  },
  {
    key: 'listeners[].next_hop.connect_timeout',
    written: { hop: `${hop}, tls: require, connect_timeout: 300ms`, ...limit('deadline: 2s') },
    beside: { hop: `${hop}, tls: require`, ...limit('deadline: 2s') },
    // A loopback connects at once, so it is the TLS handshake that hangs.
    script: { offers: ['STARTTLS'], rules: [{ on: 'STARTTLS', act: ['220 2.0.0 go on', 'stall'] }] },
    steps: [hello, mail],
    with: /\n451 4\.7\.5 /,
  },
  {
    key: 'listeners[].next_hop.command_timeout',
    written: { hop: `${hop}, command_timeout: 300ms` },
    script: stalling('MAIL'),
    steps: [hello, mail, rcpt],
    with: /\n4\d\d 4\.\d\.\d /,
    isSlowWithout: true,
  },
  {
    key: 'listeners[].next_hop.final_reply_timeout',
    written: { hop: `${hop}, final_reply_timeout: 300ms` },
    script: stalling('END'),
    steps: whole,
    with: /\n4\d\d 4\.\d\.\d /,
    isSlowWithout: true,
  },
  {
    key: 'listeners[].next_hop.pool_size',
    written: { hop: `${hop}, pool_size: 0` },
    steps: [...whole, mail, rcpt, 'DATA', text],
    with: /\nconnection 1\n/,
  },
];

const limitEffects: readonly WireEffect[] = [
  { key: 'limits.max_message', written: limit('max_message: 1KiB'), steps: [hello], with: /SIZE 1024\b/ },
  {
    key: 'limits.header_bytes',
    written: limit('header_bytes: 100B'),
    steps: [hello, mail, rcpt, 'DATA', `Subject: ${'x'.repeat(200)}\r\n\r\nbody\r\n.`],
    with: /\n55\d 5\.\d\.\d /,
  },
  {
    key: 'limits.connections',
    written: limit('connections: 1'),
    sessions: 2,
    steps: [hello],
    with: /\n421 4\.\d\.\d /,
  },
  {
    key: 'limits.connections_per_client',
    written: limit('connections_per_client: 1'),
    sessions: 2,
    steps: [hello],
    with: /\n421 4\.\d\.\d /,
  },
  {
    key: 'limits.recipients',
    written: limit('recipients: 1'),
    steps: [hello, mail, rcpt, 'RCPT TO:<c@uni.example>'],
    with: /\n452 4\.5\.3 /,
  },
  {
    key: 'limits.commands',
    written: limit('commands: 3'),
    steps: [hello, 'NOOP', 'NOOP', 'NOOP', 'NOOP'],
    with: /\n421 4\.\d\.\d /,
  },
  {
    key: 'limits.errors',
    written: limit('errors: 2'),
    steps: [hello, 'A', 'B', 'C', ''],
    isSlowWithout: true,
    with: /\n421 4\.\d\.\d /,
  },
  {
    key: 'limits.command_timeout',
    written: limit('command_timeout: 300ms'),
    steps: [hello, ''],
    with: /\n421 4\.4\.2 /,
    isSlowWithout: true,
  },
  {
    key: 'limits.session_life',
    written: limit('session_life: 300ms'),
    steps: [hello, ''],
    with: /\n421 4\.\d\.\d /,
    isSlowWithout: true,
  },
  {
    key: 'limits.deadline',
    written: limit('deadline: 500ms'),
    script: stalling('RCPT'),
    steps: [hello, mail, rcpt],
    with: /\n451 4\.4\.2 The next hop did not answer in time/,
    isSlowWithout: true,
  },
  {
    key: 'limits.hops',
    written: limit('hops: 1'),
    steps: [hello, mail, rcpt, 'DATA', 'Received: a\r\nReceived: b\r\n\r\n.'],
    with: /\n554 5\.4\.6 /,
  },
];

/** Keys whose effect is to be seen on the wire. */
export const wireEffects: readonly WireEffect[] = [...listenerEffects, ...hopEffects, ...limitEffects];
