import type { Act } from './scripted-next-hop.ts';

/**
 * A dialogue is text, one step a line:
 *
 *   S: 220 next.example ESMTP     the next hop says this line
 *   S! reset | close | stall | tls | wait 50 | raw "250 part"     it does this (raw: a JSON string, no line end added)
 *   C: EHLO relay.example         the client must say exactly this line; a `*` at the end stands for any rest
 *   M:                            the client sends a message and the final dot
 */
export type Step =
  | { readonly kind: 'server'; readonly act: Act; readonly line: string }
  | { readonly kind: 'client'; readonly line: string; readonly matches: (line: string) => boolean }
  | { readonly kind: 'message'; readonly line: string };

export function parseDialogue(text: string): Step[] {
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
    .map(parseStep);
}

function parseStep(line: string): Step {
  const rest = line.slice(2).replace(/^ /, '');
  if (line.startsWith('S:')) return { kind: 'server', act: rest, line };
  if (line.startsWith('S!')) return { kind: 'server', act: parseAct(rest), line };
  if (line.startsWith('M:')) return { kind: 'message', line };
  if (!line.startsWith('C:')) throw new Error(`not a step of a dialogue: ${line}`);
  const matches = rest.endsWith('*')
    ? (said: string): boolean => said.startsWith(rest.slice(0, -1))
    : (said: string): boolean => said === rest;
  return { kind: 'client', line: rest, matches };
}

function parseAct(text: string): Act {
  if (text === 'reset' || text === 'close' || text === 'stall' || text === 'tls') return text;
  if (text.startsWith('wait ')) return { waitMs: Number(text.slice(5)) };
  if (text.startsWith('raw ')) return { raw: JSON.parse(text.slice(4)) as string };
  throw new Error(`not an act of the next hop: ${text}`);
}
