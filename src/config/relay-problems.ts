import { comesTo, endpointText, isLocalOnly, parseEndpoint } from './endpoint.ts';
import { locate } from './located.ts';
import type { Problem } from './problem.ts';
import type { Source } from './read-config.ts';
import type { ListenerConfig } from './schema.ts';

const nextHopLines = [
  'listeners:',
  '  - smtp: 127.0.0.1:10025',
  '    mode: after-queue',
  '    next_hop: { smtp: 127.0.0.1:10026 }',
];

/** Whether somebody who is not named in the configuration can connect. */
function isOpenToStrangers(listener: ListenerConfig): boolean {
  const endpoint = parseEndpoint(listener.smtp ?? listener.lmtp ?? '');
  return endpoint !== undefined && !isLocalOnly(endpoint) && listener.clients.length === 0;
}

function addressRules(listener: ListenerConfig): readonly string[] {
  const given = [listener.smtp, listener.lmtp, listener.milter].filter((each) => each !== undefined);
  if (listener.milter !== undefined)
    return ['milter: is reserved and cannot be used yet; write smtp: or lmtp:'];
  return given.length === 1 ? [] : ['name one address to listen on: smtp: or lmtp:'];
}

function hopRules(listener: ListenerConfig): readonly string[] {
  const hop = listener.next_hop;
  if (hop === undefined) {
    return [
      `there is no next_hop: where shall accepted mail go? Add the lines that fit:\n\n${nextHopLines.map((line) => `    ${line}`).join('\n')}\n`,
    ];
  }
  const given = [hop.smtp, hop.lmtp, hop.mx].filter((each) => each !== undefined);
  return [
    ...(given.length === 1 ? [] : ['next_hop: name one of smtp:, lmtp: and mx:']),
    ...((hop.certificate === undefined) === (hop.key === undefined)
      ? []
      : ['next_hop: certificate and key belong together; write both']),
    ...(hop.auth !== undefined && (hop.auth.password === undefined) === (hop.auth.password_file === undefined)
      ? ['next_hop.auth: write password_file: (or password:)']
      : []),
  ];
}

function openRules(listener: ListenerConfig): readonly string[] {
  const hop = listener.next_hop;
  if (hop === undefined || !isOpenToStrangers(listener)) return [];
  return [
    ...(listener.recipient_domains.length > 0 || hop.xclient === 'required'
      ? []
      : [
          'this listener would be an open relay: strangers can reach it, and the next hop sees our address instead of theirs. Write ' +
            'recipient_domains: [your.domain], or next_hop.xclient: required, or clients: [networks that may connect], or listen on 127.0.0.1',
        ]),
    ...(hop.verifies === undefined
      ? [
          'write next_hop.verifies: does the next hop reject mail whose DKIM signature broke, by DMARC? yes, no, or trusts-us (it takes our word)',
        ]
      : []),
  ];
}

function tlsRules({ tls, mode, mixed_policies: mixed }: ListenerConfig): readonly string[] {
  const hasBoth = tls.certificate !== undefined && tls.key !== undefined;
  const hasNone = tls.certificate === undefined && tls.key === undefined;
  return [
    ...(hasBoth || hasNone ? [] : ['tls: certificate and key belong together; write both']),
    ...(hasNone && (tls.implicit === 'on' || tls.names.length > 0)
      ? ['tls: a certificate and key are missing']
      : []),
    ...(mixed === 'split' && mode === 'before-queue'
      ? [
          'mixed_policies: split cannot be used with mode: before-queue, where Postfix does not try a recipient again; write strictest',
        ]
      : []),
  ];
}

/** Next hops that are listeners of ours: one connection would make us dial ourselves until `limits.connections`. */
function circles({ config, root }: Source): readonly Problem[] {
  const own = config.listeners
    .map(({ smtp, lmtp }) => parseEndpoint(smtp ?? lmtp ?? ''))
    .filter((endpoint) => endpoint !== undefined);
  return config.listeners.flatMap(({ next_hop: hop }, index) =>
    (['smtp', 'lmtp'] as const).flatMap((protocol) =>
      [hop?.[protocol] ?? []].flat().flatMap((text, place) => {
        const to = parseEndpoint(text);
        const met = to && own.find((endpoint) => comesTo(to, endpoint));
        if (met === undefined) return [];
        const message = `listeners[${index}].next_hop.${protocol} is our own listener ${endpointText(met)}, mail would come back to us; name the server behind us`;
        return { at: locate(root, ['listeners', index, 'next_hop', protocol, place]), message };
      }),
    ),
  );
}

/** What keeps a listener from being served safely: no next hop, or one that is ourselves, an open relay, halves of a pair. */
export function relayProblems(source: Source): readonly Problem[] {
  const { config, root } = source;
  const problems = config.listeners.flatMap((listener, index) => {
    const at = locate(root, ['listeners', index]);
    return [addressRules, hopRules, openRules, tlsRules]
      .flatMap((rules) => rules(listener))
      .map((message) => ({ at, message: `listeners[${index}]: ${message}` }));
  });
  return [...problems, ...circles(source)];
}

/** What works, but is seldom meant. */
export function relayWarnings({ config, root }: Source): readonly Problem[] {
  return config.listeners.flatMap((listener, index) => {
    if (!isOpenToStrangers(listener)) return [];
    const at = locate(root, ['listeners', index]);
    const hop = listener.next_hop;
    const notes = [
      ...(listener.tls.certificate === undefined
        ? ['strangers cannot use TLS: there is no tls.certificate']
        : []),
      ...(hop?.xclient === 'off' && hop.xforward === 'off'
        ? ['the next hop is not told who the client is (xclient and xforward are off)']
        : []),
    ];
    return notes.map((message) => ({ at, message: `listeners[${index}]: ${message}` }));
  });
}
