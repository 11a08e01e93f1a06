// Files people send a robot, through the sandbox as through WeCom: encrypted on the way, bounded, whole at the end.
import { afterEach, beforeEach, expect, it } from 'vitest'
import { endOf, eventually } from '../../../tests/contracts/chat.js'
import { decrypted } from './inbound-file.js'
import { chatRig, main, type ChatRig } from './wecom-rig.js'

let world: ChatRig
beforeEach(async () => {
  world = await chatRig()
  await world.direct()
  world.chat.connect(main)
  await eventually(() => expect(world.chat.isConnected('main')).toBe(true))
})
afterEach(() => world.close())

it('the published vector is deciphered, and what is broken is refused', () => {
  const key = 'ABEiM0RVZneImaq7zN3u/xAhMkNUZXaHmKm6y9zt/g8='
  const sealed = Buffer.from('Z/in5EpUGxQHdcmMLGl14dzLtwgcCZ3NgxeJDymRvz4=', 'base64')

  expect(decrypted(sealed, key).toString()).toBe('hello butler')
  expect(() => decrypted(sealed.subarray(0, 17), key)).toThrow()
  expect(() => decrypted(sealed, 'AAAA')).toThrow()
})

it('a file arrives whole with its name, in a single chat only', async () => {
  const bytes = Buffer.from('名称,地址\n'.repeat(100))
  world.sandbox.sendFile('single:Li', 'Li', '资产 表.csv', bytes)
  await eventually(() => expect(world.messages).toHaveLength(1))
  const [message] = world.messages

  expect(message).toMatchObject({ chatType: 'single', userId: 'Li', text: '', file: { kind: 'file' } })
  expect(await message?.file?.fetch?.(1_000_000)).toEqual({ name: '资产 表.csv', bytes })
  expect(JSON.stringify(message)).not.toContain('http')
  expect(() => world.sandbox.sendFile('ops-1', 'Li', 'a.csv', bytes)).toThrow(expect.objectContaining({ code: 'REQUEST_INVALID' }))
})

it('more than was allowed is not fetched', async () => {
  world.sandbox.sendFile('single:Li', 'Li', 'a.txt', Buffer.alloc(5000, 'a'))
  await eventually(() => expect(world.messages).toHaveLength(1))

  expect(await endOf(world.messages[0]!.file!.fetch!(1000))).toMatchObject({ code: 'FILE_REFUSED' })
})
