import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { CountedReport } from '../clean/index.ts';
import type { FilterEvent } from '../service/index.ts';
import type { SmtpEvent } from '../smtp/index.ts';

const prefix = 'mailsluice_';
const buckets = [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10, 60];

/** Counts what happens. Labels are words of our own and names of rule files; nothing of a message is among them. */
export interface Metrics {
  readonly registry: Registry;
  /** Of the process: memory, CPU, event loop. */
  readonly processRegistry: Registry;
  onEvent(event: SmtpEvent): void;
  onFilter(event: FilterEvent): void;
  onReport(report: CountedReport): void;
  onReload(isTaken: boolean): void;
  setRules(version: string, size: number): void;
  /** Where to ask how many processes take mail. */
  watchWorkers(count: () => number): void;
  onWorkerDeath(): void;
  /** The names that a policy may have as a label. */
  setPolicies(names: Iterable<string>): void;
  /** Where to ask for the memory that messages in flight take, in octets. */
  watchMemory(usedBytes: () => number): void;
}

function counter<Label extends string>(
  registry: Registry,
  name: string,
  help: string,
  labelNames: readonly Label[],
): Counter<Label> {
  return new Counter({ name: `${prefix}${name}`, help, labelNames: [...labelNames], registers: [registry] });
}

/** A registry of its own for each service. */
export function createMetrics(): Metrics {
  const registry = new Registry();
  const processRegistry = new Registry();
  // The usual precision of 10 ms wakes an idle process a hundred times a second.
  collectDefaultMetrics({ register: processRegistry, eventLoopMonitoringPrecision: 50 });
  const messages = counter(registry, 'messages_total', 'Messages by how they left us', ['outcome']);
  const results = counter(registry, 'results_total', 'Messages by result and step of cleaning', [
    'result',
    'step',
  ]);
  const findings = counter(registry, 'findings_total', 'Places that track, by kind and what was done', [
    'kind',
    'action',
  ]);
  const opaque = counter(registry, 'opaque_total', 'Links whose destination only their operator knows', []);
  const policies = counter(registry, 'policies_total', 'Messages by policy', ['policy']);
  let policyNames = new Set<string>();
  const operators = counter(registry, 'operators_total', 'Messages in which an operator was acted on', [
    'operator',
  ]);
  const rules = counter(registry, 'rule_hits_total', 'Findings by rule', ['rule', 'action']);
  const reasons = counter(registry, 'reasons_total', 'Why parts or messages were left or judged with less', [
    'reason',
  ]);
  const errors = counter(registry, 'next_hop_errors_total', 'Trouble with the next hop by cause', ['cause']);
  const doubles = counter(registry, 'possible_doubles_total', 'The reply to the final dot did not come', []);
  const limits = counter(registry, 'limits_total', 'Caps that acted', ['limit']);
  const faults = counter(registry, 'faults_total', 'Faults of mailsluice that a session met', []);
  const filter = counter(
    registry,
    'filter_troubles_total',
    'Cleaning that took too long, crashed or found no thread',
    ['kind', 'effort'],
  );
  const reloads = counter(registry, 'reloads_total', 'Configurations read again', ['result']);
  const octets = counter(registry, 'octets_total', 'Octets of messages', ['direction']);
  const stage = new Histogram({
    name: `${prefix}stage_seconds`,
    help: 'Time of a message by stage',
    labelNames: ['stage'],
    buckets,
    registers: [registry],
  });
  const connections = new Gauge({
    name: `${prefix}connections`,
    help: 'Open sessions',
    registers: [registry],
  });
  let memoryBytes = (): number => 0;
  const memory: Gauge = new Gauge({
    name: `${prefix}memory_in_flight_bytes`,
    help: 'Octets that messages in flight take, of limits.memory_in_flight',
    registers: [registry],
    collect: (): void => memory.set(memoryBytes()),
  });
  let workerCount = (): number => 0;
  const workers: Gauge = new Gauge({
    name: `${prefix}workers`,
    help: 'Processes that take mail',
    registers: [registry],
    collect: (): void => workers.set(workerCount()),
  });
  const deaths = counter(registry, 'worker_deaths_total', 'Processes that ended and were replaced', []);
  const ruleInfo = new Gauge({
    name: `${prefix}rules`,
    help: 'Number of rules, by version of the packs',
    labelNames: ['version'],
    aggregator: 'max',
    registers: [registry],
  });
  return {
    registry,
    processRegistry,
    onEvent: (event) => {
      switch (event.kind) {
        case 'message':
          messages.inc({ outcome: event.outcome });
          octets.inc({ direction: 'in' }, event.bytesIn);
          octets.inc({ direction: 'out' }, event.bytesOut);
          stage.observe({ stage: 'receive' }, event.receiveMs / 1_000);
          stage.observe({ stage: 'filter' }, event.filterMs / 1_000);
          stage.observe({ stage: 'next_hop' }, event.nextHopMs / 1_000);
          if (event.possibleDouble) doubles.inc();
          if (event.cause !== undefined) errors.inc({ cause: event.cause });
          return;
        case 'opened':
          connections.inc();
          return;
        case 'closed':
          connections.dec();
          return;
        case 'limit':
          limits.inc({ limit: event.limit });
          return;
        case 'unavailable':
          errors.inc({ cause: event.cause ?? 'unknown' });
          return;
        case 'fault':
          faults.inc();
          return;
        case 'system':
        case 'tls':
      }
    },
    onFilter: (event) => filter.inc({ kind: event.kind, effort: 'effort' in event ? event.effort : '' }),
    onReport: ({ result, step, policy, counts, operators: by, reasons: why, tallies }) => {
      results.inc({ result, step });
      policies.inc({ policy: policyNames.has(policy) ? policy : 'other' });
      opaque.inc(counts.opaque);
      for (const operator of by) operators.inc({ operator });
      for (const reason of why) reasons.inc({ reason });
      for (const { kind, action, rule, count } of tallies) {
        findings.inc({ kind, action }, count);
        if (rule !== undefined) rules.inc({ rule, action }, count);
      }
    },
    onReload: (isTaken) => reloads.inc({ result: isTaken ? 'taken' : 'refused' }),
    watchMemory: (usedBytes) => {
      memoryBytes = usedBytes;
    },
    watchWorkers: (count) => {
      workerCount = count;
    },
    onWorkerDeath: () => deaths.inc(),
    setPolicies: (names) => {
      // Those that the cleaner gives: readers' consent, and several policies in one copy.
      policyNames = new Set([...names, 'consent', 'mixed']);
    },
    setRules: (version, size) => {
      ruleInfo.reset();
      ruleInfo.set({ version }, size);
    },
  };
}
