import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import { afterEach, describe, expect, it } from 'vitest'
import { silentLogger } from '../../../core/ports/logger.js'
import { FrameReader, FramingError } from './frame-reader.js'
import { startSyslog, type SyslogListener, type SyslogOptions, type SyslogRecord } from './index.js'
import { messageText } from '../../shared/message-text.js'

const running: { close(): Promise<void> }[] = []
const sockets: Socket[] = []

afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy()
  for (const listener of running.splice(0)) await listener.close()
})

interface World {
  readonly listener: SyslogListener
  readonly records: SyslogRecord[]
  readonly batches: number[]
}

async function world(options: Partial<SyslogOptions> = {}): Promise<World> {
  const records: SyslogRecord[] = []
  const batches: number[] = []
  const listener = await startSyslog({
    host: '127.0.0.1',
    port: 0,
    logger: silentLogger,
    closeGraceMilliseconds: 200,
    onBatch: async batch => {
      batches.push(batch.length)
      records.push(...batch)
    },
    ...options,
  })
  running.push(listener)
  return { listener, records, batches }
}

async function tcp(port: number): Promise<Socket> {
  const socket = connect(port, '127.0.0.1')
  sockets.push(socket)
  socket.on('error', () => undefined)
  await once(socket, 'connect')
  return socket
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await pause(5)
}

async function sendUdp(port: number, ...messages: (string | Buffer)[]): Promise<void> {
  const socket = createSocket('udp4')
  for (const message of messages) await new Promise(resolve => socket.send(message, port, '127.0.0.1', resolve))
  socket.close()
}

const raw = (records: readonly SyslogRecord[]): string[] => records.map(record => record.raw)

describe('UDP', () => {
  it('takes a datagram as one message, however many lines it holds', async () => {
    const { listener, records } = await world()

    await sendUdp(listener.port, '<13>one\n<13>two\r\n', '\n')
    await sendUdp(listener.port, '<13>three\0')
    await until(() => records.length === 2)

    expect(raw(records)).toEqual(['<13>one\n<13>two', '<13>three'])
    expect(records[0]).toMatchObject({ peer: '127.0.0.1', transport: 'udp' })
    expect(records[0]?.receivedAt).toMatch(/^\d{4}-.*Z$/)
  })
  it('drops and counts when nobody takes the records', async () => {
    let release: () => void = () => undefined
    const held = new Promise<void>(resolve => (release = resolve))
    const { listener } = await world({ queueRecords: 3, onBatch: () => held })

    await sendUdp(listener.port, 'a', 'b', 'c', 'd', 'e')
    await until(() => listener.stats().received + listener.stats().dropped === 5)

    expect(listener.stats()).toMatchObject({ received: 3, dropped: 2 })
    release()
  })
})

