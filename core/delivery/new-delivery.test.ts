import { expect, it } from 'vitest'
import { newDelivery } from './new-delivery.js'

const tx = { at: '2026-11-24T02:00:00.000Z', id: () => 'new-id' }

it('a copy of another delivery is a row of its own that begins anew', () => {
  const sent = {
    ...newDelivery(
      { ...tx, id: () => 'old-id' },
      {
        tenantId: 't',
        robot: 'main',
        chatId: 'g',
        chatType: 'group',
        kind: 'alert-raised',
        subject: '',
        key: 'k',
        message: { kind: 'markdown', text: '一' },
      },
    ),
    state: 'failed',
    attempts: 3,
    error: 'CHAT_TARGET_DEAD',
    claimedBy: 'somebody',
    externalId: 'x',
  } as const

  const copy = newDelivery(tx, { ...sent, key: 'k#webhook', road: 'webhook', state: 'queued' })

  expect(copy).toMatchObject({
    id: 'new-id',
    key: 'k#webhook',
    road: 'webhook',
    state: 'queued',
    attempts: 0,
    error: null,
    claimedBy: null,
    externalId: null,
    createdAt: tx.at,
  })
})
