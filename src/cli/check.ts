import type { Command } from 'commander';
import { endpointText, problemText } from '../config/index.ts';
import { decodeRedirect } from '../detect/link/index.ts';
import { AppError } from '../errors.ts';
import { checkRules } from '../rules/index.ts';
import { connectionsWarning } from '../service/processes/index.ts';
import { sealWarning } from './dns.ts';
import { rulesFor, settingsFor, withConfig } from './options.ts';
import { printLine } from './output.ts';

async function check(options: { readonly config?: string }): Promise<number> {
  const settings = await settingsFor(options.config, true);
  const { rules, set } = await rulesFor(settings, true);
  const faults = checkRules(rules, decodeRedirect).map(({ file, line, column, message }) =>
    problemText({ at: { file, line, column }, message }),
  );
  if (faults.length > 0)
    throw new AppError('E_RULES', `rules fail their own test URLs\n${faults.join('\n')}`);
  for (const warning of settings.warnings) await printLine(`warning: ${problemText(warning)}`);
  const few = connectionsWarning(settings);
  if (few !== undefined) await printLine(`warning: ${few}`);
  const seal = await sealWarning(settings);
  if (seal !== undefined) await printLine(`warning: ${seal}`);
  for (const { protocol, endpoint, mode, nextHop } of settings.listeners) {
    const hops = nextHop.mx === undefined ? nextHop.endpoints.map(endpointText) : [`the MX of ${nextHop.mx}`];
    await printLine(
      `listener ${protocol} ${endpointText(endpoint)} (${mode}) -> ${nextHop.protocol} ${hops.join(', ')}`,
    );
  }
  for (const { name, mode } of settings.clean.policies.values())
    await printLine(`policy ${name}: mode ${mode}`);
  await printLine(`${set.size} rules (version ${set.version}), every test URL as expected`);
  await printLine('ok');
  return 0;
}

export function registerCheck(program: Command, finish: (code: number) => void): void {
  withConfig(program.command('check'))
    .description('check configuration, rules and every rule’s own test URLs')
    .action(async (options: { readonly config?: string }) => finish(await check(options)));
}
