// Networks in one spelling, and senders that two tenants claim.
import { describe, expect, it } from 'vitest'
import { overlaps, readNetwork } from './networks.js'

describe('a network', () => {
  it.each([
    ['10.20.0.0/16', '10.20.0.0/16'],
    ['192.0.2.7', '192.0.2.7'],
    ['192.0.2.7/32', '192.0.2.7/32'],
    ['0.0.0.0/0', '0.0.0.0/0'],
    ['2001:DB8:0:0::/32', '2001:db8::/32'],
    ['::1', '::1'],
  ])('%s is kept as %s', (text, network) => {
    expect(readNetwork(text)).toEqual({ network })
  })

  it.each([
    '',
    '10.1/16',
    '10.0.0.0/33',
    '10.0.0.0/',
    '0x7f.0.0.1',
    '010.0.0.1',
    '10.0.0.1/8',
    '::ffff:10.0.0.0/104',
    'fe80::1%eth0',
    'a.example',
    '2001:db8::1/32',
    '::/129',
    ' 10.0.0.1',
  ])('%j is refused', text => {
    expect(readNetwork(text)).toHaveProperty('problem')
  })
})

describe('senders', () => {
  const at = (owner: string, network: string, index?: number) => ({
    owner,
    network,
    source: 's',
    ...(index !== undefined && { path: [index] }),
  })

  it('of one tenant may overlap, those of two may not', () => {
    expect(overlaps([at('a', '10.0.0.0/8'), at('a', '10.1.0.0/16'), at('b', '10.1.2.0/24')])).toMatchObject([
      [{ network: '10.1.2.0/24' }, { network: '10.1.0.0/16' }],
    ])
  })

  it('that only touch, or are of the other family, do not overlap', () => {
    expect(overlaps([at('a', '10.0.0.0/9'), at('b', '10.128.0.0/9'), at('c', '::/0'), at('b', '9.255.255.255')])).toEqual([])
  })

  it('are found behind a nested network of the same tenant', () => {
    expect(overlaps([at('a', '10.0.0.0/8', 0), at('a', '10.1.0.0/16', 1), at('b', '10.2.0.0/16', 2)])).toMatchObject([
      [{ owner: 'b' }, { owner: 'a', network: '10.0.0.0/8' }],
    ])
  })

  it('of the file are named before those of the database', () => {
    expect(overlaps([at('a', '10.0.0.0/8', 0), at('b', '10.2.0.0/16')])[0]?.[0]).toMatchObject({ owner: 'a', path: [0] })
    expect(overlaps([at('a', '10.0.0.0/8'), at('b', '10.2.0.0/16', 3)])[0]?.[0]).toMatchObject({ owner: 'b', path: [3] })
  })
})
