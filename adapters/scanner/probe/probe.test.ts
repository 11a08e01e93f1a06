import { describe, expect, it } from 'vitest'
import type { ScanEngine, SliceOrder } from '../../../core/ports/scan-engine.js'
import { nativeChecks } from './checks/index.js'
import { connectProbe } from './connect-probe.js'
import { nameService } from './name-service.js'
import { listen } from './tcp-check.js'
import { unprotectedServices } from './unprotected-services.js'

const order = (targets: SliceOrder['targets'], set: Partial<SliceOrder> = {}): SliceOrder => ({
  targets,
  pacer: { perSecond: 1000, take: () => Promise.resolve() },
  signal: new AbortController().signal,
  idleSeconds: 10,
  sliceSeconds: 20,
  permit: () => true,
  ...set,
})

describe('native checks', () => {
  it.each<ScanEngine>([unprotectedServices(), connectProbe()])('$id finds its own decoy', async engine => {
    const decoy = await engine.decoy()
    const { answers } = await engine.look(order([decoy.target]))
    await decoy.close()

    for (const { port, check } of decoy.expects) expect(answers).toContainEqual(expect.objectContaining({ port, check, outcome: 'found' }))
  })

  const silent: readonly (readonly [string, (heard: Buffer) => Buffer | string | undefined])[] = [
    ['says nothing', () => undefined],
    ['says something else', heard => (heard.length > 0 ? 'HTTP/1.1 400 Bad Request\r\n\r\nnope' : undefined)],
    ['says garbage first', () => Buffer.from([0, 255, 254, 1, 2, 3])],
  ]
  it.each(silent)('what %s is no weakness and no proof of health', async (_, weak) => {
    const server = await listen(weak)
    const signal = AbortSignal.timeout(700)
    for (const check of nativeChecks.filter(item => item.protocol === 'tcp')) {
      const { outcome } = await check.ask({ address: '127.0.0.1', port: server.port, signal })
      expect(['unknown', 'not_applicable']).toContain(outcome)
    }
    await server.close()
  })

  const healthy: readonly (readonly [string, (heard: Buffer) => string | undefined])[] = [
    ['redis-no-password', heard => (heard.length > 0 ? '-NOAUTH Authentication required.\r\n' : undefined)],
    ['ftp-anonymous', heard => (heard.length === 0 ? '220 hi\r\n' : heard.includes('USER') ? '331 pw\r\n' : '530 no\r\n')],
    ['elasticsearch-no-password', heard => (heard.length > 0 ? 'HTTP/1.1 401 Unauthorized\r\n\r\n' : undefined)],
    ['rsync-open', heard => (heard.length === 0 ? '@RSYNCD: 31.0\n' : '@RSYNCD: EXIT\n')],
  ]
  it.each(healthy)('%s: a service that refuses is proof', async (id, answer) => {
    const server = await listen(answer)
    const check = nativeChecks.find(item => item.id === id)
    expect(await check?.ask({ address: '127.0.0.1', port: server.port, signal: AbortSignal.timeout(5000) })).toMatchObject({
      outcome: 'not_found',
    })
    await server.close()
  })
})

describe('connect probe', () => {
  it('an address without leave is not touched', async () => {
    let connections = 0
    const server = await listen(() => {
      connections++
      return undefined
    })
    const target = { address: '127.0.0.1', ports: [{ port: server.port, protocol: 'tcp' as const, service: '' }] }
    const { answers, observations } = await connectProbe().look(order([target], { permit: () => false }))
    await server.close()

    expect(connections).toBe(0)
    expect(answers).toMatchObject([{ outcome: 'unknown' }])
    expect(observations).toEqual([])
  })

  it('names services by what they say', () => {
    expect(nameService(2222, Buffer.from('SSH-2.0-OpenSSH_9.2p1 Debian-2\r\n'))).toEqual({
      name: 'ssh',
      product: 'OpenSSH',
      version: '9.2p1',
    })
    const maria = Buffer.concat([Buffer.from([90, 0, 0, 0, 10]), Buffer.from('5.5.5-10.3.1-MariaDB-log\0')])
    expect(nameService(3307, maria)).toEqual({ name: 'mysql', product: 'MariaDB', version: '10.3.1' })
    expect(nameService(6379, Buffer.alloc(0))).toMatchObject({ name: 'redis' })
    expect(nameService(6379, Buffer.from('hello'))).toMatchObject({ name: '' })
  })
})
