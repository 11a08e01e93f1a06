// What must and must not make the mail probing model speak; declared in mail-probing.ts, walked by models.test.ts.
import type { Sample } from '../define-model.js'

function mail(count: number, seconds: number, message: string): string[] {
  return Array.from({ length: count }, (_, n) =>
    JSON.stringify({
      '@timestamp': new Date(Date.UTC(2026, 10, 24, 8) + n * seconds * 1000).toISOString(),
      event: { category: ['email'], type: ['denied'], action: 'reject', outcome: 'failure' },
      source: { ip: '192.0.2.7' },
      message,
    }),
  )
}

const relay = 'reject: RCPT from unknown: 454 4.7.1 <a@example.org>: Relay access denied'

export const mailProbingSamples: { readonly fires: readonly Sample[]; readonly silent: readonly Sample[] } = {
  fires: [
    { what: 'two tries to relay', lines: mail(2, 20, relay) },
    { what: 'two false greetings', lines: mail(2, 20, 'reject: RCPT from unknown: 504 5.5.2 <WIN-1>: Helo command rejected') },
    { what: 'a web request at the mail port', lines: mail(1, 1, 'warning: non-SMTP command from unknown: GET / HTTP/1.1') },
  ],
  silent: [
    { what: 'one try to relay', lines: mail(1, 1, relay) },
    { what: 'two tries an hour apart', lines: mail(2, 3_600, relay) },
    { what: 'mailboxes that do not exist', lines: mail(9, 5, 'reject: RCPT from unknown: 550 5.1.1 User unknown') },
  ],
}
