import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { createMetrics } from '../../../src/admin/index.ts';
import type { LimitName } from '../../../src/smtp/events.ts';
import { MemoryBudget } from '../../../src/smtp/index.ts';
import { playClient } from '../support/client-dialogue.ts';
import { type Relay, type RelayOptions, startRelay } from '../support/relay.ts';

let relay: Relay | undefined;
afterEach(async () => {
  await relay?.close();
  relay = undefined;
});

interface Row {
  readonly options: RelayOptions;
  readonly client: string;
}

const HELLO = `
  S: 220 *
  C: EHLO client.example
  E:`;
const TO_RCPT = `${HELLO}
  C: MAIL FROM:<a@sender.example>
  S: 250 *
  C: RCPT TO:<b@uni.example>
  S: 250 *`;
const SECOND_RECIPIENT_LATER = `${TO_RCPT}
  C: RCPT TO:<c@uni.example>
  S: 452 4.5.3 *`;
const TO_DATA = `${TO_RCPT}
  C: DATA
  S: 354 *`;
const PROXIED = {
  listener: { trustedPeers: ['127.0.0.1'], proxyProtocol: true },
  tuning: { earlyTalkerMs: 60 },
} as const;
const line = (octets: string): string => `C! raw ${JSON.stringify(octets)}`;

/** All of whose room for small messages another one has. */
function full(): MemoryBudget {
  const budget = new MemoryBudget(1);
  void budget.reserve(1, true, new AbortController().signal);
  return budget;
}

/** Each cap: what makes it act, and what the client hears. Complete by its type. */
const ROWS: Readonly<Record<LimitName, Row>> = {
  connections: { options: { limits: { connections: 0 } }, client: 'S: 421 4.7.0 *\nX:' },
  connections_per_client: {
    options: { limits: { connectionsPerClient: 0 } },
    client: 'S: 421 4.7.0 *\nX:',
  },
  clients: { options: { listener: { clients: ['192.0.2.0/24'] } }, client: 'S: 554 5.7.1 *\nX:' },
  recipients: {
    options: { limits: { recipients: 1 } },
    client: SECOND_RECIPIENT_LATER,
  },
  commands: {
    options: { limits: { commands: 1 } },
    client: `${HELLO}
      C: NOOP
      S: 421 4.7.0 *
      X:`,
  },
  errors: {
    options: { limits: { errors: 0 } },
    client: `
      S: 220 *
      C: WIZ
      S: 500 *
      S: 421 4.7.0 *
      X:`,
  },
  max_message: {
    options: { limits: { messageBytes: 10 } },
    client: `${TO_DATA}
      ${line('Subject: eleven\r\n\r\n.\r\n')}
      S: 552 5.3.4 *`,
  },
  header_bytes: {
    options: { limits: { headerBytes: 10 } },
    client: `${TO_DATA}
      ${line('Subject: eleven\r\n\r\nhi\r\n.\r\n')}
      S: 552 5.3.4 *`,
  },
  min_rate: {
    options: { limits: { minRateBytes: 1000 }, tuning: { rateWindowMs: 50 } },
    client: `${TO_DATA}
      C! raw "slow"
      S: 421 4.4.2 *
      X:`,
  },
  command_timeout: {
    options: { limits: { commandTimeoutMs: 100 } },
    client: `
      S: 220 *
      S: 421 4.4.2 *
      X:`,
  },
  session_life: {
    options: { limits: { sessionLifeMs: 100 } },
    client: `
      S: 220 *
      S: 421 4.4.2 *
      X:`,
  },
  deadline: {
    options: { limits: { deadlineMs: 200 }, hop: { rules: [{ on: 'DATA', act: 'stall' }] } },
    client: `${TO_DATA}
      ${line('hi\r\n.\r\n')}
      S: 451 4.4.2 *`,
  },
  descriptors: {
    options: {
      shared: { admission: { enter: () => 'descriptors', leave: () => undefined, resize: () => undefined } },
    },
    client: 'S: 421 4.7.0 *\nX:',
  },
  memory_in_flight: {
    options: { limits: { deadlineMs: 200 }, shared: { budget: full() } },
    client: `${TO_DATA}
      ${line('hi\r\n.\r\n')}
      S: 451 4.3.2 *`,
  },
  spool: {
    options: { tuning: { spoolDirectory: join(tmpdir(), 'mailsluice-no-such-directory') } },
    client: `${TO_DATA}
      ${line(`${'x'.repeat(998)}\r\n`.repeat(2000))}
      ${line('.\r\n')}
      S: 452 4.3.1 *`,
  },
  hops: {
    options: { limits: { hops: 1 } },
    client: `${TO_DATA}
      ${line('Received: from a by b; date\r\n\r\n.\r\n')}
      S: 554 5.4.6 *`,
  },
  early_talker: {
    options: PROXIED,
    client: `
      ${line('PROXY TCP4 192.0.2.2 203.0.113.7 4321 25\r\nEHLO robot\r\n')}
      S: 554 5.5.0 *
      X:`,
  },
  pipelining: {
    options: {},
    client: `${TO_RCPT}
      ${line('DATA\r\nSubject: too soon\r\n')}
      S: 554 5.5.0 *
      X:`,
  },
  line_ends: {
    options: { listener: { lineEnds: 'reject' } },
    client: `${TO_DATA}
      ${line('a\nb\r\n.\r\n')}
      S: 550 5.5.2 *`,
  },
  policies: {
    options: {
      listener: { mixedPolicies: 'split' },
      filter: { policyFor: (recipient) => recipient },
    },
    client: SECOND_RECIPIENT_LATER,
  },
  relay: {
    options: { listener: { recipientDomains: ['uni.example'] } },
    client: `${HELLO}
      C: MAIL FROM:<a@sender.example>
      S: 250 *
      C: RCPT TO:<b@else.example>
      S: 554 5.7.1 *`,
  },
};

it.each(Object.entries(ROWS))('R17: %s acts, and is counted under its name', async (name, row) => {
  relay = await startRelay(row.options);
  const client = await relay.client();
  expect(await playClient(client, row.client)).toEqual([]);
  const metrics = createMetrics();
  for (const event of relay.events) metrics.onEvent(event);
  expect(await metrics.registry.metrics()).toContain(`mailsluice_limits_total{limit="${name}"} 1\n`);
});
