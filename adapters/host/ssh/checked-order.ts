// The last check of what is about to be done on a host; called by the driver before it touches anything.
import { AppError } from '../../../core/errors.js'
import type { HostOrder } from '../../../core/ports/host.js'

const REFERENCE = /^[A-Za-z0-9-]{1,64}$/
const ACCOUNT = /^[A-Za-z_][A-Za-z0-9_.-]{0,31}\$?$/
/** Not files, or what the kernel makes up while it is read. */
const NO_FILES = ['/proc/', '/sys/', '/dev/']

/** @throws ARGUMENT_INVALID */
export function assertOrder(order: HostOrder, reference: string): void {
  if (!REFERENCE.test(reference)) throw invalid(reference, '处置单号', 'DP-uni-202611-001')
  switch (order.action) {
    case 'kill_process':
      if (!Number.isSafeInteger(order.pid) || order.pid < 2) throw invalid(String(order.pid), '进程号', '4321')
      return
    case 'quarantine_file':
      return assertPath(order.path)
    case 'disable_account':
      if (!ACCOUNT.test(order.account) || order.account === 'root') throw invalid(order.account, '账号', 'zhangsan')
      return
    case 'snapshot_evidence':
      if (order.paths.length === 0 || order.paths.length > 100)
        throw invalid(String(order.paths.length), '文件数（1 到 100）', '/var/log/auth.log')
      for (const path of order.paths) assertPath(path)
  }
}

function assertPath(path: string): void {
  const plain = /^\/[^\p{Cc}]{1,1023}$/u.test(path) && !path.endsWith('/') && !/(?:^|\/)\.{0,2}(?:\/|$)/.test(path.slice(1))
  if (!plain || NO_FILES.some(folder => path.startsWith(folder))) throw invalid(path, '文件路径（绝对路径）', '/tmp/x.sh')
}

/** What a person would read, for plan and receipt. */
export function shownOrder(order: HostOrder, quarantine: string): string {
  switch (order.action) {
    case 'kill_process':
      return `kill -TERM ${order.pid}, after 2 s kill -KILL ${order.pid}`
    case 'quarantine_file':
      return `move ${order.path} to ${quarantine}, mode 000`
    case 'disable_account':
      return `usermod -L -e 1 ${order.account}`
    case 'snapshot_evidence':
      return `sha256sum and tar of ${order.paths.join(' ')}`.slice(0, 2000)
  }
}

function invalid(value: string, what: string, example: string): AppError {
  return new AppError('ARGUMENT_INVALID', { value: value.slice(0, 80), what, example })
}
