// What hydra said: found accounts, and whether it really came to its end. Pure; its return code and its `success` prove nothing.
import { z } from 'zod'

const Result = z.object({
  port: z.coerce.number(),
  host: z.string().default(''),
  login: z.string().default(''),
  password: z.string().default(''),
})
const Report = z.object({ results: z.array(Result).max(10_000), errormessages: z.array(z.string()).default([]) })

export interface HydraReading {
  readonly accounts: readonly { readonly port: number; readonly login: string; readonly password: string }[]
  /** Null: it asked everything it was told to. */
  readonly problem: string | null
}

const ENDED = /(\d{1,6}) of (\d{1,6}) targets? (?:successfully )?completed/
const TRIES = /\[DATA\] max \d{1,4} tasks? per 1 server, overall \d{1,4} tasks?, (\d{1,9}) login tr/

/** `expected`: candidates it was given. */
export function readHydra(json: string, stdout: string, expected: number): HydraReading {
  // Double quotes are escaped, backslashes are not (scanners.md 2).
  const parsed = Report.safeParse(parse(json.replace(/\\(?!["\\/bfnrtu])/g, '\\\\')))
  if (!parsed.success) return { accounts: [], problem: '引擎的结果不完整' }
  const { results, errormessages } = parsed.data
  if (results.length > 0) return { accounts: results, problem: null }
  const error = errormessages[0]
  if (error !== undefined) return { accounts: [], problem: `引擎报告：${masked(error)}` }
  const [, done, of] = ENDED.exec(stdout) ?? []
  if (done === undefined || done !== of) return { accounts: [], problem: '引擎没有正常结束' }
  if (Number(TRIES.exec(stdout)?.[1] ?? NaN) !== expected) return { accounts: [], problem: '引擎没有试完给它的候选' }
  return { accounts: [], problem: null }
}

/** Messages of the engine may quote what it was given. */
function masked(text: string): string {
  return text.replace(/password[:= ]+\S+/gi, 'password ***').slice(0, 160)
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
