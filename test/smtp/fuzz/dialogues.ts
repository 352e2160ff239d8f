import type { Rule } from '../support/scripted-next-hop.ts';
import type { Random } from './random.ts';

const LINES = [
  'EHLO client.example',
  'HELO client.example',
  'LHLO client.example',
  'MAIL FROM:<a@sender.example>',
  'MAIL FROM:<> SIZE=100 BODY=8BITMIME SMTPUTF8 RET=HDRS ENVID=a+2Bb',
  'MAIL FROM:<"a b"@sender.example> SIZE=99999999999999999999',
  'RCPT TO:<b@uni.example>',
  'RCPT TO:<b@uni.example> NOTIFY=SUCCESS,FAILURE ORCPT=rfc822;b+40c',
  'RCPT TO:<@x,@y:b%z@uni.example>',
  'RCPT TO:<gone@uni.example>',
  'DATA',
  'RSET',
  'NOOP hello',
  'VRFY b',
  'HELP',
  'STARTTLS',
  'XCLIENT ADDR=192.0.2.1 NAME=[UNAVAILABLE] LOGIN=x',
  'XFORWARD ADDR=IPV6:2001:db8::1 NAME=a+2Bb HELO=c PORT=1 PROTO=ESMTP SOURCE=REMOTE IDENT=1',
  'BDAT 5 LAST',
  'QUIT',
  '',
] as const;

const MESSAGES = [
  'Subject: x\r\n\r\nhello\r\n.\r\n',
  '.\r\n',
  '\r\n..stuffed\r\n.\r\n',
  'a\nb\rc\r\r\nd\r\n.\r\n',
  'one\n.\nMAIL FROM:<ceo@uni.example>\r\nRCPT TO:<b@uni.example>\r\nDATA\r\nFake\r\n.\r\n',
  'one\r\n.\rtwo\r\n.\n\r\n.\r\n',
  `${'Received: from a by b; date\r\n'.repeat(60)}\r\n.\r\n`,
  `${'long '.repeat(5000)}\r\n.\r\n`,
  'no end',
] as const;

const ENVELOPE = 'EHLO c\r\nMAIL FROM:<a@sender.example>\r\nRCPT TO:<b@uni.example>\r\nDATA\r\n';
const HOSTILE = [
  '\r',
  '\n',
  '\0',
  '\r\n',
  '\r\n.\r\n',
  ' ',
  '<',
  '>',
  '"',
  '\\',
  '\xff',
  '=',
  '+0D+0A',
] as const;

/** What a client sends in one session: mostly sense, then broken in a few places. Slices say where it is cut on the wire. */
export function sessionOctets(random: Random): {
  readonly slices: readonly string[];
  readonly mutated: boolean;
} {
  const parts: string[] = [];
  for (let count = 1 + random.below(6); count > 0; count--) {
    const kind = random.below(10);
    if (kind < 5) parts.push(`${random.pick(LINES)}\r\n`);
    else if (kind < 9) parts.push(...ENVELOPE.split(/(?<=\n)/), random.pick(MESSAGES));
    else parts.push(random.pick(MESSAGES));
  }
  const mutated = random.chance(60);
  if (!mutated) return { slices: parts, mutated };
  const text = mutate(random, parts.join(''));
  return { slices: cut(random, text), mutated };
}

function mutate(random: Random, original: string): string {
  let text = original;
  for (let count = 1 + random.below(5); count > 0; count--) {
    const at = random.below(text.length + 1);
    const length = 1 + random.below(8);
    switch (random.below(6)) {
      case 0:
        text = text.slice(0, at) + text.slice(at + length);
        break;
      case 1:
        text = text.slice(0, at) + random.pick(HOSTILE) + text.slice(at);
        break;
      case 2:
        text = text.slice(0, at) + text.slice(at, at + length).repeat(3) + text.slice(at);
        break;
      case 3:
        text = text.slice(0, at) + String.fromCharCode(random.below(256)) + text.slice(at + 1);
        break;
      case 4:
        text = text.slice(0, at) + random.pick(LINES) + text.slice(at);
        break;
      default:
        text = text.slice(0, at) + 'x'.repeat(random.below(12_000)) + text.slice(at);
    }
  }
  return text;
}

function cut(random: Random, text: string): readonly string[] {
  if (random.chance(30)) return [text];
  if (random.chance(30) && text.length < 2000) return [...text];
  const slices: string[] = [];
  for (let at = 0; at < text.length;) {
    const length = 1 + random.below(random.chance(50) ? 20 : 3000);
    slices.push(text.slice(at, at + length));
    at += length;
  }
  return slices;
}

const STEPS = ['CONNECT', 'EHLO', 'MAIL', 'RCPT', 'DATA', 'END', 'OCTETS', 'RSET', 'NOOP'] as const;
const ACTS = [
  'close',
  'reset',
  '421 4.3.2 shutting down',
  '451 4.7.1 later',
  '550-5.1.1 no\r\n550 5.1.1 user',
  'garbage',
  '354 what',
] as const;

/** A next hop that agrees to most, and at a few steps does not. */
export function hopRules(random: Random): readonly Rule[] {
  const rules: Rule[] = [{ on: 'RCPT TO:<gone@', act: '550 5.1.1 no such user' }];
  for (let count = random.below(4); count > 0; count--) {
    rules.push({ on: random.pick(STEPS), act: random.pick(ACTS), times: 1 + random.below(5), after: 1 });
  }
  return rules;
}
