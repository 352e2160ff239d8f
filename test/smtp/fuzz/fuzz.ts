import { readdirSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { hasBareLineEnd } from '../../../src/smtp/next-hop/outgoing.ts';
import type { WireClient } from '../support/client.ts';
import { LIMITS, type Relay, startRelay } from '../support/relay.ts';
import { hopRules, sessionOctets } from './dialogues.ts';
import { type Random, seeded } from './random.ts';

export interface FuzzResult {
  readonly seed: number;
  readonly sessions: number;
  readonly messages: number;
  /** What went wrong; empty: nothing crashed, leaked, or got past the rules of the line. */
  readonly problems: readonly string[];
}

const CLIENTS = 8;
const SESSIONS_A_ROUND = 25;
/** What closes by itself is closed by then, on a busy machine too. */
const LEAK_MS = 20_000;

/** Sends random and broken dialogues through a relay for some time, next hops that misbehave behind it. */
export async function fuzzDialogue(seconds: number, seed: number): Promise<FuzzResult> {
  const random = seeded(seed);
  const problems: string[] = [];
  const onStray = (error: unknown): void => void problems.push(`stray: ${String(error)}`);
  process.on('uncaughtException', onStray);
  process.on('unhandledRejection', onStray);
  let sessions = 0;
  let messages = 0;
  // The first round opens what stays open (epoll, DNS), so it is no measure.
  let before = 0;
  const end = Date.now() + seconds * 1000;
  for (let round = 0; problems.length === 0 && (round < 2 || Date.now() < end); round++) {
    const relay = await startRelay({
      hop: { rules: hopRules(random), protocol: random.chance(20) ? 'lmtp' : 'smtp' },
      listener: {
        protocol: random.chance(20) ? 'lmtp' : 'smtp',
        trustedPeers: random.chance(50) ? ['127.0.0.1'] : [],
        received: random.chance(50),
        lineEnds: random.chance(80) ? 'normalize' : 'reject',
        recipientDomains: random.chance(30) ? ['uni.example'] : [],
      },
      limits: { ...LIMITS, deadlineMs: 500, messageBytes: 100_000, drainMs: 1000 },
      tuning: { keepAliveMs: random.chance(20) ? 5 : 60_000 },
    });
    await Promise.all(Array.from({ length: CLIENTS }, () => runClient(relay, random)));
    sessions += CLIENTS * SESSIONS_A_ROUND;
    messages += relay.hop.messages.length;
    problems.push(...(await check(relay)));
    await relay.close();
    await pause(5);
    if (round === 0) before = descriptors();
    const more = await descriptorsLeft(before);
    if (more > 0) problems.push(`${more} descriptors more than before`);
  }
  process.off('uncaughtException', onStray);
  process.off('unhandledRejection', onStray);
  return { seed, sessions, messages, problems };
}

async function runClient(relay: Relay, random: Random): Promise<void> {
  for (let turn = 0; turn < SESSIONS_A_ROUND; turn++) {
    const client = await relay.client();
    const { slices, mutated } = sessionOctets(random);
    for (const slice of slices) {
      client.send(slice);
      // A client with sense waits for its replies, so that it gets past DATA.
      if (!mutated) await client.silence(3);
      else if (random.chance(20)) await new Promise((resolve) => setImmediate(resolve));
    }
    await leave(client, random);
  }
}

async function leave(client: WireClient, random: Random): Promise<void> {
  const how = random.below(10);
  if (how < 3) client.reset();
  else if (how < 5) client.destroy();
  else {
    client.close();
    await Promise.race([client.closed().catch(() => undefined), pause(50)]);
    client.destroy();
  }
}

async function check(relay: Relay): Promise<readonly string[]> {
  const problems = [...relay.hop.problems];
  // A pipelined command may wait for its deadline each, and a client that stays is cut off after 5 s: what leaks stays for good.
  for (let waited = 0; relay.server.connections > 0 && waited < LEAK_MS; waited += 20) await pause(20);
  if (relay.server.connections > 0)
    problems.push(`${relay.server.connections} sessions outlive their clients`);
  for (const event of relay.events) {
    if (event.kind === 'fault') problems.push(`fault: ${event.text}`);
  }
  for (const { octets } of relay.hop.messages) {
    if (hasBareLineEnd(octets)) problems.push('a bare line end reached the next hop');
  }
  const count = (wanted: string): number => relay.events.filter(({ kind }) => kind === wanted).length;
  // The event comes once the session's last transaction was let go, a little behind its socket.
  for (let waited = 0; count('opened') !== count('closed') && waited < LEAK_MS; waited += 20) await pause(20);
  const [opened, closed] = [count('opened'), count('closed')];
  if (opened !== closed) problems.push(`${opened} sessions opened, ${closed} closed`);
  return problems;
}

/** How many are open above `before`. What closes goes when the machine comes to it (a QUIT waits 5 s for its reply), what leaks stays. */
async function descriptorsLeft(before: number): Promise<number> {
  for (let waited = 0; descriptors() > before && waited < LEAK_MS; waited += 50) await pause(50);
  return Math.max(0, descriptors() - before);
}

/** Open files and sockets of this process. */
function descriptors(): number {
  return readdirSync('/proc/self/fd').length;
}
