import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { stuffed } from '../../../src/smtp/next-hop/outgoing.ts';
import { makeFolder, run } from './tools.ts';

export interface Sent {
  /** 0 where the server accepted. */
  readonly code: number;
  /** The whole dialogue. */
  readonly transcript: string;
  /** The server's last reply. */
  readonly reply: string;
}

/** Sends `message` (CRLF line ends) with swaks from a@sender.example, unless `args` say otherwise. */
export async function swaks(
  port: number,
  message: Buffer,
  args: readonly string[] = [],
  to = ['b@uni.example'],
): Promise<Sent> {
  const { path, remove } = await makeFolder('swaks');
  try {
    const file = join(path, 'message.eml');
    // As it goes over the wire, but for the CRLF behind the final dot, which swaks adds: its own fix-ups would change octets.
    await writeFile(file, Buffer.concat([...stuffed(message), Buffer.from('.')]));
    const from = args.includes('--from') ? [] : ['--from', 'a@sender.example'];
    const base = [
      '--server',
      '127.0.0.1',
      '--port',
      String(port),
      '--ehlo',
      'client.sender.example',
      '--timeout',
      '60',
    ];
    const data = ['--data', `@${file}`, '--no-data-fixup'];
    const { code, stdout, stderr } = await run(
      'swaks',
      [...base, ...from, '--to', to.join(','), ...data, ...args],
      undefined,
      90_000,
    );
    const transcript = stdout + stderr;
    const replies = [...transcript.matchAll(/^(?:<-|<\*\*|<~|<~\*) +(.*)$/gm)].map((match) => match[1] ?? '');
    return { code, transcript, reply: replies.filter((reply) => !reply.startsWith('221')).at(-1) ?? '' };
  } finally {
    await remove();
  }
}
