import { monitorEventLoopDelay } from 'node:perf_hooks';
import { apart } from '../newsletter.ts';
import { startMailsluice, type Mailsluice } from '../mailsluice.ts';
import { startPostfix, type Postfix } from '../postfix.ts';
import { freePorts, pause } from '../tools.ts';
import { startFaultyHop, type Arrival, type FaultyHop } from './faulty-hop.ts';
import { readFrontLog, type FrontView } from './front-log.ts';
import { inject, numberOf, soakMessage } from './injector.ts';
import { seeded } from './random.ts';

export interface SoakResult {
  readonly messages: number;
  readonly arrivals: number;
  readonly kills: number;
  readonly faults: ReadonlyMap<string, number>;
  /** Arrivals that came again, by why our client could not hear the 250. */
  readonly doubles: ReadonlyMap<string, number>;
  /** Each of these must be empty. */
  readonly missing: readonly number[];
  readonly wrong: readonly string[];
  readonly unexplained: readonly string[];
  readonly seconds: number;
  /** The longest that this process did not look: arrivals and kills are timed no finer. */
  readonly blindMs: number;
}

/**
 * A real Postfix with its queue in front, mailsluice killed with -9 at random moments and started again, and a next hop that
 * fails at every step. Ends by itself: when all has arrived and the queue is empty, at the limit of time, or soon
 * after `stop`.
 */
export async function soak(
  count: number,
  seed: number,
  say: (line: string) => void,
  stop?: AbortSignal,
): Promise<SoakResult> {
  const began = performance.now();
  const delay = monitorEventLoopDelay();
  delay.enable();
  const random = seeded(seed);
  const hop = await startFaultyHop(random);
  const [frontPort, sluicePort] = (await freePorts(2)) as [number, number];
  const postfix = await startPostfix(frontPostfix(frontPort, sluicePort));
  let sluice: Mailsluice | undefined;
  try {
    sluice = await startMailsluice(config(sluicePort, hop.port), [sluicePort]);
    const kills = await run(count, { random, hop, front: frontPort, postfix, sluice, say, stop });
    return {
      ...judge(count, hop.arrivals, kills, readFrontLog(await postfix.log())),
      faults: hop.faults,
      seconds: (performance.now() - began) / 1000,
      blindMs: delay.max / 1_000_000,
    };
  } finally {
    await sluice?.stop();
    await postfix.stop();
    await hop.close();
  }
}

function frontPostfix(front: number, sluicePort: number): Parameters<typeof startPostfix>[0] {
  return {
    listeners: [
      { port: front, options: ['smtpd_client_connection_count_limit=0', 'smtpd_error_sleep_time=0'] },
    ],
    mailboxes: ['nobody@front.example'],
    main: [
      'relay_domains = uni.example',
      `transport_maps = inline:{uni.example=sluice:[127.0.0.1]:${sluicePort}}`,
      'queue_run_delay = 1s',
      'minimal_backoff_time = 2s',
      'maximal_backoff_time = 5s',
      'transport_retry_time = 1s',
      'maximal_queue_lifetime = 5d',
      'message_size_limit = 50000000',
      // A next hop that fails is asked again at once: time is short here.
      'sluice_initial_destination_concurrency = 40',
      'sluice_destination_concurrency_limit = 40',
      'sluice_destination_concurrency_negative_feedback = 0',
      'sluice_destination_concurrency_failed_cohort_limit = 1000000',
    ],
    master: [
      'sluice unix - - n - 40 smtp',
      '  -o smtp_send_xforward_command=yes',
      '  -o smtp_connection_cache_on_demand=no',
      '  -o smtp_data_done_timeout=120s',
      '  -o smtp_data_xfer_timeout=60s',
      '  -o smtp_mail_timeout=60s',
      '  -o smtp_helo_timeout=60s',
      '  -o smtp_connect_timeout=30s',
    ],
  };
}

