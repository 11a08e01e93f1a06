// One worker of the campaign `leases`, a process of its own so that it can be killed: the real executor on the campaign's database and devices.
// Arguments: database, folder of the devices, journal. Started by lease-story.ts.
import { appendFileSync, existsSync, readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { openDatabase } from '../../adapters/database/data-source.js'
import { makeTransactions } from '../../adapters/database/transactions.js'
import { openFirewall } from '../../adapters/firewall/open-firewall.js'
import { makeSimulatedFirewall } from '../../adapters/firewall/simulated/index.js'
import { makeSecretBox } from '../../adapters/shared/secret-box.js'
import { makeIds } from '../../adapters/shared/uuid-v7.js'
import { DisposalExecutor } from '../../core/disposal/disposal-executor.js'
import { AppError } from '../../core/errors.js'
import { systemClock } from '../../core/ports/clock.js'
import type { Devices } from '../../core/ports/devices.js'
import { silentLogger } from '../../core/ports/logger.js'

export const REFUSALS = 3

const [database = '', folder = '', journal = ''] = process.argv.slice(2)
const driver = makeSimulatedFirewall({ folder })
const none = (): never => {
  throw new AppError('DEVICE_MISCONFIGURED', { device: 'none', problem: 'none' })
}

/** Each address ending in an odd number is refused three times, whoever asks: the counts outlive a worker. */
const refused = new Map<string, number>()
if (existsSync(journal)) {
  for (const line of readFileSync(journal, 'utf8').split('\n')) {
    const [, what, ip = ''] = line.split(' ')
    if (what === 'refused') refused.set(ip, (refused.get(ip) ?? 0) + 1)
  }
}
const note = (what: string, ip: string) => appendFileSync(journal, `${Date.now()} ${what} ${ip}\n`)

const devices: Devices = {
  firewall({ address }) {
    const firewall = openFirewall(driver, { address, timeoutMilliseconds: 5000 })
    return {
      can: driver.can,
      firewall: {
        plan: order => firewall.plan(order),
        block: order => firewall.block(order),
        list: () => firewall.list(),
        async unblock(ip) {
          const before = refused.get(ip) ?? 0
          if (/[13579]$/.test(ip) && before < REFUSALS) {
            refused.set(ip, before + 1)
            note('refused', ip)
            throw new AppError('DEVICE_REFUSED', { device: address, answer: 'not now' })
          }
          const receipt = await firewall.unblock(ip)
          note('lifted', ip)
          return receipt
        },
      },
    }
  },
  switch: none,
  host: none,
}

const opened = await openDatabase(database)
const transactions = makeTransactions(opened, { clock: systemClock, ids: makeIds(systemClock), secrets: makeSecretBox('a-key-for-tests') })
const executor = new DisposalExecutor({ transactions, devices, clock: systemClock, logger: silentLogger, owner: `worker-${process.pid}` })
process.stdout.write('ready\n')
for (;;) {
  for (const step of await executor.begin()) void step
  await sleep(250)
}
