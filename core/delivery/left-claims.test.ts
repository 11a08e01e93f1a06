import { expect, it } from 'vitest'
import type { Delivery } from './delivery.js'
import { sortLeftClaims } from './left-claims.js'

const row = (id: string, chatId: string, lane: Delivery['lane'] = 1) => ({ id, chatId, lane }) as Delivery
const ids = (rows: readonly Delivery[]) => rows.map(item => item.id)

it('of each conversation only the one that comes first may have arrived', () => {
  const left = [row('3', 'a'), row('1', 'b'), row('2', 'a'), row('4', 'b')]

  const { unknown, unsent } = sortLeftClaims(left, item => item.chatId)

  expect(ids(unknown).sort()).toEqual(['1', '2'])
  expect(ids(unsent)).toEqual(['3', '4'])
})

it('a graver one goes before an older one', () => {
  const { unknown } = sortLeftClaims([row('1', 'a', 1), row('2', 'a', 0)], item => item.chatId)

  expect(ids(unknown)).toEqual(['2'])
})
