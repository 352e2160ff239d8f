import { once } from 'node:events';
import { connect } from 'node:net';
import { WireClient } from '../../smtp/support/client.ts';

/** A session that stays open; its client sends by it what it is told. */
export class Session {
  readonly client: WireClient;
  readonly greeting: string;

  private constructor(client: WireClient, greeting: string) {
    this.client = client;
    this.greeting = greeting;
  }

  /** `from`: the client's own address. */
  static async open(port: number, from = '127.0.0.1'): Promise<Session> {
    const socket = connect({ port, host: '127.0.0.1', localAddress: from });
    const client = new WireClient(socket);
    await once(socket, 'connect');
    const greeting = (await client.reply()).at(-1) ?? '';
    if (greeting.startsWith('220')) await client.say('EHLO client.example');
    return new Session(client, greeting);
  }

  /** Up to DATA's 354; the last reply, if there is trouble before that. */
  async begin(): Promise<string> {
    for (const line of ['MAIL FROM:<a@sender.example>', 'RCPT TO:<b@uni.example>']) {
      const reply = await this.client.say(line);
      if (!reply.startsWith('250')) return reply;
    }
    return this.client.say('DATA');
  }

  /** The reply to the final dot. */
  async finish(id: string): Promise<string> {
    const lines = [
      `Subject: ${id}`,
      'MIME-Version: 1.0',
      'Content-Type: text/html',
      '',
      '<p>Dag</p><img src="https://x.us1.list-manage.com/track/open.php?u=0123456789abcdef01234567&id=0123456789" width=1 height=1>',
      '.',
    ];
    return this.client.say(lines.join('\r\n'));
  }

  async send(id: string): Promise<string> {
    const reply = await this.begin();
    return reply.startsWith('354') ? this.finish(id) : reply;
  }

  close(): void {
    this.client.socket.destroy();
  }
}

export interface Load {
  /** Ids of messages that got 250. */
  readonly taken: readonly string[];
  /** Replies to messages that did not. */
  readonly troubles: readonly string[];
  stop(): Promise<void>;
}

/** Clients that send one message after the other, and come again when they are cut off. */
export function load(port: number, name: string, clients: number): Load {
  const taken: string[] = [];
  const troubles: string[] = [];
  let isOver = false;
  const run = async (client: number): Promise<void> => {
    let session: Session | undefined;
    for (let n = 0; !isOver; n += 1) {
      const id = `${name}-${client}-${n}`;
      try {
        session ??= await Session.open(port);
        const reply = await session.send(id);
        if (reply.startsWith('250')) {
          taken.push(id);
          continue;
        }
        troubles.push(reply);
      } catch (error) {
        troubles.push(String(error));
      }
      session?.close();
      session = undefined;
    }
    session?.close();
  };
  const all = Promise.all(Array.from({ length: clients }, (_, client) => run(client)));
  return {
    taken,
    troubles,
    stop: async () => {
      isOver = true;
      await all;
    },
  };
}
