import { createHash, createVerify, generateKeyPairSync } from 'node:crypto'
import { afterEach, expect, it } from 'vitest'
import type { Card, OutgoingMessage } from '../../core/ports/chat.js'
import { type Logger, silentLogger } from '../../core/ports/logger.js'
import { mailRoad, type MailRoad, type MailRoadConfig } from './index.js'
import { localhostCertificate, mailServer, scriptedServer, toChen } from './mail-rig.js'

const closers: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close()
})

function closing<T extends { close(): Promise<void> }>(thing: T): T {
  closers.push(() => thing.close())
  return thing
}

function road(smtpUrl: string, more: Partial<MailRoadConfig> = {}): MailRoad {
  return closing(mailRoad({ smtpUrl, from: '管家 <bot@guanjia.example>', logger: silentLogger, perSecond: 1000, ...more }))
}

const said = (text: string): OutgoingMessage => ({ kind: 'markdown', text })
const card: Card = {
  taskId: 't1',
  source: '安全事件',
  title: '主机疑似失陷',
  desc: '需要您确认处置',
  text: '同意请打开 https://guanjia.example/l/abc',
  facts: [
    { name: '单号', value: 'IN-uni-261124-3' },
    { name: '来源', value: '<b>203.0.113.7</b>' },
  ],
  buttons: [{ key: 'yes', text: '同意处置', style: 'primary' }],
}

it('a Chinese message arrives with its subject, sender, both bodies and the marks of an automatic mail', async () => {
  const server = closing(await mailServer())

  const receipt = await road(server.url, { footer: '示例管家服务' }).send(
    toChen,
    said('# 事件 **IN-uni-261124-3** 已处置\n\n封禁 `203.0.113.7`'),
  )

  const [mail] = server.mails
  expect(mail).toMatchObject({ from: 'bot@guanjia.example', to: ['chen@example.edu'] })
  expect(mail?.parsed.subject).toBe('事件 IN-uni-261124-3 已处置')
  expect(mail?.parsed.from?.value).toEqual([{ name: '管家', address: 'bot@guanjia.example' }])
  expect(mail?.parsed.text).toContain('封禁 `203.0.113.7`')
  expect(mail?.parsed.text).toContain('示例管家服务')
  expect(mail?.parsed.html).toMatch(/<h1 style="[^"]+">事件 <strong>IN-uni-261124-3<\/strong> 已处置<\/h1>/)
  expect(mail?.parsed.headers.get('auto-submitted')).toBe('auto-generated')
  expect(mail?.parsed.messageId).toBe(receipt.externalId)
  expect(mail?.raw).not.toMatch(/nodemailer/i)
})

it('a card becomes a table of its facts, without buttons, and its signed link can be followed', async () => {
  const server = closing(await mailServer())

  await road(server.url).send(toChen, { kind: 'card', card })

  const { parsed } = server.mails[0] ?? {}
  expect(parsed?.subject).toBe('主机疑似失陷（IN-uni-261124-3）')
  expect(parsed?.html).toContain('&lt;b&gt;203.0.113.7&lt;/b&gt;</td>')
  expect(parsed?.html).toContain('href="https://guanjia.example/l/abc"')
  expect(parsed?.text).toContain('单号：IN-uni-261124-3')
  expect(`${parsed?.text}${String(parsed?.html)}`).not.toContain('同意处置')
})

it('a file arrives byte for byte under its Chinese name', async () => {
  const server = closing(await mailServer())
  const content = Buffer.from(Array.from({ length: 70_000 }, (_, i) => (i * 7) % 256))

  await road(server.url).send(toChen, { kind: 'file', file: { name: '示例大学 周报（第47周）.docx', base64: content.toString('base64') } })

  const { parsed } = server.mails[0] ?? {}
  expect(parsed?.attachments).toHaveLength(1)
  expect(parsed?.attachments[0]).toMatchObject({ filename: '示例大学 周报（第47周）.docx', contentDisposition: 'attachment' })
  expect(parsed?.attachments[0]?.content.equals(content)).toBe(true)
  expect(parsed?.subject).toBe('示例大学 周报（第47周）.docx')
})

