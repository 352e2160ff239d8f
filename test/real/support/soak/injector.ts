import { stuffed } from '../../../../src/smtp/next-hop/outgoing.ts';
import { letter, newsletter } from '../newsletter.ts';
import { talk } from '../talk.ts';

export interface SoakMessage {
  readonly sent: Buffer;
  readonly expected: Buffer;
}

/** Message number `at` of the run: every third one a newsletter with a pixel, and every fiftieth a long one. */
export function soakMessage(at: number): SoakMessage {
  const id = soakId(at);
  if (at % 3 === 0) {
    const { sent, cleaned } = newsletter(id);
    return { sent, expected: cleaned };
  }
  const filler = at % 50 === 1 ? 8000 : at % 40;
  const octets = Buffer.concat([letter(id), Buffer.from(`.${id}.${'z'.repeat(60)}\r\n`.repeat(filler))]);
  return { sent: octets, expected: octets };
}

export const soakId = (at: number): string => `soak-${at}-end`;

/** The number of the message that these octets are, by its Message-ID. */
export function numberOf(octets: Buffer): number | undefined {
  const match = /^Message-ID: <soak-(\d+)-end@/m.exec(octets.subarray(0, 8192).toString('latin1'));
  return match === null ? undefined : Number(match[1]);
}

/**
 * Gives the messages numbered `from` up to `to` to Postfix on one connection. Those that it took, by number; the caller gives
 * the others again.
 */
export async function inject(port: number, numbers: readonly number[]): Promise<readonly number[]> {
  const steps: (string | Buffer)[] = ['EHLO injector.example'];
  for (const at of numbers) {
    const wire = Buffer.concat([...stuffed(soakMessage(at).sent), Buffer.from('.\r\n')]);
    steps.push('MAIL FROM:<a@sender.example> BODY=8BITMIME', 'RCPT TO:<b@uni.example>', 'DATA', wire);
  }
  steps.push('QUIT');
  const { replies } = await talk(port, steps);
  return numbers.filter((_, index) => replies[5 + index * 4]?.startsWith('250'));
}
