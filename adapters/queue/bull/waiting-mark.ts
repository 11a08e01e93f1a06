// "This subject already waits": the key by which Bull debounces an add, kept exactly while a job waits. Used by bull-queue.ts and consumer.ts.
// Bull by itself keeps the key until the job is finished, and ignores an add with the id of an active job; either would lose
// what is added while its subject is being handled. So the key is taken off the job when its handler begins.
import type { Redis } from 'ioredis'

/** The keys Bull uses for one queue, all beginning with `base` (`prefix:queue:`). */
export interface WaitingMark {
  /**
   * To be sent right before an add: forgets a mark whose job is gone, and brings a job that waits for a later moment forward to `dueAt`
   * (milliseconds since the epoch), unless it waits for its next try.
   */
  prepare(client: Redis, subject: string, dueAt: number): Promise<unknown>
  /** The handler begins: from here on an add of the subject is a new job. */
  begin(client: Redis, subject: string, jobId: string): Promise<unknown>
  /** The handler failed: the job waits again. False when another job of the subject waits already, or the job is gone. */
  rejoin(client: Redis, subject: string, jobId: string): Promise<boolean>
}

const PREPARE = `
local id = redis.call('GET', KEYS[1])
if not id then return 0 end
local job = ARGV[1] .. id
if redis.call('EXISTS', job) == 0 then return redis.call('DEL', KEYS[1]) end
local due = redis.call('ZSCORE', KEYS[2], id)
if not due or tonumber(due) <= tonumber(ARGV[3]) then return 0 end
if tonumber(redis.call('HGET', job, 'attemptsMade') or '0') > 0 then return 0 end
redis.call('ZADD', KEYS[2], ARGV[3], id)
return redis.call('PUBLISH', KEYS[2], ARGV[2])`

const BEGIN = `
if redis.call('GET', KEYS[1]) == ARGV[1] then redis.call('DEL', KEYS[1]) end
return redis.call('HDEL', KEYS[2], 'deid')`

const REJOIN = `
if redis.call('EXISTS', KEYS[2]) == 0 then return 0 end
if not redis.call('SET', KEYS[1], ARGV[1], 'NX') and redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
redis.call('HSET', KEYS[2], 'deid', ARGV[2])
return 1`

/** Bull's scores of delayed jobs are milliseconds times this, the low bits keeping the order of one millisecond. */
const SCORE = 0x1000

export function waitingMark(base: string): WaitingMark {
  const mark = (subject: string): string => `${base}de:${subject}`
  return {
    prepare: (client, subject, dueAt) =>
      client.eval(PREPARE, 2, mark(subject), `${base}delayed`, base, String(dueAt), String(dueAt * SCORE)),
    begin: (client, subject, jobId) => client.eval(BEGIN, 2, mark(subject), base + jobId, jobId),
    rejoin: async (client, subject, jobId) => (await client.eval(REJOIN, 2, mark(subject), base + jobId, jobId, subject)) === 1,
  }
}
