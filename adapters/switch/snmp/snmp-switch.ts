// A switch whose ports are shut by setting ifAdminStatus (RFC 2863); made by the driver, called by core/disposal through the port.
import snmpLibrary, { type Session, type Varbind } from 'net-snmp'
import { AppError } from '../../../core/errors.js'
import type { ActReceipt } from '../../../core/ports/act.js'
import type { Switch, SwitchPortState } from '../../../core/ports/switch.js'
import { misconfigured } from '../../shared/ssh-address.js'
import { checkedPort } from '../checked-port.js'
import type { SnmpSwitchConfig } from './config.js'

const IF_NAME = '1.3.6.1.2.1.31.1.1.1.1'
const IF_DESCR = '1.3.6.1.2.1.2.2.1.2'
const IF_ADMIN_STATUS = '1.3.6.1.2.1.2.2.1.7'
const IF_OPER_STATUS = '1.3.6.1.2.1.2.2.1.8'
const UP = 1
const DOWN = 2
const MAX_PORTS = 20_000

export class SnmpSwitch implements Switch {
  constructor(private readonly config: SnmpSwitchConfig) {}

  plan(port: string): Promise<readonly string[]> {
    return Promise.resolve().then(() => [shown(checkedPort(port, this.config.never, true), DOWN)])
  }

  async state(port: string): Promise<SwitchPortState> {
    checkedPort(port, this.config.never, false)
    return this.talk(async session => this.read(session, port, await this.indexOf(session, port)))
  }

  async shut(port: string): Promise<ActReceipt> {
    return this.change(checkedPort(port, this.config.never, true), DOWN)
  }

  async open(port: string): Promise<ActReceipt> {
    return this.change(checkedPort(port, this.config.never, false), UP)
  }

  private change(port: string, status: typeof UP | typeof DOWN): Promise<ActReceipt> {
    return this.talk(async session => {
      const index = await this.indexOf(session, port)
      const oid = `${IF_ADMIN_STATUS}.${index}`
      await new Promise<void>((resolve, reject) =>
        session.set([{ oid, type: snmpLibrary.ObjectType.Integer, value: status }], (error, varbinds) => {
          const fault = error ?? faultOf(varbinds)
          if (fault) reject(fault)
          else resolve()
        }),
      )
      const { enabled } = await this.read(session, port, index)
      if (enabled !== (status === UP)) throw this.refused('ifAdminStatus 没有变')
      return { commands: [shown(port, status)], answer: `ifIndex ${index}, ifAdminStatus ${status}` }
    })
  }

  private async read(session: Session, port: string, index: number): Promise<SwitchPortState> {
    const [admin, oper] = await new Promise<readonly unknown[]>((resolve, reject) =>
      session.get([`${IF_ADMIN_STATUS}.${index}`, `${IF_OPER_STATUS}.${index}`], (error, varbinds) => {
        const fault = error ?? faultOf(varbinds)
        if (fault) reject(fault)
        else resolve((varbinds ?? []).map(varbind => varbind.value))
      }),
    )
    if (typeof admin !== 'number' || typeof oper !== 'number') throw this.refused('unreadable')
    return { port, enabled: admin === UP, linkUp: oper === UP }
  }

  /** By ifName, as people write it, then by ifDescr; exactly one must fit. */
  private async indexOf(session: Session, port: string): Promise<number> {
    for (const column of [IF_NAME, IF_DESCR]) {
      const found = await this.search(session, column, port)
      if (found.length > 1) throw this.refused(`${port} 不止一个端口叫这个名字`)
      if (found[0] !== undefined) return found[0]
    }
    throw this.refused(`没有端口 ${port}`)
  }

  private search(session: Session, column: string, port: string): Promise<number[]> {
    const found: number[] = []
    let seen = 0
    return new Promise((resolve, reject) =>
      session.subtree(
        column,
        20,
        varbinds => {
          for (const { oid, value } of varbinds) {
            if (String(value).toLowerCase() === port.toLowerCase()) found.push(Number(oid.slice(column.length + 1)))
          }
          seen += varbinds.length
          // True ends the walk.
          return seen > MAX_PORTS
        },
        error => {
          if (error) reject(error)
          else resolve(found)
        },
      ),
    )
  }

  private async talk<Result>(work: (session: Session) => Promise<Result>): Promise<Result> {
    const session = this.session()
    let timer: NodeJS.Timeout | undefined
    try {
      return await Promise.race([
        work(session),
        new Promise<never>((_, reject) => {
          timer = setTimeout(() => reject(this.unreachable('timeout')), this.config.timeoutMilliseconds)
        }),
        new Promise<never>((_, reject) => session.on('error', error => reject(this.unreachable(error.message, error)))),
      ])
    } catch (error) {
      throw this.problem(error)
    } finally {
      clearTimeout(timer)
      session.close()
    }
  }

  private session(): Session {
    const { host, port, access, timeoutMilliseconds } = this.config
    // Requests are repeated: a datagram is lost now and then. Setting twice does no harm.
    const options = {
      port,
      retries: 2,
      timeout: Math.max(100, Math.floor(timeoutMilliseconds / 4)),
      transport: host.includes(':') ? ('udp6' as const) : ('udp4' as const),
    }
    if ('community' in access) return snmpLibrary.createSession(host, access.community, { ...options, version: snmpLibrary.Version2c })
    const { user, authProtocol, authKey, privProtocol, privKey } = access
    return snmpLibrary.createV3Session(
      host,
      {
        name: user,
        level: snmpLibrary.SecurityLevel.authPriv,
        authProtocol: snmpLibrary.AuthProtocols[authProtocol],
        authKey,
        privProtocol: snmpLibrary.PrivProtocols[privProtocol],
        privKey,
      },
      options,
    )
  }

  private problem(error: unknown): unknown {
    if (error instanceof AppError) return error
    const { name = '', message = '' } = error instanceof Error ? error : {}
    if (name === 'RequestTimedOutError') return this.unreachable('timeout', error)
    if (/wrong ?digest|unknown ?user|decryption ?error|not ?in ?time ?window|authorization ?error|unsupported ?security/i.test(message))
      return misconfigured(this.config.device, '设备不接受登记的凭据', error)
    if (/noAccess|notWritable|readOnly|NoAccess|NotWritable/i.test(message))
      return misconfigured(this.config.device, '登记的凭据没有写权限', error)
    return new AppError(
      'DEVICE_REFUSED',
      { device: this.config.device, answer: `${name} ${message}`.trim().slice(0, 200) },
      { cause: error },
    )
  }

  private refused(answer: string): AppError {
    return new AppError('DEVICE_REFUSED', { device: this.config.device, answer })
  }

  private unreachable(answer: string, cause?: unknown): AppError {
    return new AppError('DEVICE_UNREACHABLE', { device: this.config.device, answer: answer.slice(0, 200) }, { cause })
  }
}

function faultOf(varbinds: readonly Varbind[] | undefined): Error | undefined {
  const faulty = varbinds?.find(varbind => snmpLibrary.isVarbindError(varbind))
  return faulty && new Error(snmpLibrary.varbindError(faulty))
}

function shown(port: string, status: number): string {
  return `SET ifAdminStatus(${port}) = ${status === UP ? 'up(1)' : 'down(2)'}`
}
