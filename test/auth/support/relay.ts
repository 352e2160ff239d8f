import { loadSettings } from '../../../src/config/index.ts';
import type { Settings } from '../../../src/config/index.ts';
import { startService } from '../../../src/service/index.ts';
import type { Service } from '../../../src/service/index.ts';
import { folderWith } from '../../config/support/folder.ts';
import { WireClient } from '../../smtp/support/client.ts';
import { startScriptedNextHop } from '../../smtp/support/scripted-next-hop.ts';
import type { ScriptedNextHop } from '../../smtp/support/scripted-next-hop.ts';

/** A border client as the MTA in front tells of it. */
export interface Client {
  readonly address: string;
  readonly helo: string;
  readonly sender: string;
}

export interface Relay {
  /** Sends a message through and gives what the next hop got. */
  through(octets: Buffer, client?: Partial<Client>): Promise<Buffer>;
  reload(yaml: string, files?: Readonly<Record<string, string>>): Promise<void>;
  end(): Promise<void>;
}

const someone: Client = {
  address: '192.0.2.1',
  helo: 'mail.sender.example',
  sender: 'news@sender.example',
};

function load(
  yaml: string,
  port: number,
  hop: string,
  files: Readonly<Record<string, string>>,
): { readonly settings: Settings; readonly remove: () => void } {
  const listener =
    `listeners: [{ smtp: '127.0.0.1:0', trusted_peers: [127.0.0.1], next_hop: { smtp: '127.0.0.1:${port}', ${hop} } }]\n` +
    'hostname: mx.uni.example\nworkers: 1\n';
  const folder = folderWith({ ...files, 'm.yaml': `${listener}${yaml.replaceAll('FOLDER', '@@')}` });
  const withPath = folderWith({
    'm.yaml': `${listener}${yaml.replaceAll('FOLDER', folder.path)}`,
  });
  const loaded = loadSettings(`${withPath.path}/m.yaml`, { serving: true, environment: {} });
  if (loaded.kind === 'bad') throw new Error(loaded.problems.map(({ message }) => message).join('\n'));
  return {
    settings: loaded.settings,
    remove: () => {
      folder.remove();
      withPath.remove();
    },
  };
}

/** The real relay between a client and a next hop that records octets; `FOLDER` in the configuration is where `files` are. */
export async function startRelay(
  yaml: string,
  files: Readonly<Record<string, string>> = {},
  hop = 'verifies: no',
): Promise<Relay> {
  const next: ScriptedNextHop = await startScriptedNextHop();
  let loaded = load(yaml, next.port, hop, files);
  const service: Service = await startService(loaded.settings);
  return {
    through: async (octets, how = {}) => {
      const { address, helo, sender } = { ...someone, ...how };
      const [endpoint] = service.addresses;
      if (endpoint === undefined) throw new Error('nothing listens');
      const client = await WireClient.connect(endpoint);
      await client.reply();
      const steps = [
        'EHLO mta.uni.example',
        `XFORWARD ADDR=${address} HELO=${helo}`,
        `MAIL FROM:<${sender}>`,
        'RCPT TO:<reader@uni.example>',
        'DATA',
      ];
      for (const step of steps) {
        const said = await client.say(step);
        if (!/^[23]/.test(said)) throw new Error(`${step}: ${said}`);
      }
      const before = next.messages.length;
      client.send(octets.toString('latin1').replaceAll('\r\n.', '\r\n..'));
      client.send('.\r\n');
      // Threads that have just begun take their time on a busy machine, more than the client waits for a line.
      for (const end = Date.now() + 60_000; next.messages.length === before && Date.now() < end;) {
        await new Promise((resolve) => setTimeout(resolve, 10));
      }
      const last = await client.line();
      if (!last.startsWith('250')) throw new Error(`end: ${last}`);
      client.close();
      const got = next.messages[before];
      if (got === undefined) throw new Error('the next hop got nothing');
      return Buffer.from(got.octets.toString('latin1').replaceAll('\r\n..', '\r\n.'), 'latin1');
    },
    reload: async (changed, changedFiles = {}) => {
      loaded.remove();
      loaded = load(changed, next.port, hop, changedFiles);
      await service.reload(loaded.settings);
    },
    end: async () => {
      await service.drain();
      await next.close();
      loaded.remove();
    },
  };
}

/** Names of the header fields in order. */
export function fieldNames(octets: Buffer): readonly string[] {
  const header = octets.toString('latin1').split('\r\n\r\n')[0] ?? '';
  return header.split(/\r\n(?![ \t])/).map((field) => field.slice(0, field.indexOf(':')));
}