it('a mention is an ordinary text', async () => {
  const server = closing(await mailServer())

  await road(server.url).send(toChen, { kind: 'mention', text: '陈主任，请查看 *此* 事件', userIds: ['chen'] })

  expect(server.mails[0]?.parsed.html).toContain('请查看 *此* 事件')
})

it('no text can begin a header of its own', async () => {
  const server = closing(await mailServer())
  const mail = road(server.url)
  const evil = 'x\r\nBcc: thief@example.com\r\n\r\n<script>'

  await mail.send(toChen, { kind: 'card', card: { ...card, title: evil, facts: [] } })
  await mail.send(toChen, { kind: 'file', file: { name: `${evil}".exe\r\nX-Evil: 1`, base64: 'aGVsbG8=' } })
  await mail.send(toChen, said(`${evil}\u2028X-Evil: 1`))

  expect(server.mails).toHaveLength(3)
  for (const { to, parsed } of server.mails) {
    expect(to).toEqual(['chen@example.edu'])
    expect(parsed.headers.has('bcc')).toBe(false)
    expect(parsed.headers.has('x-evil')).toBe(false)
  }
})

it.each([
  'chen@example.edu, thief@example.com',
  'chen@example.edu\r\nRCPT TO:<thief@example.com>',
  '陈 <chen@example.edu>',
  '"a b"@example.edu',
  'chen@example.edu>',
  'chen@[127.0.0.1]',
  'chen@127.0.0.1',
  'chen@localhost',
  'chen@example.edu?x=1',
  '',
])('what is not one bare address is refused before anything is connected: %j', async address => {
  const mail = road('smtp://127.0.0.1:9')

  const sending = mail.send({ ...toChen, address }, said('好'))

  await expect(sending).rejects.toMatchObject({ code: 'CHAT_REFUSED', facts: { code: 'ADDRESS_INVALID' } })
})

it('every try of one delivery carries the same Message-ID, another recipient another one', async () => {
  const server = closing(await mailServer())
  const mail = road(server.url)

  await mail.send(toChen, said('一'), { idempotencyKey: 'd-1' })
  await mail.send(toChen, said('一'), { idempotencyKey: 'd-1' })
  await mail.send({ ...toChen, address: 'li@example.edu' }, said('一'), { idempotencyKey: 'd-1' })
  await mail.send(toChen, said('一'))

  const [first, again, other, unkeyed] = server.mails.map(({ parsed }) => parsed.messageId)
  expect(first).toMatch(/^<[0-9a-f]{40}@guanjia\.example>$/)
  expect(again).toBe(first)
  expect(other).not.toBe(first)
  expect(unkeyed).not.toBe(first)
})

it('50 mails at once all arrive, over at most three connections', async () => {
  const server = closing(await mailServer())
  const mail = road(server.url)

  await Promise.all(Array.from({ length: 50 }, (_, i) => mail.send(toChen, said(`第 ${i} 封`))))

  expect(new Set(server.mails.map(({ parsed }) => parsed.subject)).size).toBe(50)
  expect(server.mostConnections()).toBeLessThanOrEqual(3)
})

it('more than can be held is busy at once instead of filling the memory', async () => {
  const server = closing(await scriptedServer({ GREETING: () => '' }))
  const mail = mailRoad({ smtpUrl: server.url, from: 'bot@guanjia.example', logger: silentLogger, timeoutMilliseconds: 300 })

  const outcomes = await Promise.allSettled(Array.from({ length: 201 }, () => mail.send(toChen, said('好'))))

  expect(outcomes.at(-1)).toMatchObject({ reason: { code: 'CHAT_BUSY', facts: { code: 'QUEUE_FULL' } } })
  expect(
    outcomes.slice(0, 200).every(one => one.status === 'rejected' && (one.reason as { code: string }).code === 'CHAT_UNREACHABLE'),
  ).toBe(true)
  await mail.close()
})

