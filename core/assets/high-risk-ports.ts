// The ports a Chinese inspection calls high-risk (domain.md 4.5; the list an authority publishes for the year goes before it). Called by the view 两高一弱.

const RANGES: readonly (readonly [number, number])[] = [
  [512, 514],
  [5900, 5901],
]
const SINGLE = [
  21, 23, 25, 69, 111, 135, 137, 138, 139, 161, 389, 445, 873, 1080, 1433, 1521, 2049, 2181, 2375, 3128, 3306, 3389, 5432, 5601, 5984, 6379,
  7001, 8009, 8161, 9092, 9200, 9300, 11211, 27017, 50070,
]

export const highRiskPorts: ReadonlySet<number> = new Set([
  ...SINGLE,
  ...RANGES.flatMap(([from, to]) => Array.from({ length: to - from + 1 }, (_, n) => from + n)),
])
