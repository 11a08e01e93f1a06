// Which ports a patrol asks and which it never touches; plan.ts and the engines go by it.

/** Printers print what they are sent there; nobody asks them (scanners.md 2, devices). */
const printers = [515, 631, 9100, 9101, 9102, 9103, 9104, 9105, 9106, 9107]
/** Controllers of machines may stop at an unexpected packet: not without a signature of its own. */
const industrial = [102, 502, 789, 1911, 2404, 4840, 9600, 20000, 44818, 47808]

const untouchable: ReadonlySet<number> = new Set([...printers, ...industrial])

export function isUntouchable(port: number): boolean {
  return untouchable.has(port)
}

/** The default list of high-risk ports (domain.md 4.5) and what answers on most machines. */
export const patrolledTcp: readonly number[] = [
  21, 22, 23, 25, 53, 69, 80, 110, 111, 135, 137, 138, 139, 143, 161, 389, 443, 445, 465, 512, 513, 514, 587, 636, 873, 993, 995, 1080,
  1433, 1521, 2049, 2181, 2375, 2376, 3000, 3128, 3306, 3389, 5000, 5432, 5601, 5672, 5900, 5901, 5984, 6379, 6443, 7001, 8000, 8009, 8080,
  8081, 8161, 8443, 8888, 9000, 9090, 9092, 9200, 9300, 11211, 15672, 27017, 50070,
].filter(port => !untouchable.has(port))

export const patrolledUdp: readonly number[] = [161]
