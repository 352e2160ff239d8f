import { get } from 'node:http';
import type { Command } from 'commander';
import { parseEndpoint } from '../config/settings.ts';
import { AppError, messageOf } from '../errors.ts';
import { settingsFor, withConfig } from './options.ts';

const timeoutMs = 3_000;

/** HTTP status of a path on the admin listener. */
async function statusOf(listen: string, path: string): Promise<number> {
  const endpoint = parseEndpoint(listen);
  if (endpoint === undefined)
    throw new AppError('E_NOT_HEALTHY', 'metrics.listen is off, so nothing can be asked');
  const where =
    endpoint.kind === 'unix' ? { socketPath: endpoint.path } : { host: endpoint.host, port: endpoint.port };
  return new Promise((resolve, reject) => {
    const request = get({ ...where, path, timeout: timeoutMs }, (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    });
    request.on('timeout', () => request.destroy(new Error(`no answer within ${timeoutMs} ms`)));
    request.on('error', reject);
  });
}

async function healthcheck(options: { readonly config?: string }): Promise<number> {
  const { metricsListen: listen } = await settingsFor(options.config, false);
  try {
    const status = await statusOf(listen, '/readyz');
    if (status === 200) return 0;
    throw new AppError('E_NOT_HEALTHY', `not ready: ${listen}/readyz says ${status}`);
  } catch (error) {
    if (error instanceof AppError) throw error;
    throw new AppError(
      'E_NOT_HEALTHY',
      `not healthy: ${listen} does not answer (${messageOf(error)})`,
      'Is `mailsluice serve` running?',
    );
  }
}

export function registerHealthcheck(program: Command, finish: (code: number) => void): void {
  withConfig(program.command('healthcheck'))
    .description('ask the running mailsluice whether it is ready; exit code 69 where not')
    .action(async (options: { readonly config?: string }) => finish(await healthcheck(options)));
}
