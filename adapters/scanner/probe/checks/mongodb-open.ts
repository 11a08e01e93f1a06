// MongoDB that lists databases without a login. One listDatabases with names only, by OP_MSG (MongoDB wire protocol, opcode 2013).
import { tcpCheck } from '../tcp-check.js'

/** `{listDatabases: 1, nameOnly: true, $db: "admin"}` as BSON. */
function document(): Buffer {
  const parts = [
    Buffer.concat([Buffer.from([0x10]), Buffer.from('listDatabases\0'), Buffer.from([1, 0, 0, 0])]),
    Buffer.concat([Buffer.from([0x08]), Buffer.from('nameOnly\0'), Buffer.from([1])]),
    Buffer.concat([Buffer.from([0x02]), Buffer.from('$db\0'), Buffer.from([6, 0, 0, 0]), Buffer.from('admin\0')]),
  ]
  const body = Buffer.concat([...parts, Buffer.from([0])])
  const size = Buffer.alloc(4)
  size.writeInt32LE(body.length + 4)
  return Buffer.concat([size, body])
}

export function message(body: Buffer, id: number, answerTo: number): Buffer {
  const header = Buffer.alloc(21)
  header.writeInt32LE(header.length + body.length, 0)
  header.writeInt32LE(id, 4)
  header.writeInt32LE(answerTo, 8)
  header.writeInt32LE(2013, 12)
  return Buffer.concat([header, body])
}

/** `{databases: [], ok: 1.0}`: what the decoy says. */
const open = Buffer.concat([
  Buffer.from([32, 0, 0, 0]),
  Buffer.from([0x04]),
  Buffer.from('databases\0'),
  Buffer.from([5, 0, 0, 0, 0]),
  Buffer.from([0x10]),
  Buffer.from('ok\0'),
  Buffer.from([1, 0, 0, 0]),
  Buffer.from([0]),
])

export const mongodbOpen = tcpCheck({
  id: 'mongodb-no-password',
  title: 'MongoDB 未授权访问',
  severity: 'critical',
  services: ['mongodb'],
  cwe: [306],
  solution: '启用 security.authorization，只监听内网地址，并限制来源。',
  request: message(document(), 7, 0),
  judge(received) {
    // Whole messages only: what they begin with says how long they are.
    if (received.length < 21 || received.readInt32LE(12) !== 2013 || received.length < Math.min(received.readInt32LE(0), 65_536))
      return undefined
    const text = received.subarray(21).toString('latin1')
    if (text.includes('databases\0')) return { outcome: 'found', why: '未认证的 listDatabases 得到结果' }
    if (/requires authentication|Unauthorized|not authorized/.test(text)) return { outcome: 'not_found', why: '要求认证' }
    return { outcome: 'unknown', why: '应答看不出是否要求认证' }
  },
  weak: heard => (heard.length === 0 ? undefined : message(open, 8, 7)),
})
