// A Palo Alto firewall, by tagged address objects and commits; made by the driver, called by core/disposal through the port.
import { setTimeout as sleep } from 'node:timers/promises'
import { isAppError } from '../../../core/errors.js'
import type { BlockedAddress, BlockOrder, BlockReceipt, Firewall } from '../../../core/ports/firewall.js'
import { callDevice, countdown } from '../../shared/device-http.js'
import { oneAtATime } from '../../shared/one-at-a-time.js'
import { addressFamily, checkedOrder } from '../checked-order.js'
import type { PanosConfig } from './config.js'
import { jobOf, jobState, parseListing, type Said, understand } from './parse.js'
import * as requests from './requests.js'

const POLL_MILLISECONDS = 500

export class PanosFirewall implements Firewall {
  constructor(
    private readonly config: PanosConfig,
    private readonly commitMilliseconds: number,
    private readonly pollMilliseconds = POLL_MILLISECONDS,
  ) {}

  plan(order: BlockOrder): Promise<readonly string[]> {
    return Promise.resolve().then(() => {
      const checked = checkedOrder(order)
      return [requests.setObject(this.config, checked), requests.commit(this.config)].map(requests.shown)
    })
  }

  async block(order: BlockOrder): Promise<BlockReceipt> {
    const checked = checkedOrder(order)
    return this.change(requests.setObject(this.config, checked))
  }

  async unblock(ip: string): Promise<BlockReceipt> {
    addressFamily(ip)
    return this.change(requests.deleteObject(this.config, ip))
  }

  async list(): Promise<readonly BlockedAddress[]> {
    const said = await this.call(requests.showObjects(this.config), countdown(this.config.web))
    return parseListing(this.config.web, said, this.config.tag)
  }

  /** One change and its commit at a time: the device refuses a second commit, and a commit takes whatever is in the candidate configuration. */
  private change(form: requests.Form): Promise<BlockReceipt> {
    const { web } = this.config
    return oneAtATime(`panos ${web.origin} ${this.config.vsys}`, async () => {
      await this.call(form, countdown(web))
      const job = await this.commit(countdown({ ...web, timeoutMilliseconds: this.commitMilliseconds }))
      const commands = [requests.shown(form), requests.shown(requests.commit(this.config))]
      return { commands, answer: job === undefined ? 'no changes to commit' : `commit job ${job}: FIN OK` }
    })
  }

  private async commit(left: () => number): Promise<string | undefined> {
    const said = await this.untilFree(left)
    if (said.outcome === 'unchanged') return undefined
    const job = jobOf(this.config.web, said)
    for (;;) {
      if (jobState(this.config.web, await this.call(requests.showJob(job), left)) === 'done') return job
      await sleep(Math.min(this.pollMilliseconds, left()))
    }
  }

  /** Somebody else's commit is waited for; in the end it is DEVICE_BUSY. */
  private async untilFree(left: () => number): Promise<Said> {
    let tries = 10
    for (;;) {
      try {
        return await this.call(requests.commit(this.config), left)
      } catch (error) {
        if (!isAppError(error, 'DEVICE_BUSY') || --tries === 0) throw error
        await sleep(Math.min(this.pollMilliseconds, left()))
      }
    }
  }

  private async call(form: requests.Form, left: () => number): Promise<Said> {
    const { web, apiKey } = this.config
    const answer = await callDevice(
      web,
      {
        method: 'POST',
        path: '/api/',
        headers: { 'content-type': 'application/x-www-form-urlencoded', 'x-pan-key': apiKey },
        body: new URLSearchParams(form).toString(),
      },
      Math.min(left(), web.timeoutMilliseconds),
    )
    return understand(web, answer)
  }
}
