import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface Certificate {
  readonly key: string;
  readonly cert: string;
}

/** A throw-away authority. `issue` makes a certificate for host names and addresses (`DNS:a.example`, `IP:127.0.0.1`). */
export interface Authority {
  readonly ca: string;
  issue(names: readonly string[]): Certificate;
}

/** Undefined where no openssl is installed. */
export function createAuthority(): Authority | undefined {
  try {
    const root = make(['DNS:ca.example'], undefined);
    return { ca: root.cert, issue: (names) => make(names, root) };
  } catch {
    return undefined;
  }
}

function make(names: readonly string[], issuer: Certificate | undefined): Certificate {
  const directory = mkdtempSync(join(tmpdir(), 'mailsluice-certs-'));
  const path = (name: string): string => join(directory, name);
  try {
    const by: string[] = [];
    if (issuer !== undefined) {
      writeFileSync(path('ca.key'), issuer.key);
      writeFileSync(path('ca.crt'), issuer.cert);
      by.push('-CA', path('ca.crt'), '-CAkey', path('ca.key'));
    }
    const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-keyout', path('key')];
    const subject = [
      '-subj',
      `/CN=${names[0]?.replace(/^\w+:/, '')}`,
      '-addext',
      `subjectAltName=${names.join(',')}`,
    ];
    const kind = issuer === undefined ? [] : ['-addext', 'basicConstraints=critical,CA:FALSE'];
    execFileSync(
      'openssl',
      ['req', '-x509', ...newKey, ...subject, ...kind, ...by, '-days', '2', '-out', path('crt')],
      {
        stdio: 'pipe',
      },
    );
    return { key: readFileSync(path('key'), 'utf8'), cert: readFileSync(path('crt'), 'utf8') };
  } finally {
    rmSync(directory, { recursive: true });
  }
}