describe('TCP', () => {
  it('puts torn lines together, knows CR LF and NUL, and takes a last line without end', async () => {
    const { listener, records } = await world()
    const socket = await tcp(listener.port)

    for (const part of ['<13>o', 'ne\r', '\n\n<13>tw', 'o\0<13>three\n<13>fo', 'ur']) {
      socket.write(part)
      await pause(5)
    }
    socket.end()
    await until(() => records.length === 4)

    expect(raw(records)).toEqual(['<13>one', '<13>two', '<13>three', '<13>four'])
    await until(() => listener.stats().connections === 0)
  })
  it('does not take half a line from a connection that broke off', async () => {
    const { listener, records } = await world()
    const socket = await tcp(listener.port)

    socket.write('<13>whole\n<13>ha')
    await until(() => listener.stats().received === 1)
    socket.resetAndDestroy()
    await until(() => listener.stats().connections === 0 && records.length === 1)

    expect(raw(records)).toEqual(['<13>whole'])
    expect(listener.stats().dropped).toBe(1)
  })
  it('counts octets, torn anywhere, with line ends inside the message', async () => {
    const { listener, records } = await world()
    const socket = await tcp(listener.port)

    for (const character of Buffer.from('7 <13>a\nb11 <13>好好x3 <1>\n5 <13>z')) socket.write(Buffer.of(character))
    await until(() => records.length === 4)

    expect(raw(records)).toEqual(['<13>a\nb', '<13>好好x', '<1>', '<13>z'])
  })
  it('takes lines that begin with a digit as lines', async () => {
    const { listener, records } = await world()
    const socket = await tcp(listener.port)

    socket.end('2026-11-24T00:00:00Z h a: x\n12 monkeys\n')
    await until(() => records.length === 2)

    expect(raw(records)).toEqual(['2026-11-24T00:00:00Z h a: x', '12 monkeys'])
  })
  it.each(['999999999999 <13>x', '999999999999 ', '5 <13>abc <13>x', '5 <13>a0 <13>b', '5 <13>a9999999 <13>b'])(
    'closes a connection with a malicious count: %s',
    async text => {
      const { listener, records } = await world()
      const socket = await tcp(listener.port)

      socket.write(text)
      await once(socket, 'close')
      await listener.close()

      expect(listener.stats()).toMatchObject({ connections: 0, dropped: 1 })
      expect(raw(records).every(line => line === '<13>a')).toBe(true)
    },
  )
  it('cuts and counts what is too long, in both framings', async () => {
    const { listener, records } = await world()
    const [lines, counted] = [await tcp(listener.port), await tcp(listener.port)]

    lines.write(`<13>${'x'.repeat(200_000)}\n<13>after\n`)
    await until(() => records.length === 2)
    counted.write(`200004 <13>${'y'.repeat(200_000)}5 <13>z`)
    await until(() => records.length === 4)

    expect(records.map(record => record.raw.length)).toEqual([65_536, 9, 65_536, 5])
    expect(listener.stats().oversize).toBe(2)
  })
  it('keeps the order of ten thousand lines and fills batches', async () => {
    const { listener, records, batches } = await world()
    const socket = await tcp(listener.port)
    const lines = Array.from({ length: 10_000 }, (_, index) => `<13>line ${index}`)

    socket.end(lines.join('\n'))
    await until(() => records.length === lines.length)

    expect(raw(records)).toEqual(lines)
    expect(Math.max(...batches)).toBe(500)
  })
  it('loses nothing while batches are refused, and holds the sender back', async () => {
    const records: SyslogRecord[] = []
    let refusals = 0
    let largest = 0
    const { listener } = await world({
      queueRecords: 100,
      batchRecords: 50,
      onBatch: async batch => {
        largest = Math.max(largest, listener.stats().waiting)
        if (refusals < 3) {
          refusals += 1
          throw new Error('no disk')
        }
        records.push(...batch)
      },
    })
    const socket = await tcp(listener.port)
    const lines = Array.from({ length: 20_000 }, (_, index) => `<13>${index} ${'x'.repeat(200)}`)

    socket.end(lines.join('\n'))
    await until(() => records.length === lines.length)

    expect(raw(records)).toEqual(lines)
    expect(largest).toBeLessThanOrEqual(100)
    expect(listener.stats().dropped).toBe(0)
  })
  it('refuses more connections than allowed and closes silent ones', async () => {
    const { listener } = await world({ maxConnections: 1, idleMilliseconds: 50 })
    const first = await tcp(listener.port)
    const second = await tcp(listener.port)

    await Promise.all([once(first, 'close'), once(second, 'close')])
    await until(() => listener.stats().connections === 0)

    expect(listener.stats().refused).toBe(1)
  })
  it('delivers what was sent before it was closed', async () => {
    const { listener, records } = await world({ batchMilliseconds: 60_000 })
    const socket = await tcp(listener.port)

    socket.write('<13>a\n<13>b\n')
    await until(() => listener.stats().received === 2)
    await listener.close()

    expect(raw(records)).toEqual(['<13>a', '<13>b'])
  })
})

describe('pieces', () => {
  it('an endless row of empty counted messages is no deep recursion', () => {
    const reader = new FrameReader()
    reader.feed(Buffer.from(`5 <13>a${'1 \n'.repeat(100_000)}`))

    expect(reader.next()?.bytes.toString()).toBe('<13>a')
    expect(reader.next()).toBeUndefined()
    expect(() => {
      reader.feed(Buffer.from('x'))
      reader.next()
    }).toThrow(FramingError)
  })
  it('reads GB 18030 where it is no UTF-8, and never makes more than 64 KiB', () => {
    expect(messageText(Buffer.from([0xb5, 0xc7, 0xc2, 0xbc])).text).toBe('登录')
    expect(messageText(Buffer.concat([Buffer.alloc(65_534, 0x61), Buffer.from('好').subarray(0, 2)])).text).toBe('a'.repeat(65_534))
    const cut = messageText(Buffer.alloc(65_536, 0xff))
    expect(cut.cut).toBe(true)
    expect(Buffer.byteLength(cut.text)).toBeLessThanOrEqual(65_536)
  })
})
