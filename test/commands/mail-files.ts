import { lstatSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** All files below a directory (or the file itself) that may be messages, sorted by path; symbolic links are not followed. */
export function mailFiles(path: string): readonly string[] {
  if (lstatSync(path).isFile()) return [path];
  return readdirSync(path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !/\.(tsv|md|json)$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}

/** A message as a mail server would hand it on: bare LF (or CR) becomes CRLF where the file is stored with such line ends. */
export function readAsReceived(path: string): Buffer {
  const octets = readFileSync(path);
  const firstLf = octets.indexOf(0x0a);
  if (firstLf < 0) return Buffer.from(octets.toString('latin1').replaceAll('\r', '\r\n'), 'latin1');
  if (octets[firstLf - 1] === 0x0d) return octets;
  return Buffer.from(octets.toString('latin1').replace(/\r?\n/g, '\r\n'), 'latin1');
}