it('the DKIM signature verifies with the public key over body and headers', async () => {
  const server = closing(await mailServer())
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()

  await road(server.url, { dkim: { domain: 'guanjia.example', selector: 's1', privateKey: pem } }).send(toChen, said('事件已处置'))

  const raw = server.mails[0]?.raw ?? ''
  const split = raw.indexOf('\r\n\r\n')
  const fields = raw.slice(0, split).split(/\r\n(?![ \t])/)
  const relaxed = (field: string) => {
    const colon = field.indexOf(':')
    return `${field.slice(0, colon).toLowerCase().trim()}:${field
      .slice(colon + 1)
      .replace(/\s+/g, ' ')
      .trim()}`
  }
  const signed = relaxed(fields.find(field => /^dkim-signature:/i.test(field)) ?? '')
  const tags = new Map(
    signed
      .slice('dkim-signature:'.length)
      .split(';')
      .map(tag => [tag.split('=', 1)[0]?.trim(), tag.slice(tag.indexOf('=') + 1).replace(/\s/g, '')]),
  )
  const body = `${raw
    .slice(split + 4)
    .replace(/[ \t]+/g, ' ')
    .replace(/ +\r\n/g, '\r\n')
    .replace(/(\r\n)*$/, '')}\r\n`
  const names = (tags.get('h') ?? '').split(':')
  const covered = names.map(name => relaxed(fields.find(field => field.toLowerCase().startsWith(`${name.toLowerCase()}:`)) ?? ''))
  const toVerify = [...covered, signed.replace(/b=[^;]*$/, 'b=')].join('\r\n')
  expect([tags.get('d'), tags.get('s'), tags.get('a'), tags.get('c')]).toEqual(['guanjia.example', 's1', 'rsa-sha256', 'relaxed/relaxed'])
  expect(names.map(name => name.toLowerCase())).toEqual(expect.arrayContaining(['from', 'to', 'subject', 'date', 'message-id']))
  expect(tags.get('bh')).toBe(createHash('sha256').update(body, 'latin1').digest('base64'))
  expect(
    createVerify('sha256')
      .update(toVerify, 'latin1')
      .verify(publicKey, tags.get('b') ?? '', 'base64'),
  ).toBe(true)
})

it('greylisting is busy for a minute', async () => {
  const server = closing(
    await mailServer({
      onRcptTo: (_address, _session, callback) => callback(Object.assign(new Error('greylisted'), { responseCode: 451 })),
    }),
  )

  const sending = road(server.url).send(toChen, said('好'))

  await expect(sending).rejects.toMatchObject({ code: 'CHAT_BUSY', facts: { retryAfterSeconds: 60, code: 'SMTP_451' } })
})

it('a refused recipient is dead, and the log does not hold the address', async () => {
  const server = closing(
    await mailServer({
      onRcptTo: ({ address }, _session, callback) => callback(Object.assign(new Error(`no mailbox ${address}`), { responseCode: 550 })),
    }),
  )
  const logged: unknown[] = []
  const logger: Logger = { ...silentLogger, warn: facts => logged.push(facts) }

  const sending = road(server.url, { logger }).send(toChen, said('好'))

  await expect(sending).rejects.toMatchObject({ code: 'CHAT_TARGET_DEAD', facts: { chatId: 'c***@example.edu', code: 'SMTP_550' } })
  expect(logged).toMatchObject([{ to: 'c***@example.edu', answer: '550 no mailbox c***@example.edu' }])
})

it('one refused recipient does not spoil the connection for the next', async () => {
  const server = closing(
    await mailServer({
      onRcptTo: ({ address }, _session, callback) =>
        callback(address.startsWith('gone') ? Object.assign(new Error('no mailbox'), { responseCode: 550 }) : null),
    }),
  )
  const mail = road(server.url)

  await expect(mail.send({ ...toChen, address: 'gone@example.edu' }, said('一'))).rejects.toMatchObject({ code: 'CHAT_TARGET_DEAD' })
  await mail.send(toChen, said('二'))

  expect(server.mails.map(({ parsed }) => parsed.subject)).toEqual(['二'])
})

