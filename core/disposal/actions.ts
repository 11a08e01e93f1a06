// The catalogue of what may be done for a customer (domain.md 11.2), as data; read by the executor, the guard and whoever explains an action.
import type { DevicePort } from '../ports/device-port.js'

export type Impact = 'low' | 'medium' | 'high' | 'very_high'

export const impactLabel: Readonly<Record<Impact, string>> = { low: '低', medium: '中', high: '高', very_high: '很高' }

export interface ActionRow {
  readonly label: string
  readonly impact: Impact
  /** May a contract allow it beforehand? `ddos`: during an attack on availability only; `non-core`: not on core assets. */
  readonly preauthorisable: 'yes' | 'ddos' | 'non-core' | 'no'
  /** Seconds it holds unless told otherwise; null: until somebody takes it back, or nothing to take back. */
  readonly defaultSeconds: number | null
  /** A lease: it ends by itself, and a request must say when. */
  readonly leased: boolean
  /** How it is undone, for people; null: it cannot be. */
  readonly undo: string | null
  readonly verification: string
  /** Which port does it; `person`: nobody but a person, `butler`: inside this product. */
  readonly by: DevicePort | 'person' | 'butler'
}

const HOUR = 3600
const DAY = 86_400

export const actions = {
  block_ip: {
    label: '封禁地址',
    impact: 'low',
    preauthorisable: 'yes',
    defaultSeconds: 12 * HOUR,
    leased: true,
    undo: '删除策略',
    verification: '设备封禁列表回读',
    by: 'firewall',
  },
  block_domain: {
    label: '封禁域名',
    impact: 'low',
    preauthorisable: 'yes',
    defaultSeconds: 30 * DAY,
    leased: true,
    undo: '删除条目',
    verification: '解析结果',
    by: 'person',
  },
  waf_rule: {
    label: 'WAF 虚拟补丁',
    impact: 'medium',
    preauthorisable: 'no',
    defaultSeconds: null,
    leased: false,
    undo: '停用规则',
    verification: '攻击样例被拦截且正常用例通过',
    by: 'person',
  },
  rate_limit: {
    label: '限速或清洗',
    impact: 'medium',
    preauthorisable: 'ddos',
    defaultSeconds: 2 * HOUR,
    leased: true,
    undo: '撤销限速',
    verification: '带宽与可用性',
    by: 'person',
  },
  isolate_port: {
    label: '交换机端口隔离',
    impact: 'high',
    preauthorisable: 'no',
    defaultSeconds: DAY,
    leased: true,
    undo: '恢复端口',
    verification: '端口状态回读',
    by: 'switch',
  },
  isolate_host: {
    label: '终端隔离',
    impact: 'high',
    preauthorisable: 'non-core',
    defaultSeconds: DAY,
    leased: true,
    undo: '解除隔离',
    verification: '仅剩管理流量',
    by: 'person',
  },
  kill_process: {
    label: '结束进程',
    impact: 'medium',
    preauthorisable: 'yes',
    defaultSeconds: null,
    leased: false,
    undo: null,
    verification: '进程不再出现',
    by: 'host',
  },
  quarantine_file: {
    label: '隔离文件',
    impact: 'medium',
    preauthorisable: 'yes',
    defaultSeconds: null,
    leased: false,
    undo: '还原文件',
    verification: '原位置已无该文件，隔离件哈希一致',
    by: 'host',
  },
  disable_account: {
    label: '停用账号',
    impact: 'high',
    preauthorisable: 'no',
    defaultSeconds: null,
    leased: false,
    undo: '启用账号',
    verification: '账号状态回读',
    by: 'host',
  },
  reset_password: {
    label: '重置口令并踢下线',
    impact: 'medium',
    preauthorisable: 'no',
    defaultSeconds: null,
    leased: false,
    undo: null,
    verification: '旧口令失效、复扫通过',
    by: 'person',
  },
  site_offline: {
    label: '站点下线',
    impact: 'very_high',
    preauthorisable: 'no',
    defaultSeconds: null,
    leased: false,
    undo: '切回站点',
    verification: '返回维护页',
    by: 'person',
  },
  close_port: {
    label: '关闭端口或限制来源',
    impact: 'medium',
    preauthorisable: 'no',
    defaultSeconds: null,
    leased: false,
    undo: '回退',
    verification: '外部复测不可达',
    by: 'person',
  },
  patch: {
    label: '打补丁或升级',
    impact: 'high',
    preauthorisable: 'no',
    defaultSeconds: null,
    leased: false,
    undo: '快照回退',
    verification: '插件复测',
    by: 'person',
  },
  rollback_config: {
    label: '配置回退到基准',
    impact: 'high',
    preauthorisable: 'no',
    defaultSeconds: null,
    leased: false,
    undo: '再次应用',
    verification: '快照一致',
    by: 'person',
  },
  snapshot_evidence: {
    label: '取证快照',
    impact: 'low',
    preauthorisable: 'yes',
    defaultSeconds: null,
    leased: false,
    undo: null,
    verification: '哈希入库',
    by: 'host',
  },
  add_suppression: {
    label: '加白或抑制',
    impact: 'low',
    preauthorisable: 'no',
    defaultSeconds: 90 * DAY,
    leased: true,
    undo: '删除',
    verification: '到期复核',
    by: 'butler',
  },
} as const satisfies Record<string, ActionRow>

export type DisposalAction = keyof typeof actions

export function actionRow(action: DisposalAction): ActionRow {
  return actions[action]
}

/** Actions the executor can do on a device. */
export function onDevice(action: DisposalAction): boolean {
  return ['firewall', 'switch', 'host'].includes(actionRow(action).by)
}
