// The list of payload parsers in the order they are asked; the first that understands wins, so the narrow ones stand first.
import type { Parser } from '../define-parser.js'
import { accountChange } from './account-change.js'
import { alertmanager } from './alertmanager.js'
import { auditd } from './auditd.js'
import { cron } from './cron.js'
import { grafana } from './grafana.js'
import { json } from './json.js'
import { jsonAlert } from './json-alert.js'
import { nightingale } from './nightingale.js'
import { pam } from './pam.js'
import { proxyManager } from './proxy-manager.js'
import { sshd } from './sshd.js'
import { su } from './su.js'
import { sudo } from './sudo.js'
import { webAccess } from './web-access.js'
import { windowsJson } from './windows-json.js'
import { windowsText } from './windows-text.js'
import { windowsXml } from './windows-xml.js'
import { zabbix } from './zabbix.js'

export const parsers: readonly Parser[] = [
  windowsXml,
  windowsJson,
  windowsText,
  auditd,
  grafana,
  alertmanager,
  nightingale,
  zabbix,
  jsonAlert,
  json,
  sshd,
  sudo,
  su,
  pam,
  cron,
  accountChange,
  proxyManager,
  webAccess,
]
