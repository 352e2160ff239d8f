import { readdirSync, readFileSync } from 'node:fs';

export interface Vector {
  readonly id: string;
  readonly html: string;
  readonly contentType?: string;
}

export interface Family {
  readonly family: string;
  readonly about: string;
  readonly rows: readonly Vector[];
}

const folder = new URL('vectors/', import.meta.url);

/** Our own vectors: each asks for something of tracker.example under its own name, in one client or another. */
export function families(): readonly Family[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith('.json'))
    .sort()
    .map((name) => JSON.parse(readFileSync(new URL(name, folder), 'utf8')) as Family);
}

/** The document is read as XML by what it says it is. */
export function isXml({ contentType = '' }: Vector): boolean {
  return /[/+]xml\b/.test(contentType);
}

/** What a browser does for a whole page only: icons, manifests, frame sets; and what leaves the page. */
export function showsAlone(html: string): boolean {
  return /icon|manifest|<frame|http-equiv/i.test(html);
}
