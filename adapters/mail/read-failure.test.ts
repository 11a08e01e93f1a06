import { expect, it } from 'vitest'
import { readFailure, type SmtpFailure } from './read-failure.js'

const outcome = (failure: SmtpFailure) => readFailure(failure, 'chen@example.edu')

it.each([
  ['550 Mailbox not found', 'CHAT_TARGET_DEAD'],
  ['551 User not local', 'CHAT_TARGET_DEAD'],
  ['553 5.1.1 no such user', 'CHAT_TARGET_DEAD'],
  ['550 Sender frequency limited', 'CHAT_BUSY'],
  ['550 Mailbox unavailable or access denied', 'CHAT_BUSY'],
  ['550 5.7.1 relaying denied', 'CHAT_REFUSED'],
  ['553 host denies relay', 'CHAT_REFUSED'],
  ['552 5.2.2 mailbox full', 'CHAT_REFUSED'],
  ['450 4.2.0 greylisted', 'CHAT_BUSY'],
])('a recipient answered with "%s" is %s', (response, code) => {
  const failure = outcome({
    code: 'EENVELOPE',
    command: 'RCPT TO',
    response,
    responseCode: Number(response.slice(0, 3)),
    messageBegun: false,
  })

  expect(failure.code).toBe(code)
})

it('a refused sender does not make the recipient dead', () => {
  expect(outcome({ code: 'EENVELOPE', command: 'MAIL FROM', response: '550 no', responseCode: 550 })).toMatchObject({
    code: 'CHAT_REFUSED',
    facts: { code: 'SMTP_550' },
  })
})

it('a login the server cannot check at the moment is busy, a wrong one refused', () => {
  expect(outcome({ code: 'EAUTH', response: '454 4.7.0 later', responseCode: 454 }).code).toBe('CHAT_BUSY')
  expect(outcome({ code: 'EAUTH', response: '535 no', responseCode: 535 }).code).toBe('CHAT_REFUSED')
})

it('a server that says it is closing within the message did not take it', () => {
  expect(outcome({ code: 'ECONNECTION', response: '421 closing', responseCode: 421, messageBegun: true }).code).toBe('CHAT_BUSY')
})

it('a fault that is not of the network is not tried for ever', () => {
  expect(outcome({ code: 'EMESSAGE', messageBegun: false })).toMatchObject({ code: 'CHAT_REFUSED', facts: { code: 'EMESSAGE' } })
  expect(outcome({}).code).toBe('CHAT_REFUSED')
})
