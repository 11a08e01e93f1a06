import { expect, it } from 'vitest'
import { makeSecretBox } from '../../adapters/shared/secret-box.js'
import { sealedLink, withOpenLinks } from './sealed-link.js'

const secrets = makeSecretBox('a-key-for-tests-0123456789')
const ADDRESS = 'https://butler.example.edu/d/_a_-_b_'
const mail = (text: string, key = 'k') => ({ road: 'mail', key, message: { kind: 'markdown', text } }) as const

it('waits sealed and leaves as it was', () => {
  const text = `请确认：<${sealedLink(secrets, ADDRESS, 'k')}>，谢谢`

  expect(text).not.toContain('butler.example.edu')
  expect(withOpenLinks(secrets, mail(text))).toEqual({ kind: 'markdown', text: `请确认：<${ADDRESS}>，谢谢` })
})

it('opens in no other message', () => {
  const text = `<${sealedLink(secrets, ADDRESS, 'k')}>`

  expect(() => withOpenLinks(secrets, mail(text, 'another'))).toThrow(expect.objectContaining({ code: 'SECRET_UNREADABLE' }))
})

it('touches nothing else', () => {
  const said = mail('**一** <https://example.edu> $& $1')
  const card = { road: 'robot', key: 'k', message: { kind: 'markdown', text: '<sealed:v1.x>' } } as const

  expect(withOpenLinks(secrets, said)).toEqual(said.message)
  expect(withOpenLinks(secrets, card)).toBe(card.message)
})