it('a wrong password is refused and stays out of the error and the log', async () => {
  const server = closing(
    await mailServer({ allowInsecureAuth: true, onAuth: (_auth, _session, callback) => callback(new Error('wrong password')) }),
  )
  const logged: unknown[] = []
  const logger: Logger = { ...silentLogger, warn: facts => logged.push(facts) }
  const mail = road(server.url.replace('//', '//bot:s3cret%40@'), { logger })

  const error: unknown = await mail.send(toChen, said('好')).catch((reason: unknown) => reason)

  expect(error).toMatchObject({ code: 'CHAT_REFUSED', facts: { code: 'SMTP_535' } })
  expect(JSON.stringify([error, logged])).not.toContain('s3cret')
  expect(logged).toHaveLength(1)
})

it('user and password of the address are used', async () => {
  const seen: unknown[] = []
  const server = closing(
    await mailServer({
      allowInsecureAuth: true,
      onAuth: ({ username, password }, _session, callback) => {
        seen.push([username, password])
        callback(null, { user: username })
      },
    }),
  )

  await road(server.url.replace('//', '//bot%40guanjia.example:s3cret%40@')).send(toChen, said('好'))

  expect(seen).toEqual([['bot@guanjia.example', 's3cret@']])
})

it.each([
  ['a server that closes instead of greeting', { GREETING: () => undefined }],
  ['a connection lost at MAIL', { MAIL: () => undefined }],
  ['a connection lost at RCPT', { RCPT: () => undefined }],
  ['a connection lost at DATA, before the server asked for the message', { DATA: () => undefined }],
  ['a greeting that never comes', { GREETING: () => '' }],
  ['an answer to RCPT that never comes', { RCPT: () => '' }],
  ['a greeting that is none', { GREETING: () => 'HTTP/1.1 400 Bad Request' }],
])('%s: nothing was sent', async (_name, script) => {
  const server = closing(await scriptedServer(script))

  const sending = road(server.url, { timeoutMilliseconds: 400 }).send(toChen, said('好'))

  await expect(sending).rejects.toMatchObject({ code: 'CHAT_UNREACHABLE' })
  expect(server.lines.filter(line => line.startsWith('Subject:'))).toEqual([])
})

it.each([
  ['a connection lost within the message', { CONTENT: () => undefined }],
  ['a connection lost after the message', { '.': () => undefined }],
  ['a receipt that never comes', { '.': () => '' }],
])('%s: the outcome is unknown, and it is not sent a second time', async (_name, script) => {
  const server = closing(await scriptedServer(script))

  const sending = road(server.url, { timeoutMilliseconds: 400 }).send(toChen, said('好'))

  await expect(sending).rejects.toMatchObject({ code: 'CHAT_OUTCOME_UNKNOWN' })
  expect(server.lines.filter(line => line === 'DATA')).toHaveLength(1)
})

it('nobody at the port: nothing was sent', async () => {
  const server = await scriptedServer({})
  await server.close()

  const sending = road(server.url).send(toChen, said('好'))

  await expect(sending).rejects.toMatchObject({ code: 'CHAT_UNREACHABLE', facts: { reason: 'ECONNREFUSED' } })
})

it('a server that dropped an idle connection gets the next mail over a new one, once', async () => {
  let mails = 0
  const server = closing(await scriptedServer({ MAIL: () => (++mails === 2 ? undefined : '250 OK') }))
  const mail = road(server.url)

  await mail.send(toChen, said('一'))
  await mail.send(toChen, said('二'))

  expect(server.lines.filter(line => line === 'DATA')).toHaveLength(2)
})

