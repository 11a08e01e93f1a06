// A started process as the model host-evidence needs it, and which step of an intrusion it may be.
import type { EcsEvent } from '../../events/event.js'
import type { Hit } from '../hit.js'
import { shown } from './event-facts.js'
import { nameOf, victimOf } from './parties.js'

export interface ProcessFacts {
  readonly victim: Hit['victim']
  readonly hostName: string
  readonly executable: string
  readonly name: string
  readonly commandLine: string
  readonly pid: string
  readonly parentPid: string
  readonly parentName: string
  readonly parentIsWebServer: boolean
  readonly isShell: boolean
  readonly userName: string
  readonly stoppedService: string | undefined
}

const SHELL = /^(?:sh|bash|dash|zsh|ksh|csh|ash|cmd|powershell|pwsh)$/
const WEB_SERVER =
  /^(?:nginx|httpd|apache2?|php(?:-fpm|-cgi)?[\d.]*|w3wp|tomcat\w*|java(?:w|ws)?|catalina|node|iisexpress|lighttpd|caddy|uwsgi|gunicorn|weblogic|jboss|sqlservr|mysqld|postgres|redis-server)$/
const STOP =
  /\b(?:net1?(?:\.exe)?\s+stop|sc(?:\.exe)?\s+(?:stop|config)|stop-service(?:\s+-\w+)?|systemctl\s+(?:stop|disable)|service\s+(?=\S+\s+stop))\s+["']?([\w$. -]{1,60}?)["']?(?:\s+(?:\/y|stop|-force|start=).*)?$/i

/** Texts are empty where the event does not say. Command lines may hold anything. */
export function readProcess(event: EcsEvent): ProcessFacts {
  const process = record(event.process)
  const parent = record(process['parent'])
  const executable = text(process['executable']) || text(process['name'])
  const args: unknown = process['args']
  const listed = Array.isArray(args) ? args.filter((one): one is string => typeof one === 'string').join(' ') : ''
  const commandLine = (text(process['command_line']) || listed || executable).slice(0, 2_000)
  // A connection the process made has a destination; the machine it ran on is the host.
  const { destination: _, ...own } = event
  const victim = victimOf(own)
  const name = baseName(executable)
  const parentName = baseName(text(parent['executable']) || text(parent['name']))
  return {
    victim,
    hostName: nameOf(victim),
    executable,
    name,
    commandLine,
    pid: number(process['pid']),
    parentPid: number(parent['pid']),
    parentName,
    parentIsWebServer: WEB_SERVER.test(parentName),
    isShell: SHELL.test(name),
    userName: shown(text(record(event.user)['name']), 64),
    stoppedService: STOP.exec(commandLine)?.[1]?.trim().toLowerCase(),
  }
}

const STEPS: readonly (readonly [string, RegExp, RegExp])[] = [
  ['下载', /^(?:curl|wget|fetch|aria2c|lynx|tftp|ftpget|certutil|bitsadmin|scp|sftp)$/, /./],
  ['解码', /^(?:base64|base32|xxd|openssl|uudecode|certutil)$/, /(?:^|\s)-{1,2}(?:d|D|decode|di|r)\b|decode/],
  ['改权限', /^(?:chmod|chattr|icacls|setcap)$/, /\+x|[0-7]{3,4}|\+i|grant|cap_/],
  [
    '运行临时目录程序',
    /./,
    /^\s*["']?(?:\/(?:tmp|var\/tmp|dev\/shm|run\/shm)\/[\w./-]+|\.\/[\w.-]+|[a-z]:\\(?:windows\\temp|users\\[^\\]+\\appdata\\local\\temp|perflogs|programdata)\\\S+\.exe)/i,
  ],
  ['经管道执行', /^(?:sh|bash|dash|zsh|ksh|python[\d.]*|perl|ruby|php)$/, /^\s*\S+\s*(?:-[si]?\s*)?$|\s-c\s/],
  ['删除痕迹', /^(?:rm|shred|unlink|srm|wipe)$/, /\/(?:tmp|var\/log|dev\/shm)|history|-rf?|\.sh\b|\S/],
  ['清除历史', /./, /\bhistory\s+-c|unset\s+HISTFILE|HISTFILE=\/dev\/null|wevtutil(?:\.exe)?\s+cl|clear-eventlog/i],
  ['信息收集', /^(?:whoami|id|uname|ifconfig|netstat|lscpu|nproc|systeminfo|ipconfig|tasklist|quser|nltest|hostname)$/, /./],
  ['反弹连接', /^(?:nc|ncat|netcat|socat|bash|python[\d.]*|perl)$/, /\/dev\/tcp\/|\s-e\s*\/|exec:|socket\.socket|pty\.spawn/],
  [
    '持久化',
    /^(?:crontab|at|schtasks|reg|systemctl|sc|useradd|adduser|usermod|net1?)$/,
    /\/create|\s-\s*$|\badd\b|enable|-G|localgroup|(?:^|\s)-e\b/,
  ],
  [
    '关闭防护',
    /./,
    /setenforce\s+0|ufw\s+disable|iptables\s+-F|systemctl\s+(?:stop|disable)\s+(?:firewalld|aliyun|cloudmonitor|aegis|qcloud|auditd|rsyslog)|set-mppreference|netsh\s+advfirewall\s+set\s+\w+\s+state\s+off|aegis_quartz|YunJing/i,
  ],
  [
    '挖矿程序',
    /./,
    /\bxmrig\b|\bminerd\b|\bccminer\b|\bkdevtmpfsi\b|\bkinsing\b|stratum\+(?:tcp|ssl)|--donate-level|--coin\b|\bt-rex\b.*-a\s|nanopool|supportxmr|moneroocean|c3pool/i,
  ],
]

/** Names of the steps a process may be; most are none. */
export function stepsOf({ name, commandLine }: ProcessFacts): string[] {
  if (name === '' && commandLine === '') return []
  return STEPS.filter(([, program, line]) => program.test(name) && line.test(commandLine)).map(([step]) => step)
}

function baseName(path: string): string {
  return (path.split(/[\\/]/).at(-1) ?? '')
    .toLowerCase()
    .replace(/\.exe$/, '')
    .slice(0, 64)
}

function record(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}
}

function text(value: unknown): string {
  return typeof value === 'string' ? value.slice(0, 4_000) : ''
}

function number(value: unknown): string {
  return typeof value === 'number' || (typeof value === 'string' && /^\d{1,12}$/.test(value)) ? String(value) : ''
}
