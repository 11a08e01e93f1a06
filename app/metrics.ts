// What /metrics shows; roles report through the functions here, so that core stays free of the library.
import { Counter, Gauge, Registry, collectDefaultMetrics } from 'prom-client'

export class Metrics {
  readonly registry = new Registry()
  private readonly accepted = this.counter('guanjia_events_accepted_total', 'Events safe in the archive')
  private readonly rejected = this.counter('guanjia_events_rejected_total', 'Events refused, by reason', ['reason'])
  private readonly dropped = this.counter('guanjia_source_dropped_total', 'UDP messages lost before the archive, by source', ['source'])
  private readonly judged = this.counter('guanjia_events_judged_total', 'Events judged')
  private readonly hits = this.counter('guanjia_hits_total', 'Hits of detection models')
  private readonly deliveries = this.counter('guanjia_deliveries_total', 'Attempts to send a message', ['outcome', 'code', 'road'])
  private readonly modelFaults = this.counter('guanjia_model_faults_total', 'Events a model could not judge', ['model'])

  constructor() {
    collectDefaultMetrics({ register: this.registry })
  }

  eventsAccepted(records: number): void {
    this.accepted.inc(records)
  }
  eventsRejected(reason: string, records: number): void {
    this.rejected.inc({ reason }, records)
  }
  eventsDropped(source: string, messages: number): void {
    this.dropped.inc({ source }, messages)
  }
  eventsJudged(events: number, hits: number): void {
    this.judged.inc(events)
    this.hits.inc(hits)
  }
  delivery(outcome: string, code: string | null, road: string): void {
    this.deliveries.inc({ outcome, code: code ?? '', road })
  }
  modelFault(model: string): void {
    this.modelFaults.inc({ model })
  }
  /** A figure asked for at each scrape. */
  watch(name: string, help: string, value: () => number): void {
    const gauge: Gauge = new Gauge({ name, help, registers: [this.registry], collect: () => gauge.set(value()) })
  }

  /** Figures by one label, asked for at each scrape. */
  watchEach(name: string, help: string, label: string, values: () => Iterable<readonly [string, number]>): void {
    const gauge: Gauge = new Gauge({
      name,
      help,
      labelNames: [label],
      registers: [this.registry],
      collect: () => {
        gauge.reset()
        for (const [which, value] of values()) gauge.set({ [label]: which }, value)
      },
    })
  }

  private counter<L extends string>(name: string, help: string, labelNames: readonly L[] = []): Counter<L> {
    return new Counter({ name, help, labelNames: [...labelNames], registers: [this.registry] })
  }
}
