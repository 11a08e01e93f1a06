// A FortiGate as a firewall; made by the driver, called by core/disposal through the port.
import { AppError } from '../../../core/errors.js'
import type { BlockedAddress, BlockOrder, BlockReceipt, Firewall } from '../../../core/ports/firewall.js'
import { callDevice, countdown, type DeviceAnswer, type DeviceRequest } from '../../shared/device-http.js'
import { misconfigured } from '../../shared/ssh-address.js'
import { addressFamily, type AddressFamily, checkedOrder } from '../checked-order.js'
import type { FortigateConfig } from './config.js'
import { type Outcome, outcome, parseListing } from './parse.js'
import * as requests from './requests.js'

export class FortigateFirewall implements Firewall {
  constructor(private readonly config: FortigateConfig) {}

  plan(order: BlockOrder): Promise<readonly string[]> {
    return Promise.resolve().then(() => {
      const checked = checkedOrder(order)
      return [requests.addObject(this.config, checked), requests.addMember(this.config, checked.ip, checked.family)].map(requests.shown)
    })
  }

  async block(order: BlockOrder): Promise<BlockReceipt> {
    const checked = checkedOrder(order)
    const left = countdown(this.config.web)
    const commands: string[] = []
    const does = (request: DeviceRequest) => this.outcome(request, left, commands)
    const add = requests.addObject(this.config, checked)
    if ((await does(add)) === 'duplicate') {
      commands.pop()
      await this.must(requests.changeObject(this.config, checked), left, [])
      commands.push(requests.shown(add))
    }
    const member = await does(requests.addMember(this.config, checked.ip, checked.family))
    if (member === 'absent') throw this.noGroup(checked.family)
    return { commands, answer: member === 'duplicate' ? 'renewed' : 'success' }
  }

  async unblock(ip: string): Promise<BlockReceipt> {
    const family = addressFamily(ip)
    const left = countdown(this.config.web)
    const commands: string[] = []
    await this.outcome(requests.removeMember(this.config, ip, family), left, commands)
    const removed = await this.outcome(requests.removeObject(this.config, ip, family), left, commands)
    // Somebody uses the object elsewhere: it no longer blocks through our group, and is theirs to remove.
    return { commands, answer: removed === 'in-use' ? 'the object is used elsewhere and was left' : 'success' }
  }

  async list(): Promise<readonly BlockedAddress[]> {
    const left = countdown(this.config.web)
    const lists: (readonly BlockedAddress[])[] = []
    for (const family of [4, 6] as const) {
      const group = await this.call(requests.readGroup(this.config, family), left)
      if (this.understand(group) === 'absent') {
        // Only IPv4 must be set up; without a group nothing of the family can have been blocked.
        if (family === 4) throw this.noGroup(family)
        continue
      }
      const objects = await this.call(requests.readObjects(this.config, family), left)
      if (this.understand(objects) !== 'done') continue
      lists.push(parseListing(this.config.web, group, objects))
    }
    return lists.flat()
  }

  private async must(request: DeviceRequest, left: () => number, commands: string[]): Promise<void> {
    const result = await this.outcome(request, left, commands)
    if (result !== 'done')
      throw new AppError('DEVICE_REFUSED', { device: this.config.web.device, answer: `${requests.shown(request)}: ${result}` })
  }

  private async outcome(request: DeviceRequest, left: () => number, commands: string[]): Promise<Outcome> {
    const result = this.understand(await this.call(request, left))
    commands.push(requests.shown(request))
    return result
  }

  private understand(answer: DeviceAnswer): Outcome {
    return outcome(this.config.web, this.config.vdom, answer)
  }

  private call(request: DeviceRequest, left: () => number): Promise<DeviceAnswer> {
    const headers = { ...request.headers, accept: 'application/json', authorization: `Bearer ${this.config.token}` }
    return callDevice(this.config.web, { ...request, headers }, left())
  }

  private noGroup(family: AddressFamily): AppError {
    return misconfigured(this.config.web.device, `设备上没有地址组 ${requests.groupName(this.config, family)}`)
  }
}
