// A Linux host on which processes, files and accounts are stopped and evidence is taken; made by the driver, called by core/disposal.
import { AppError } from '../../../core/errors.js'
import type { ActReceipt, Before, Look } from '../../../core/ports/act.js'
import type { Host, HostOrder, HostReceipt } from '../../../core/ports/host.js'
import type { LinuxPlace } from '../../shared/linux-address.js'
import type { LinuxRun } from '../../shared/linux-run.js'
import { misconfigured } from '../../shared/ssh-address.js'
import { assertOrder, shownOrder } from './checked-order.js'
import type { EvidenceStore } from './evidence-folder.js'
import * as programs from './programs.js'
import { readTar } from './read-tar.js'

export class SshHost implements Host {
  constructor(
    private readonly place: LinuxPlace,
    private readonly run: LinuxRun,
    private readonly evidence: EvidenceStore,
  ) {}

  plan(order: HostOrder, reference: string): Promise<readonly string[]> {
    return Promise.resolve().then(() => {
      assertOrder(order, reference)
      return [shownOrder(order, quarantine(reference))]
    })
  }

  async before(order: HostOrder, reference: string): Promise<Before> {
    assertOrder(order, reference)
    switch (order.action) {
      case 'kill_process': {
        const [ticks = '', name = ''] = await this.ask(programs.killProcess.before, [String(order.pid)])
        if (order.startedTicks !== undefined && order.startedTicks !== ticks)
          throw this.refused('the number belongs to another process now')
        return { ticks, name: name.slice(0, 64) }
      }
      case 'quarantine_file': {
        const [sha256 = '', mode = '', owner = '', bytes = ''] = await this.ask(programs.quarantineFile.before, [order.path])
        return { sha256, mode, owner, bytes }
      }
      case 'disable_account': {
        const [was = '', day = ''] = await this.ask(programs.disableAccount.before, [order.account])
        return { was, day }
      }
      case 'snapshot_evidence': {
        const [bytes = ''] = await this.ask(programs.snapshotEvidence.before, order.paths)
        if (!(Number(bytes) <= programs.MAX_EVIDENCE_BYTES)) throw this.refused(`共 ${bytes} 字节，超过 ${programs.MAX_EVIDENCE_BYTES}`)
        return { bytes }
      }
    }
  }

  async perform(order: HostOrder, reference: string, before: Before): Promise<HostReceipt> {
    assertOrder(order, reference)
    const commands = [shownOrder(order, quarantine(reference))]
    switch (order.action) {
      case 'kill_process':
        return { commands, answer: (await this.ask(programs.killProcess.perform, [String(order.pid), before['ticks'] ?? ''])).join(' ') }
      case 'quarantine_file': {
        const lines = await this.ask(programs.quarantineFile.perform, [order.path, quarantine(reference), before['sha256'] ?? ''])
        return { commands, answer: `${lines.join(' ')} sha256=${before['sha256'] ?? ''}` }
      }
      case 'disable_account':
        return { commands, answer: (await this.ask(programs.disableAccount.perform, [order.account])).join(' ') || 'locked' }
      case 'snapshot_evidence':
        return { commands, ...(await this.snapshot(order.paths, reference)) }
    }
  }

  async look(order: HostOrder, reference: string, before: Before): Promise<Look> {
    assertOrder(order, reference)
    switch (order.action) {
      case 'kill_process': {
        const [state] = await this.ask(programs.killProcess.look, [String(order.pid), before['ticks'] ?? ''])
        return {
          holds: state === 'gone',
          answer: `进程 ${order.pid}（${before['name'] ?? ''}）${state === 'gone' ? '已不在' : '仍在运行'}`,
        }
      }
      case 'quarantine_file': {
        const given = [order.path, quarantine(reference), before['sha256'] ?? '']
        const [kept, there] = await this.ask(programs.quarantineFile.look, given)
        const holds = kept === before['sha256'] && there === 'away'
        return {
          holds,
          answer: `隔离件哈希${kept === before['sha256'] ? '一致' : '不符'}，原位置${there === 'away' ? '已无该文件' : '仍有该文件'}`,
        }
      }
      case 'disable_account': {
        const [state, day] = await this.ask(programs.disableAccount.look, [order.account])
        return {
          holds: state === 'locked' && day === '1',
          answer: `账号 ${order.account} ${state === 'locked' && day === '1' ? '已停用' : '可用'}`,
        }
      }
      case 'snapshot_evidence':
        // What was taken was checked when it was kept; it is not on the host.
        return { holds: true, answer: `${order.paths.length} 个文件已取证，哈希已核对` }
    }
  }

  async undo(order: HostOrder, reference: string, before: Before): Promise<ActReceipt> {
    assertOrder(order, reference)
    if (order.action === 'quarantine_file') {
      const { sha256 = '', mode = '', owner = '' } = before
      const lines = await this.ask(programs.quarantineFile.undo, [order.path, quarantine(reference), sha256, mode, owner])
      return { commands: [`restore ${order.path} from ${quarantine(reference)}`], answer: lines.join(' ') }
    }
    if (order.action === 'disable_account') {
      const { was = '', day = '' } = before
      const lines = await this.ask(programs.disableAccount.undo, [order.account, was, day])
      return { commands: [`usermod ${was === 'locked' ? '' : '-U '}-e "${day}" ${order.account}`], answer: lines.join(' ') || 'enabled' }
    }
    throw new AppError('ARGUMENT_INVALID', { value: order.action, what: '可以撤销的动作', example: 'quarantine_file' })
  }

  private async snapshot(paths: readonly string[], reference: string): Promise<Omit<HostReceipt, 'commands'>> {
    const lines = await this.ask(programs.snapshotEvidence.perform, paths)
    const end = lines.indexOf('')
    const files = lines.slice(0, end).map(line => {
      const [, sha256 = '', bytes = '', path = ''] = /^([0-9a-f]{64}) (\d+) (.+)$/.exec(line) ?? []
      return { path, bytes: Number(bytes), sha256 }
    })
    const tar = Buffer.from(lines[end + 1] ?? '', 'base64')
    const held = readTar(tar)
    const same = held?.length === files.length && files.every((file, i) => held[i]?.path === file.path && held[i]?.sha256 === file.sha256)
    if (end < 1 || !same || files.length !== new Set(paths).size) throw this.refused('the archive is not what the host listed')
    const { id, sha256 } = await this.evidence.keep(tar, {
      reference,
      device: this.place.device,
      takenAt: new Date().toISOString(),
      files,
    })
    return { answer: `${files.length} files, archive ${id} sha256=${sha256}`, evidence: { id, sha256, bytes: tar.length, files } }
  }

  /** Lines of what a program of ours answered. */
  private async ask(program: string, input: readonly string[]): Promise<string[]> {
    const { device, timeoutMilliseconds } = this.place
    const stdin = input.map(line => `${line}\n`).join('')
    const { exitCode, stdout, stderr } = await this.run(['sh', '-c', program], stdin, timeoutMilliseconds)
    if (exitCode === 0) return stdout.replace(/\n$/, '').split('\n')
    if (exitCode === 127) throw misconfigured(device, '主机上缺少所需的命令')
    throw this.refused((stderr || stdout || `exit code ${exitCode ?? 'none'}`).trim().slice(0, 300))
  }

  private refused(answer: string): AppError {
    return new AppError('DEVICE_REFUSED', { device: this.place.device, answer })
  }
}

function quarantine(reference: string): string {
  return `${programs.QUARANTINE}/${reference}`
}
