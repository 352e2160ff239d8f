import { SMTPServer } from 'smtp-server';

export interface NextHop {
  readonly port: number;
  /** What arrived, as it came. */
  readonly messages: readonly string[];
  close(): Promise<void>;
}

/** A mail server that takes everything and keeps it in memory. */
export async function startNextHop(): Promise<NextHop> {
  const messages: string[] = [];
  const server = new SMTPServer({
    disabledCommands: ['AUTH', 'STARTTLS'],
    logger: false,
    onData: (stream, _session, done) => {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        messages.push(Buffer.concat(chunks).toString('latin1'));
        done(null, 'taken');
      });
    },
  });
  server.on('error', () => undefined);
  const port = await new Promise<number>((resolve) => {
    const net = server.listen(0, '127.0.0.1', () => {
      const address = net.address();
      resolve(typeof address === 'object' && address !== null ? address.port : 0);
    });
  });
  return { port, messages, close: () => new Promise((resolve) => server.close(() => resolve())) };
}