const config = (port: number, hop: number): string => `
hostname: sluice.uni.example
metrics: { listen: off }
log: { level: error }
workers: 1
listeners:
  - smtp: 127.0.0.1:${port}
    mode: after-queue
    trusted_peers: [127.0.0.1]
    next_hop:
      smtp: 127.0.0.1:${hop}
      connect_timeout: 2s
      command_timeout: 2s
      final_reply_timeout: 10s
`;

/** A kill -9, and when the next life listened. */
export interface Kill {
  readonly atMs: number;
  backMs: number;
}

interface Run {
  readonly random: () => number;
  readonly hop: FaultyHop;
  readonly front: number;
  readonly postfix: Postfix;
  readonly sluice: Mailsluice;
  readonly say: (line: string) => void;
  readonly stop: AbortSignal | undefined;
}

/** The moments of the kills. */
async function run(
  count: number,
  { random, hop, front, postfix, sluice, say, stop }: Run,
): Promise<readonly Kill[]> {
  const kills: Kill[] = [];
  const arrived = new Set<number>();
  let looked = 0;
  const look = (): number => {
    for (; looked < hop.arrivals.length; looked++) {
      const at = numberOf((hop.arrivals[looked] as Arrival).octets);
      if (at !== undefined) arrived.add(at);
    }
    return arrived.size;
  };
  // Generous, and an end all the same.
  const limitMs = performance.now() + 180_000 + count * 200;
  const inTime = (): boolean =>
    trouble === undefined && stop?.aborted !== true && performance.now() < limitMs;
  let calm = false;

  let trouble: unknown;
  const killAgain = async (): Promise<void> => {
    let startMs = 0;
    while (!calm && inTime()) {
      // Some mail passes in each life, however slow the machine starts a process; when in its work it ends is chance.
      const before = hop.arrivals.length;
      const lateMs = performance.now() + 60_000;
      while (!calm && hop.arrivals.length === before && performance.now() < lateMs) await pause(20);
      await pause(random() * Math.max(5000, 2 * startMs));
      if (calm) break;
      const kill = { atMs: performance.now(), backMs: Infinity };
      kills.push(kill);
      await sluice.kill();
      const dead = performance.now();
      await sluice.restart();
      kill.backMs = performance.now();
      startMs = kill.backMs - dead;
    }
  };
  const killing = killAgain().catch((error: unknown) => {
    trouble = error;
  });
  const injecting = injectAll(count, front, inTime);
  const reporting = setInterval(() => say(`${look()} of ${count} arrived, ${kills.length} kills`), 10_000);
  try {
    await injecting;
    // Faults and kills go on until nearly all has come through them.
    while (look() < count * 0.95 && inTime()) await pause(200);
    calm = true;
    hop.behave();
    await killing;
    for (let turn = 0; inTime() && (look() < count || (await postfix.queued()) > 0); turn++) {
      if (turn % 10 === 0) await postfix.flush();
      await pause(300);
    }
  } finally {
    calm = true;
    clearInterval(reporting);
    await killing;
  }
  if (trouble !== undefined) throw trouble;
  return kills;
}

/** All messages into the front's queue, eight connections at a time. */
async function injectAll(count: number, port: number, inTime: () => boolean): Promise<void> {
  let open = Array.from({ length: count }, (_, at) => at);
  while (open.length > 0 && inTime()) {
    const batches = Array.from({ length: Math.ceil(open.length / 50) }, (_, at) =>
      open.slice(at * 50, at * 50 + 50),
    );
    const taken = new Set<number>();
    const worker = async (): Promise<void> => {
      for (let batch = batches.shift(); batch !== undefined && inTime(); batch = batches.shift()) {
        for (const at of await inject(port, batch)) taken.add(at);
      }
    };
    await Promise.all(Array.from({ length: 8 }, worker));
    open = open.filter((at) => !taken.has(at));
  }
}

