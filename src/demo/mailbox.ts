import { createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { SMTPServer } from 'smtp-server';
import type { SMTPServerSession } from 'smtp-server';
import { AppError, messageOf, systemCode } from '../errors.ts';

/** What the mailbox says in its greeting and in every 250, so that nobody takes it for a mail server. */
export const mailboxWords = 'demo, not delivered';

export interface Mailbox {
  readonly port: number;
  close(): Promise<void>;
}

/** Puts our words into every 250 of this connection; smtp-server has its own for MAIL, RCPT, RSET and NOOP. */
function label(server: SMTPServer, session: SMTPServerSession): void {
  for (const connection of server.connections) {
    if (connection.session.id !== session.id) continue;
    const send = connection.send.bind(connection);
    connection.send = (code, data, context) =>
      send(code, code === 250 && !Array.isArray(data) ? mailboxWords : data, context);
  }
}

/**
 * The mailbox of the demo: listens on loopback only, writes each message as it comes to a numbered `.eml` file and tells its path. It
 * exists in this folder only; no configuration can name it.
 */
export async function startMailbox(
  folder: string,
  port: number,
  onMessage: (file: string) => void,
): Promise<Mailbox> {
  let count = 0;
  const server: SMTPServer = new SMTPServer({
    banner: mailboxWords,
    heloResponse: `%s ${mailboxWords}`,
    disabledCommands: ['AUTH', 'STARTTLS'],
    hideENHANCEDSTATUSCODES: false,
    hideSMTPUTF8: false,
    hideDSN: false,
    logger: false,
    onConnect: (session, done) => {
      label(server, session);
      done();
    },
    onData: (stream, _session, done) => {
      count += 1;
      const file = join(folder, `${String(count).padStart(4, '0')}.eml`);
      pipeline(stream, createWriteStream(file, { flags: 'wx', mode: 0o600 })).then(
        () => {
          onMessage(file);
          done(null, mailboxWords);
        },
        (error: unknown) => done(new Error(`cannot be written: ${messageOf(error)}`)),
      );
    },
  });
  const listening = await new Promise<number>((resolve, reject) => {
    server.on('error', reject);
    const net = server.listen(port, '127.0.0.1', () => {
      const address = net.address();
      resolve(typeof address === 'object' && address !== null ? address.port : port);
    });
  }).catch((error: unknown) => {
    if (systemCode(error) === 'EADDRINUSE') {
      throw new AppError(
        'E_ADDRESS_IN_USE',
        `port ${port} on 127.0.0.1 is in use`,
        'Choose another one: --mailbox-port 2526',
      );
    }
    throw new AppError('E_LISTEN', `the mailbox cannot listen on port ${port}: ${messageOf(error)}`);
  });
  server.removeAllListeners('error');
  server.on('error', () => undefined);
  return { port: listening, close: () => new Promise((resolve) => server.close(() => resolve())) };
}
