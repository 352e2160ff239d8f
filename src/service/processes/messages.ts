import type { Consent } from '../../config/settings.ts';
import type { ErrorCode } from '../../errors.ts';
import type { Endpoint, Refusal } from '../../smtp/index.ts';
import type { Secrets } from '../secrets.ts';
import type { ServiceSettings } from '../settings.ts';

/** What a worker process is started with. It reads no configuration itself, so that all have the same one. */
export interface WorkerStart {
  readonly kind: 'start';
  /** Its place, 1 to `count`; a replacement gets the place of the one that died. */
  readonly place: number;
  readonly count: number;
  readonly settings: ServiceSettings;
  readonly secrets: Secrets;
  readonly isFull: boolean;
}

export type ToWorker =
  | WorkerStart
  | { readonly kind: 'reload'; readonly settings: ServiceSettings }
  | { readonly kind: 'consent'; readonly consent: Consent }
  | { readonly kind: 'measure'; readonly isWhole: boolean }
  | { readonly kind: 'drain' }
  /** May the connection that was asked about stay? */
  | { readonly kind: 'entered'; readonly ask: number; readonly refusal: Refusal | undefined }
  | { readonly kind: 'full'; readonly isFull: boolean };

export type ToPrimary =
  | { readonly kind: 'ready'; readonly addresses: readonly Endpoint[] }
  /** It cannot start; it ends by itself. */
  | {
      readonly kind: 'failed';
      readonly code: ErrorCode;
      readonly message: string;
      readonly hint: string | undefined;
    }
  | { readonly kind: 'reloaded'; readonly why: string | undefined }
  | { readonly kind: 'measured'; readonly metrics: unknown }
  /** Without `ask` the connection is in and only counts. */
  | { readonly kind: 'enter'; readonly client: string | undefined; readonly ask: number | undefined }
  | { readonly kind: 'leave'; readonly client: string | undefined };