it('a verdict after the message is final: later, or never', async () => {
  const busy = closing(await scriptedServer({ '.': () => '452 4.3.1 disk full' }))
  const spam = closing(await scriptedServer({ '.': () => '550 Mail content denied' }))

  await expect(road(busy.url).send(toChen, said('好'))).rejects.toMatchObject({ code: 'CHAT_BUSY', facts: { code: 'SMTP_452' } })
  await expect(road(spam.url).send(toChen, said('好'))).rejects.toMatchObject({ code: 'CHAT_REFUSED', facts: { code: 'SMTP_550' } })
})

it('a certificate nobody vouches for is refused before anything is said', async () => {
  const certificate = localhostCertificate()
  const server = closing(await mailServer({ secure: true, ...certificate }))

  const sending = road(`smtps://localhost:${server.port}`).send(toChen, said('好'))

  await expect(sending).rejects.toMatchObject({ code: 'CHAT_UNREACHABLE', facts: { reason: 'DEPTH_ZERO_SELF_SIGNED_CERT' } })
  expect(server.mails).toEqual([])
})

it('smtps and STARTTLS work with a certificate of the given authority', async () => {
  const certificate = localhostCertificate()
  const direct = closing(await mailServer({ secure: true, ...certificate }))
  const upgraded = closing(await mailServer({ disabledCommands: [], ...certificate }))

  await road(`smtps://localhost:${direct.port}`, { ca: certificate.cert }).send(toChen, said('一'))
  await road(`smtp+starttls://localhost:${upgraded.port}`, { ca: certificate.cert }).send(toChen, said('二'))

  expect([direct.mails.length, upgraded.mails.length]).toEqual([1, 1])
})

it('where STARTTLS is required and not offered, nothing is said in the clear', async () => {
  const server = closing(await scriptedServer({}))

  const sending = road(server.url.replace('smtp://', 'smtp+starttls://')).send(toChen, said('好'))

  await expect(sending).rejects.toMatchObject({ code: 'CHAT_REFUSED' })
  expect(server.lines.filter(line => line.startsWith('MAIL'))).toEqual([])
})

it('close finishes what is being handed over and hands back what waits', async () => {
  let release = () => undefined as void
  let arrived = () => undefined as void
  const allArrived = new Promise<void>(resolve => (arrived = resolve))
  let held = 0
  const released = new Promise<void>(resolve => (release = resolve))
  const server = closing(
    await mailServer({
      onData(stream, _session, callback) {
        stream.resume()
        stream.on('end', () => {
          if (++held === 3) arrived()
          void released.then(() => callback(null, 'OK'))
        })
      },
    }),
  )
  const mail = road(server.url)

  const sending = ['一', '二', '三', '四'].map(text => mail.send(toChen, said(text)))
  const outcomes = Promise.allSettled(sending)
  await allArrived
  const closed = mail.close()
  const late = await mail.send(toChen, said('五')).catch((reason: unknown) => reason)
  release()
  await closed

  expect(late).toMatchObject({ code: 'CHAT_UNREACHABLE', facts: { reason: 'CLOSED' } })
  expect((await outcomes).map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'fulfilled', 'rejected'])
  await expect(sending[3]).rejects.toMatchObject({ code: 'CHAT_UNREACHABLE', facts: { reason: 'CLOSED' } })
})

it.each([
  ['ftp://mail.example.com', 'bot@example.com', 'SMTP_URL'],
  ['smtps://bot:geheim@mail.example.com?tls.rejectUnauthorized=false', 'bot@example.com', 'SMTP_URL'],
  ['smtps://bot@mail.example.com', 'bot@example.com', 'SMTP_URL'],
  ['smtps://mail.example.com', 'bot', 'MAIL_FROM'],
])('a faulty configuration stops the start without repeating the password: %s', (smtpUrl, from, named) => {
  const make = () => mailRoad({ smtpUrl, from, logger: silentLogger })

  expect(make).toThrow(expect.objectContaining({ code: 'CONFIGURATION_INVALID', message: expect.stringContaining(named) as string }))
  expect(make).not.toThrow('geheim')
})
