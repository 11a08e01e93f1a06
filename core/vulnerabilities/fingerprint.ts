// What a banner or a scanner's product name says of the software behind it: aliases, prefixes and the distribution's revision (scanners.md 4).
import { ANY, parseCpe, unescaped, type Cpe } from './cpe.js'
import type { InstalledPackage, Software } from './vulnerability.js'

/** Names scanners use → names the NVD uses. */
const aliases: Readonly<Record<string, readonly string[]>> = {
  'redislabs:redis': ['redis:redis'],
  'pivotal_software:redis': ['redis:redis'],
  'igor_sysoev:nginx': ['f5:nginx', 'nginx:nginx'],
  'nginx:nginx': ['f5:nginx', 'nginx:nginx'],
  'f5:nginx': ['f5:nginx', 'nginx:nginx'],
  'vsftpd:vsftpd': ['vsftpd_project:vsftpd'],
  'mysql:mysql': ['oracle:mysql', 'mysql:mysql'],
  'apache:httpd': ['apache:http_server'],
  'apache:coyote_http_connector': ['apache:tomcat'],
  'jetty:jetty': ['eclipse:jetty'],
  'mortbay:jetty': ['eclipse:jetty'],
  'matt_johnston:dropbear_ssh_server': ['dropbear_ssh_project:dropbear_ssh'],
  'thekelleys:dnsmasq': ['thekelleys:dnsmasq'],
  'elasticsearch:elasticsearch': ['elastic:elasticsearch', 'elasticsearch:elasticsearch'],
  'memcached:memcached': ['memcached:memcached'],
  'exim:exim': ['exim:exim'],
  'openssl_project:openssl': ['openssl:openssl'],
}

/** Upstream product → the distribution's source package. */
const sourcePackages: Readonly<Record<string, string>> = {
  openssh: 'openssh',
  redis: 'redis',
  nginx: 'nginx',
  vsftpd: 'vsftpd',
  mariadb: 'mariadb',
  http_server: 'apache2',
  openssl: 'openssl',
  bind: 'bind9',
  exim: 'exim4',
  dovecot: 'dovecot',
  postfix: 'postfix',
  samba: 'samba',
  mysql: 'mysql-8.0',
}

const releases: Readonly<Record<string, string>> = { deb10: 'Debian:10', deb11: 'Debian:11', deb12: 'Debian:12', deb13: 'Debian:13' }

/** @param banner the whole banner, where the revision of the distribution stands */
export function softwareOf(name: string, banner = '', knownFrom: Software['knownFrom'] = 'banner'): Software {
  const parsed = parseCpe(name)
  if (!parsed) return { cpes: [], package: undefined, knownFrom }
  const cpe = withoutPrefix(parsed)
  const known = aliases[`${cpe.vendor}:${cpe.product}`] ?? [`${cpe.vendor}:${cpe.product}`]
  const cpes = known.map(pair => {
    const [vendor = '', product = ''] = pair.split(':')
    return { ...cpe, vendor, product }
  })
  return { cpes, package: packageFrom(cpe, `${banner} ${unescaped(parsed.version)}`), knownFrom }
}

/** MariaDB says `5.5.5-10.11.19-mariadb-…` to old clients: the number behind the prefix is its own. */
function withoutPrefix(cpe: Cpe): Cpe {
  const version = unescaped(cpe.version).replace(/^5\.5\.5-(?=\d)/, '')
  if (/mariadb/.test(version) || cpe.product === 'mariadb') {
    const number = /^\d+(?:\.\d+)+/.exec(version)?.[0]
    return { ...cpe, vendor: 'mariadb', product: 'mariadb', version: number ?? cpe.version, update: ANY }
  }
  return cpe
}

/** `OpenSSH 9.2p1 Debian 2+deb12u10`, `10.11.19-mariadb-0+deb12u1`: the revision names release and package version. */
function packageFrom(cpe: Cpe, text: string): InstalledPackage | undefined {
  const revision = /(?:Debian[- ]|-)([0-9][0-9A-Za-z.+~]*(deb1[0-3])u\d+)/i.exec(text)
  const ecosystem = releases[revision?.[2]?.toLowerCase() ?? '']
  const name = sourcePackages[cpe.product]
  if (!revision || ecosystem === undefined || name === undefined) return undefined
  const own = unescaped(cpe.version)
  const upstream = cpe.update !== ANY && cpe.update !== '-' ? `${own}${unescaped(cpe.update)}` : own
  return { ecosystem, name, version: `${upstream}-${revision[1] ?? ''}` }
}
