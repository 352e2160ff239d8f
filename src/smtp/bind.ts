import cluster from 'node:cluster';
import { once } from 'node:events';
import { unlink } from 'node:fs/promises';
import { connect, type Server } from 'node:net';
import type { Endpoint } from './options.ts';

/**
 * Starts to listen; a socket file that a dead process left behind is taken over. Rejects with the system's error (`EADDRINUSE`, `EACCES`).
 */
export async function bind(server: Server, endpoint: Endpoint): Promise<Endpoint> {
  if (endpoint.kind === 'unix') {
    // Workers share a socket that the primary has: it looked, and by now it is its own.
    if (cluster.isPrimary) await freeAbandoned(endpoint);
    // As with Dovecot and Postfix, the directory says who may reach the socket.
    server.listen({ path: endpoint.path, readableAll: true, writableAll: true });
    await once(server, 'listening');
    return endpoint;
  }
  server.listen(endpoint.port, endpoint.host);
  await once(server, 'listening');
  const address = server.address();
  return typeof address === 'object' && address !== null ? { ...endpoint, port: address.port } : endpoint;
}

/** Takes a socket file away that a dead process left behind. */
export async function freeAbandoned(endpoint: Endpoint): Promise<void> {
  if (endpoint.kind === 'unix' && (await isAbandoned(endpoint.path))) await unlink(endpoint.path);
}

function isAbandoned(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = connect(path);
    probe.once('connect', () => {
      probe.destroy();
      resolve(false);
    });
    probe.once('error', (error: NodeJS.ErrnoException) => resolve(error.code === 'ECONNREFUSED'));
  });
}
