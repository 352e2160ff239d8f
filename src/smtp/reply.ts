import type { Reply } from './next-hop/types.ts';

/** A reply of ours, one line; `text` starts with its enhanced code (RFC 3463) where the command has one. */
export function say(code: number, text: string): Reply {
  return { code, lines: [text] };
}

/** As it goes on the wire: every line with code and separator (RFC 5321 4.2), latin1. */
export function formatReply(reply: Reply): string {
  const last = reply.lines.length - 1;
  return reply.lines.map((line, at) => `${reply.code}${at === last ? ' ' : '-'}${line}\r\n`).join('');
}

export const isPositive = (reply: Reply): boolean => reply.code >= 200 && reply.code <= 299;

/** Whether nothing more can be asked of the next hop's connection behind this reply. */
export const endsConnection = (reply: Reply): boolean => reply.cause !== undefined;

/** The enhanced code at the start of a reply's text, for logs. */
export function enhancedCode(reply: Reply): string | undefined {
  return /^[245]\.\d{1,3}\.\d{1,3}(?= |$)/.exec(reply.lines[0] ?? '')?.[0];
}

export const REPLIES = {
  ok: say(250, '2.0.0 Ok'),
  bye: say(221, '2.0.0 Bye'),
  goAhead: say(354, 'End data with <CR><LF>.<CR><LF>'),
  startTls: say(220, '2.0.0 Ready to start TLS'),
  shutdown: say(421, '4.3.2 Service is shutting down'),
  timeout: say(421, '4.4.2 Timeout, closing connection'),
  tooSlow: say(421, '4.4.2 The message comes too slowly, closing connection'),
  lifeOver: say(421, '4.4.2 This session has lasted too long'),
  tooManyErrors: say(421, '4.7.0 Too many errors'),
  tooManyCommands: say(421, '4.7.0 Too many commands'),
  tooManyConnections: say(421, '4.7.0 Too many connections, try again later'),
  notAllowed: say(554, '5.7.1 You may not connect here'),
  earlyTalker: say(554, '5.5.0 You spoke before the greeting'),
  unauthorizedPipelining: say(554, '5.5.0 Data came before the reply to DATA'),
  bareLf: say(500, '5.5.2 A line must end with CR LF'),
  lineTooLong: say(500, '5.5.6 Line too long'),
  unknown: say(500, '5.5.2 Command not recognized'),
  notImplemented: say(502, '5.5.1 Command not implemented'),
  badCharacters: say(501, '5.5.2 The command holds characters that are not allowed'),
  badSyntax: say(501, '5.5.4 Syntax error in parameters'),
  unknownParameter: say(555, '5.5.4 A parameter is not supported here'),
  requireTlsInClear: say(530, '5.7.10 REQUIRETLS can be asked for over TLS only'),
  requireTlsNotAhead: say(550, '5.7.30 REQUIRETLS support required, and the next hop has none'),
  helloFirst: say(503, '5.5.1 Say hello first'),
  nestedMail: say(503, '5.5.1 A transaction is running already'),
  mailFirst: say(503, '5.5.1 MAIL first'),
  noRecipients: say(554, '5.5.1 No valid recipients'),
  noRecipientsLmtp: say(503, '5.5.1 No valid recipients'),
  tooManyRecipients: say(452, '4.5.3 Too many recipients'),
  otherPolicy: say(452, '4.5.3 This recipient needs a transaction of its own, retry soon'),
  oneByOne: say(452, '4.5.3 One recipient a transaction here, retry soon'),
  relayDenied: say(554, '5.7.1 Relay access denied'),
  tooBig: say(552, '5.3.4 Message size exceeds the limit'),
  headerTooBig: say(552, '5.3.4 Message header size exceeds the limit'),
  bareLineEnds: say(550, '5.5.2 The message holds bare CR or LF'),
  loop: say(554, '5.4.6 Too many hops, or the message was here before'),
  noRoom: say(451, '4.3.2 No room for the message now, try again later'),
  noSpool: say(452, '4.3.1 Insufficient system storage, try again later'),
  filterFailed: say(451, '4.3.0 The message could not be processed, try again later'),
  deadline: say(451, '4.4.2 The next hop did not take the message in time'),
  nextHopLate: { ...say(451, '4.4.2 The next hop did not answer in time'), cause: 'aborted' },
  nextHopLost: say(451, '4.4.2 The connection to the next hop was lost'),
  verify: say(252, '2.5.2 Send some mail, and the next hop will say'),
  help: say(214, '2.0.0 RFC 5321; the next hop decides, we only carry'),
} as const;
