import { z } from 'zod';
import {
  count,
  domain,
  duration,
  endpoint,
  file,
  network,
  oneOrMore,
  onOff,
  ownName,
  size,
} from './schema-parts.ts';

const offer = z.enum(['auto', 'off', 'required']);

const nextHop = z.strictObject({
  smtp: oneOrMore(endpoint).optional().describe('Server that mail goes to; several are tried in order'),
  lmtp: oneOrMore(endpoint).optional().describe('The same over LMTP, such as unix:/run/dovecot/lmtp'),
  mx: domain.optional().describe('Instead of an address: the MX hosts of this name'),
  tls: z
    .enum(['off', 'opportunistic', 'require', 'verify'])
    .default('opportunistic')
    .describe(
      'opportunistic: where it is offered, without a look at the certificate; verify: only with a valid one',
    ),
  ca: file.optional().describe('PEM file of the authorities that may have signed the next hop’s certificate'),
  certificate: file.optional().describe('PEM file of a client certificate, with its chain'),
  key: file.optional().describe('PEM file of the client certificate’s key'),
  server_name: domain
    .optional()
    .describe('Name that the certificate must carry, where it is not the address'),
  auth: z
    .strictObject({
      user: z.string(),
      password: z.string().optional().describe('Better in password_file, or as ${NAME}'),
      password_file: file.optional(),
    })
    .optional()
    .describe('SMTP AUTH towards the next hop'),
  xforward: offer.default('auto').describe('Tell the next hop the client by XFORWARD where it offers that'),
  xclient: offer.default('auto').describe('Become the client by XCLIENT where the next hop offers that'),
  verifies: z
    .enum(['no', 'yes', 'trusts-us'])
    .optional()
    .describe('Whether the next hop checks DKIM and DMARC of what we edited'),
  helo_name: ownName.describe('Name in our EHLO; empty: hostname'),
  connect_timeout: duration.default('10s').describe('For a connection to one address'),
  command_timeout: duration.default('60s').describe('Greeting, EHLO, MAIL, RCPT and DATA replies'),
  final_reply_timeout: duration
    .optional()
    .describe('Reply to the final dot; 600s, in mode before-queue 95s (Postfix waits 100 s)'),
  pool_size: z.int().min(0).max(1_000).default(10).describe('Idle connections kept'),
});

const tls = z.strictObject({
  certificate: file.optional().describe('PEM file of the certificate with its chain'),
  key: file.optional().describe('PEM file of its key'),
  implicit: onOff.default('off').describe('TLS from the first octet instead of STARTTLS'),
  names: z
    .array(z.strictObject({ name: domain, certificate: file, key: file }))
    .default([])
    .describe('Further certificates by server name (SNI)'),
  client_certificate: z
    .enum(['no', 'required'])
    .default('no')
    .describe('required: clients must show a certificate of an authority that the system knows'),
});

/** One entry of `listeners`. */
export const listener = z.strictObject({
  smtp: endpoint.optional().describe('Address to listen on'),
  lmtp: endpoint.optional().describe('Address to listen on, speaking LMTP'),
  milter: endpoint.optional().meta({ description: 'Reserved', deprecated: true }),
  mode: z
    .enum(['mx', 'before-queue', 'after-queue'])
    .default('mx')
    .describe('In front of the MX; as smtpd_proxy_filter; as content_filter'),
  trusted_peers: z
    .array(network)
    .default([])
    .describe('Who may send XFORWARD, XCLIENT and PROXY, and whose header field of ours is believed'),
  clients: z.array(network).default([]).describe('Who may connect; empty: everybody'),
  recipient_domains: z
    .array(domain)
    .default([])
    .describe('Domains that we take mail for; empty: what the next hop says'),
  tls: tls.prefault({}),
  proxy_protocol: onOff.default('off').describe('PROXY v1 and v2 from trusted_peers'),
  line_ends: z.enum(['normalize', 'reject']).default('normalize').describe('Bare CR or LF in a message'),
  received: onOff.default('on').describe('Add a Received field'),
  mixed_policies: z
    .enum(['strictest', 'split'])
    .default('strictest')
    .describe('Recipients with different policies in one transaction'),
  ptr: onOff.default('off').describe('Look up the client’s name'),
  next_hop: nextHop.optional().describe('Where accepted mail goes; the only key without a default'),
});

export const limits = z.strictObject({
  message_bytes: size.default('50MiB').describe('Over this a message is relayed untouched'),
  parts: count.default(1_000).describe('MIME parts; what stands behind is read as one part, flat'),
  nesting: count.default(100).describe('Parts within parts; what is deeper is read as one part, flat'),
  html_bytes: size.default('4MiB').describe('Over these four a part is judged flat'),
  html_depth: count.default(512).describe('Elements within elements'),
  html_attributes: count.default(256).describe('Of one element'),
  html_elements: count.default(200_000).describe('Of one part'),
  max_message: size.default('100MiB').describe('SIZE that listeners offer'),
  header_bytes: size.default('1MiB').describe('Of a header; over this a message is refused'),
  connections: count.default(1_000).describe('Of all listeners and workers together'),
  connections_per_client: count.default(100).describe('Of one address; trusted peers do not count'),
  recipients: count.default(1_000).describe('Of one transaction'),
  commands: count.default(10_000).describe('Of one session'),
  errors: count.default(20).describe('Refused commands of one session since its last message that was taken'),
  min_rate: size.default('100B').describe('Octets a second below which DATA is cut'),
  command_timeout: duration.default('5m').describe('Silence of a client'),
  session_life: duration.default('1h').describe('The longest session'),
  deadline: duration
    .default('60s')
    .describe('For MAIL, for each RCPT, and from the final dot of the client to ours; then 451 4.4.2'),
  rewrite_time: duration.default('5s').describe('Time to clean a message; then flat, then untouched'),
  memory_in_flight: size
    .default('128MiB')
    .describe('Of all messages in work, over all workers; what is over waits in a file'),
  hops: count.default(50).describe('Received fields at which a loop is assumed'),
  drain: duration.default('30s').describe('Time for running transactions after SIGTERM'),
});
