// A Linux host with iptables and ipset as a firewall; made by the driver, called by core/disposal through the port.
import type { BlockedAddress, BlockOrder, BlockReceipt, Firewall } from '../../../core/ports/firewall.js'
import type { LinuxRun } from '../../shared/linux-run.js'
import { addressFamily, checkedOrder } from '../checked-order.js'
import { assertDone, parseListing } from './parse.js'
import { blockScript, listProgram, type Script, shownScript, unblockScript } from './script.js'

export class IptablesFirewall implements Firewall {
  constructor(
    private readonly device: string,
    private readonly run: LinuxRun,
    private readonly timeoutMilliseconds: number,
  ) {}

  plan(order: BlockOrder): Promise<readonly string[]> {
    return Promise.resolve().then(() => shownScript(blockScript(checkedOrder(order))))
  }

  async block(order: BlockOrder): Promise<BlockReceipt> {
    return this.change(blockScript(checkedOrder(order)))
  }

  async unblock(ip: string): Promise<BlockReceipt> {
    return this.change(unblockScript(ip, addressFamily(ip)))
  }

  async list(): Promise<readonly BlockedAddress[]> {
    const answer = await this.run(['sh', '-c', listProgram], '', this.timeoutMilliseconds)
    assertDone(this.device, answer)
    return parseListing(this.device, answer.stdout)
  }

  private async change(script: Script): Promise<BlockReceipt> {
    const stdin = `${script.lines.join('\n')}\n`
    const answer = await this.run(['sh', '-c', script.program, 'sh', ...script.words], stdin, this.timeoutMilliseconds)
    assertDone(this.device, answer)
    return { commands: shownScript(script), answer: `${answer.stdout}${answer.stderr}`.trim().slice(0, 2000) }
  }
}
