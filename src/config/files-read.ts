import { dirname, join } from 'node:path';
import type { Source } from './read-config.ts';

/** Files and folders from which a configuration was made. */
export interface FilesRead {
  readonly consent: readonly string[];
  /** All of them, consent too. */
  readonly all: readonly string[];
}

function listed(values: string | readonly string[] | undefined): readonly string[] {
  const texts = values === undefined ? [] : typeof values === 'string' ? [values] : values;
  return texts.filter((text) => text.startsWith('file:')).map((text) => text.slice('file:'.length));
}

/** What a change of which would change the configuration: its own files, rules, lists, secrets, certificates, consents. */
export function filesRead({ config, files }: Source): FilesRead {
  const [main] = files;
  const { consent, rules, select, auth, log } = config;
  const named = [
    auth.arc?.key_file,
    log.key_file,
    ...config.listeners.flatMap(({ tls, next_hop: hop }) => [
      tls.certificate,
      tls.key,
      ...tls.names.flatMap(({ certificate, key }) => [certificate, key]),
      hop?.ca,
      hop?.certificate,
      hop?.key,
      hop?.auth?.password_file,
    ]),
  ];
  const all = [
    ...files,
    ...(main === undefined ? [] : [join(dirname(main), 'conf.d')]),
    ...rules.files,
    ...rules.lists,
    ...select.flatMap(({ when }) => [...listed(when.recipient), ...listed(when.sender)]),
    ...consent.files,
    ...named.flatMap((name) => (name === undefined || name === '' ? [] : [name])),
  ];
  return { consent: consent.files, all };
}
