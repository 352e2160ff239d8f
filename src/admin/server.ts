import type { Server } from 'node:http';
import { endpointText } from '../config/settings.ts';
import { AppError, messageOf, systemCode } from '../errors.ts';
import type { Endpoint } from '../smtp/index.ts';

// As an import it would bring undici, whose WebSocket it exports: megabytes and a tenth of a start.
const { createServer } = process.getBuiltinModule('node:http');

export interface AdminServer {
  readonly address: Endpoint;
  close(): Promise<void>;
}

async function listen(server: Server, endpoint: Endpoint): Promise<Endpoint> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    if (endpoint.kind === 'unix') server.listen(endpoint.path, resolve);
    else server.listen(endpoint.port, endpoint.host, resolve);
  });
  const bound = server.address();
  return endpoint.kind === 'tcp' && typeof bound === 'object' && bound !== null
    ? { ...endpoint, port: bound.port }
    : endpoint;
}

const metricsType = 'text/plain; version=0.0.4; charset=utf-8';

/** `/metrics`, `/livez` (the process answers) and `/readyz` (it takes mail) on a listener of their own. */
export async function startAdmin(
  endpoint: Endpoint,
  metrics: () => Promise<string>,
  isReady: () => boolean,
): Promise<AdminServer> {
  const server = createServer({ requestTimeout: 10_000 }, (request, response) => {
    const answer = (status: number, body: string, type = 'text/plain; charset=utf-8'): void => {
      response.writeHead(status, { 'content-type': type, 'cache-control': 'no-store' }).end(body);
    };
    request.resume();
    if (request.method !== 'GET' && request.method !== 'HEAD') answer(405, 'GET only\n');
    else if (request.url === '/livez') answer(200, 'alive\n');
    else if (request.url === '/readyz') answer(isReady() ? 200 : 503, isReady() ? 'ready\n' : 'not ready\n');
    else if (request.url === '/metrics') {
      metrics().then(
        (text) => answer(200, text, metricsType),
        (error: unknown) => answer(500, `${messageOf(error)}\n`),
      );
    } else answer(404, '/metrics, /livez or /readyz\n');
  });
  let address: Endpoint;
  try {
    address = await listen(server, endpoint);
  } catch (error) {
    const text = endpointText(endpoint);
    throw systemCode(error) === 'EADDRINUSE'
      ? new AppError(
          'E_ADDRESS_IN_USE',
          `${text} is in use by another program`,
          'Choose another address: metrics.listen in the configuration (or off).',
        )
      : new AppError('E_LISTEN', `${text} cannot be listened on: ${messageOf(error)}`);
  }
  return {
    address,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