/** Holds every arrival against what was sent, and every one but the last of a message against the reasons for a double. */
export function judge(
  count: number,
  arrivals: readonly Arrival[],
  kills: readonly Kill[],
  front: ReadonlyMap<number, FrontView>,
): Omit<SoakResult, 'faults' | 'seconds' | 'blindMs'> {
  const byNumber = new Map<number, Arrival[]>();
  const wrong: string[] = [];
  for (const arrival of arrivals) {
    const at = numberOf(arrival.octets);
    if (at === undefined) {
      wrong.push(`no Message-ID: ${JSON.stringify(arrival.octets.subarray(0, 300).toString('latin1'))}`);
      continue;
    }
    byNumber.set(at, [...(byNumber.get(at) ?? []), arrival]);
    const got = apart(unstuffed(arrival.octets));
    if (!got.rest.equals(soakMessage(at).expected)) wrong.push(`message ${at} differs`);
    if (got.field === undefined) wrong.push(`message ${at} has no field of ours`);
  }
  const doubles = new Map<string, number>();
  const unexplained: string[] = [];
  for (const [at, all] of byNumber) {
    const view = { queued: 1, lost: 0, late: 0, unanswered: 0, lines: [], ...front.get(at) };
    for (const [index, arrival] of all.slice(0, -1).entries()) {
      const why = reasonOfDouble(arrival, all[index + 1]?.atMs ?? Infinity, kills, view);
      if (why !== undefined) doubles.set(why, (doubles.get(why) ?? 0) + 1);
      else unexplained.push(account(at, all, kills, view));
    }
  }
  const missing = Array.from({ length: count }, (_, at) => at).filter((at) => !byNumber.has(at));
  return {
    messages: count,
    arrivals: arrivals.length,
    kills: kills.length,
    doubles,
    missing,
    wrong,
    unexplained,
  };
}

/** Uses up what the front says about the message: one break explains one double. */
function reasonOfDouble(
  arrival: Arrival,
  nextMs: number,
  kills: readonly Kill[],
  view: FrontView,
): string | undefined {
  if (arrival.ending === 'died-before-250') return 'the next hop kept it and died before its 250';
  if (arrival.ending === 'died-after-250') return 'the next hop died with its 250 on the way';
  // The 250 was said: only a break between mailsluice and its client explains another try.
  // A message that was found whole while no mailsluice lived came from the one that had died: our own loop looked late.
  const killed = kills.some(({ atMs, backMs }) => atMs <= nextMs && arrival.atMs <= backMs);
  if (killed && view.lost > 0) {
    view.lost--;
    return 'mailsluice was killed between the next hop’s 250 and its own';
  }
  if (view.late > 0) {
    view.late--;
    return 'Postfix waited no longer while the next hop answered';
  }
  if (view.unanswered > 0) {
    view.unanswered--;
    return 'mailsluice waited no longer for the next hop’s 250, and said so';
  }
  if (view.queued > 1) {
    view.queued--;
    return 'given to Postfix twice: the injector did not hear its 250';
  }
  return undefined;
}

/** All that is known of a double that nothing explains. */
function account(at: number, all: readonly Arrival[], kills: readonly Kill[], view: FrontView): string {
  const second = (ms: number): string => (ms / 1000).toFixed(2);
  const arrivals = all.map(({ atMs, ending }) => `${second(atMs)} ${ending}`).join(', ');
  const near = kills
    .filter(({ atMs }) => all.some((one) => Math.abs(one.atMs - atMs) < 20_000))
    .map(({ atMs, backMs }) => `${second(atMs)} to ${second(backMs)}`);
  return `message ${at} came again after a 250 that nothing cut off: arrivals ${arrivals}; dead ${near.join(', ')}\n${view.lines.join('\n')}`;
}

function unstuffed(octets: Buffer): Buffer {
  return Buffer.from(octets.toString('latin1').replace(/(^|\r\n)\./g, '$1'), 'latin1');
}
