import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { connect } from 'node:tls';
import type { ConnectionOptions, TLSSocket } from 'node:tls';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadSettings, problemText } from '../../src/config/index.ts';
import { startService } from '../../src/service/index.ts';
import type { Service } from '../../src/service/index.ts';
import { WireClient } from '../smtp/support/client.ts';
import { createAuthority } from '../smtp/support/certificates.ts';
import { startScriptedNextHop } from '../smtp/support/scripted-next-hop.ts';
import type { ScriptedNextHop } from '../smtp/support/scripted-next-hop.ts';
import { folderWith } from './support/folder.ts';

const authority = createAuthority();
const folder = folderWith({});
const services: Service[] = [];
const hops: ScriptedNextHop[] = [];
afterAll(async () => {
  for (const service of services) await service.drain();
  for (const hop of hops) await hop.close();
  folder.remove();
});

/** Starts a service of one listener; its port. */
async function start(listener: string, hop: string): Promise<number> {
  const file = join(folder.path, 'm.yaml');
  const tls = 'certificate: mx.crt, key: mx.key';
  const text = `listeners: [{ smtp: 127.0.0.1:0${listener.replace('PAIR', tls)}, next_hop: { ${hop} } }]\nworkers: 1\n`;
  writeFileSync(file, text);
  const loaded = loadSettings(file, { serving: true, environment: {} });
  if (loaded.kind === 'bad') throw new Error(loaded.problems.map(problemText).join('\n'));
  const service = await startService(loaded.settings);
  services.push(service);
  const [endpoint] = service.addresses;
  return endpoint?.kind === 'tcp' ? endpoint.port : 0;
}

async function secure(port: number, options: ConnectionOptions = {}): Promise<TLSSocket> {
  const socket = connect({
    host: '127.0.0.1',
    port,
    servername: 'mx.uni.example',
    ca: authority?.ca,
    ...options,
  });
  socket.on('error', () => undefined);
  await once(socket, 'secureConnect');
  return socket;
}

describe.skipIf(authority === undefined)('certificates', () => {
  beforeAll(() => {
    const names = { mx: 'mx.uni.example', mx2: 'mx2.uni.example', hop: 'hop.uni.example' };
    for (const [file, name] of Object.entries(names)) {
      const made = authority?.issue([`DNS:${name}`]);
      writeFileSync(join(folder.path, `${file}.crt`), made?.cert ?? '');
      writeFileSync(join(folder.path, `${file}.key`), made?.key ?? '');
    }
    writeFileSync(join(folder.path, 'ca.pem'), authority?.ca ?? '');
  });

  it('listeners[].tls: certificate, key, implicit, names', async () => {
    const names = 'names: [{ name: MX2.uni.example, certificate: mx2.crt, key: mx2.key }]';
    const port = await start(`, tls: { PAIR, implicit: on, ${names} }`, 'smtp: 127.0.0.1:1');
    for (const name of ['mx.uni.example', 'mx2.uni.example']) {
      const socket = await secure(port, { servername: name });
      expect([socket.authorized, socket.getPeerCertificate().subject.CN]).toEqual([true, name]);
      expect(String(await once(socket, 'data'))).toMatch(/^220 /);
      socket.destroy();
    }
  });

  it('listeners[].tls.certificate: STARTTLS is offered with it, and not without', async () => {
    const offered: boolean[] = [];
    for (const listener of [', tls: { PAIR }', '']) {
      const port = await start(listener, 'smtp: 127.0.0.1:1');
      const wire = await WireClient.connect({ kind: 'tcp', host: '127.0.0.1', port });
      await wire.reply();
      wire.send('EHLO a.example\r\n');
      offered.push((await wire.reply()).some((line) => line.endsWith('STARTTLS')));
      wire.destroy();
    }
    expect(offered).toEqual([true, false]);
  });

  const hop = 'smtp: 127.0.0.1:HOP, tls: verify';
  const whole = `${hop}, ca: ca.pem, server_name: hop.uni.example, certificate: hop.crt, key: hop.key`;
  it.each([
    ['all of them', whole, true],
    ['no ca', whole.replace('ca: ca.pem, ', ''), false],
    ['another server_name', whole.replace('name: hop', 'name: other'), false],
  ])('listeners[].next_hop: ca, server_name, certificate and key: %s', async (_name, keys, isTaken) => {
    const pair = authority?.issue(['DNS:hop.uni.example']);
    const server = await startScriptedNextHop({
      offers: ['STARTTLS'],
      tls: { ...pair, ca: authority?.ca ?? '', requestCert: true },
      rules: [],
    });
    hops.push(server);
    const port = await start('', keys.replace('HOP', String(server.port)));
    const wire = await WireClient.connect({ kind: 'tcp', host: '127.0.0.1', port });
    await wire.reply();
    await wire.say('EHLO a.example');
    const said = await wire.say('MAIL FROM:<a@a.example>');
    wire.destroy();
    expect([
      said.slice(0, 1),
      server.connections.some(({ secure: is, lines }) => is && lines.length > 0),
    ]).toEqual(isTaken ? ['2', true] : ['4', expect.any(Boolean)]);
  });
});
