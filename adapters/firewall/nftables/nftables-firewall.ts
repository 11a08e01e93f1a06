// A Linux host with nftables as a firewall; made by the driver, called by core/disposal through the port.
import { AppError, isAppError } from '../../../core/errors.js'
import type { BlockedAddress, BlockOrder, BlockReceipt, Firewall } from '../../../core/ports/firewall.js'
import { addressFamily, checkedOrder, type CheckedOrder } from '../checked-order.js'
import { assertDone, isAbsent, parseListing } from './parse.js'
import { blockScript, TABLE, unblockScript } from './script.js'
import type { Transport } from './transport.js'

export class NftablesFirewall implements Firewall {
  constructor(
    private readonly device: string,
    private readonly transport: Transport,
    private readonly timeoutMilliseconds: number,
  ) {}

  plan(order: BlockOrder): Promise<readonly string[]> {
    return Promise.resolve().then(() => blockScript(checkedOrder(order)))
  }

  async block(order: BlockOrder): Promise<BlockReceipt> {
    const checked = checkedOrder(order)
    const deadline = performance.now() + this.timeoutMilliseconds
    const receipt = await this.change(blockScript(checked))
    const flows = await this.cutFlows(checked, deadline - performance.now())
    return { commands: [...receipt.commands, ...flows.commands], answer: `${receipt.answer}\n${flows.answer}`.trim().slice(0, 2000) }
  }

  async unblock(ip: string): Promise<BlockReceipt> {
    return this.change(unblockScript(ip, addressFamily(ip)))
  }

  async list(): Promise<readonly BlockedAddress[]> {
    const answer = await this.transport.nft(['-j', 'list', 'table', ...TABLE.split(' ')], '', this.timeoutMilliseconds)
    if (isAbsent(answer)) return []
    assertDone(this.device, answer)
    return parseListing(this.device, answer.stdout)
  }

  private async change(script: readonly string[]): Promise<BlockReceipt> {
    const answer = await this.transport.nft(['-f', '-'], `${script.join('\n')}\n`, this.timeoutMilliseconds)
    assertDone(this.device, answer)
    return { commands: script, answer: `${answer.stdout}${answer.stderr}`.trim().slice(0, 2000) }
  }

  /** Best effort: the rules drop every packet of known connections too, only hardware or flowtable shortcuts need the deletion. */
  private async cutFlows({ ip, family }: CheckedOrder, millisecondsLeft: number): Promise<BlockReceipt> {
    try {
      if (millisecondsLeft < 1) throw new AppError('DEVICE_UNREACHABLE', { device: this.device, answer: 'timeout' })
      const { stderr } = await this.transport.forgetFlows(ip, family, Math.ceil(millisecondsLeft / 2))
      const said = stderr.match(/\d+ flow entries have been deleted/g)
      if (said === null) return { commands: [], answer: `conntrack not available: ${stderr.trim().slice(0, 200)}` }
      return { commands: ['-s', '-d'].map(side => `conntrack -D -f ipv${family} ${side} ${ip}`), answer: `conntrack: ${said.join('; ')}` }
    } catch (error) {
      if (!isAppError(error)) throw error
      return { commands: [], answer: `conntrack not available: ${error.code}` }
    }
  }
}
