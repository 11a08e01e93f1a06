// What speaks on a port, by what it says first; silence is named by the port. Pure, for connect-probe.ts.
import type { ObservedService } from '../../../core/assets/observation.js'

type Named = Pick<ObservedService, 'name' | 'product' | 'version'>

interface Greeting {
  readonly pattern: RegExp
  readonly name: string
  /** Where the product is not in the greeting. */
  readonly product?: string
}

/** First group: version; second: product. All are anchored and without nested repeats. */
const greetings: readonly Greeting[] = [
  { pattern: /^SSH-[12]\.\d{1,2}-(?:OpenSSH_)([\w.]{1,30})/, name: 'ssh', product: 'OpenSSH' },
  { pattern: /^SSH-[12]\.\d{1,2}-/, name: 'ssh' },
  { pattern: /^220[ -][^\r\n]{0,80}?\(?vsFTPd ([\d.]{1,20})/, name: 'ftp', product: 'vsftpd' },
  { pattern: /^220[ -][^\r\n]{0,80}?ProFTPD ([\w.]{1,20})/, name: 'ftp', product: 'ProFTPD' },
  { pattern: /^220[ -][^\r\n]{0,120}?E?SMTP/, name: 'smtp' },
  { pattern: /^220[ -]/, name: 'ftp' },
  { pattern: /^@RSYNCD: ([\d.]{1,10})/, name: 'rsync', product: 'rsync' },
  { pattern: /^\+OK/, name: 'pop3' },
  { pattern: /^\* OK/, name: 'imap' },
  { pattern: /^RFB 00\d\.00\d/, name: 'vnc' },
  { pattern: /^AMQP/, name: 'amqp' },
]
const usual: Readonly<Record<number, string>> = {
  21: 'ftp',
  22: 'ssh',
  23: 'telnet',
  25: 'smtp',
  53: 'domain',
  80: 'http',
  443: 'https',
  445: 'smb',
  873: 'rsync',
  2181: 'zookeeper',
  2375: 'docker',
  3306: 'mysql',
  3389: 'rdp',
  5432: 'postgresql',
  6379: 'redis',
  8080: 'http',
  8443: 'https',
  9200: 'elasticsearch',
  11211: 'memcached',
  27017: 'mongodb',
}

export function nameService(port: number, received: Buffer): Named {
  const text = received.toString('latin1').slice(0, 400)
  // MySQL's first packet: length, sequence 0, protocol 10, version, NUL. MariaDB puts 5.5.5- before its own.
  const mysql =
    received[3] === 0 && received[4] === 10 ? /^([\w.+~-]{1,60})\0/.exec(received.subarray(5).toString('latin1'))?.[1] : undefined
  if (mysql !== undefined) {
    const maria = mysql.includes('MariaDB')
    return { name: 'mysql', product: maria ? 'MariaDB' : 'MySQL', version: mysql.replace(/^5\.5\.5-/, '').replace(/-MariaDB.*$/, '') }
  }
  for (const { pattern, name, product = '' } of greetings) {
    const found = pattern.exec(text)
    if (found) return { name, product, version: found[1] ?? '' }
  }
  // Something that speaks first and is none of these is not what the port says.
  return { name: received.length > 0 ? '' : (usual[port] ?? ''), product: '', version: '' }
}
