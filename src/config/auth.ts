import { createPrivateKey } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { AuthOptions } from '../auth/index.ts';
import { messageOf } from '../errors.ts';
import { locate } from './located.ts';
import type { Problem } from './problem.ts';
import type { Source } from './read-config.ts';

interface CompiledAuth {
  readonly auth: AuthOptions;
  readonly problems: readonly Problem[];
}

/** Whether it is a key that DKIM and ARC know: RSA or Ed25519, in PEM. */
function keyProblem(pem: string): string | undefined {
  try {
    const { asymmetricKeyType: type } = createPrivateKey(pem);
    return type === 'rsa' || type === 'ed25519'
      ? undefined
      : `is a key of type ${type}; allowed: rsa, ed25519`;
  } catch (error) {
    return `is no private key in PEM: ${messageOf(error)}`;
  }
}

/** `auth:` as the authenticator takes it; key files are read, so that a reload reads them anew. */
export function compileAuth({ config, root }: Source, hostname: string): CompiledAuth {
  const { verify, trust, dns_server: dnsServer, id, arc } = config.auth;
  const problems: Problem[] = [];
  const problem = (path: readonly PropertyKey[], message: string): void => {
    problems.push({ at: locate(root, ['auth', ...path]), message });
  };
  let privateKey = '';
  if (arc !== undefined) {
    try {
      privateKey = readFileSync(arc.key_file, 'utf8');
      const wrong = keyProblem(privateKey);
      if (wrong !== undefined) problem(['arc', 'key_file'], `auth.arc.key_file ${wrong}`);
    } catch (error) {
      problem(['arc', 'key_file'], `cannot be read: ${messageOf(error)}`);
    }
    if (verify === 'off' && trust.length === 0) {
      problem(
        ['arc'],
        'auth.arc seals what was found; write auth.verify: on, or auth.trust: [server in front]',
      );
    }
  }
  if (verify === 'on' && trust.length > 0) {
    problem(
      ['trust'],
      'auth.trust is for a server in front that verifies; with auth.verify: on leave it out',
    );
  }
  config.listeners.forEach((listener, index) => {
    if (listener.next_hop?.verifies !== 'yes' || verify === 'on') return;
    problems.push({
      at: locate(root, ['listeners', index, 'next_hop', 'verifies']),
      message:
        'next_hop.verifies: yes keeps mail of domains with p=reject unedited, which auth.verify has to find out; write auth.verify: on',
    });
  });
  const arcOptions =
    arc === undefined
      ? undefined
      : { domain: arc.domain, selector: arc.selector, privateKey, messages: arc.messages };
  return {
    auth: { verify: verify === 'on', trust, id: id === '' ? hostname : id, dnsServer, arc: arcOptions },
    problems,
  };
}
