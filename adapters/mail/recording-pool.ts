// nodemailer's pool that also tells, with each failure, whether a byte of the message had left; used by mailRoad.
import type { Readable } from 'node:stream'
import SMTPPool from 'nodemailer/lib/smtp-pool'

type Send = SMTPPool['send']

export class RecordingPool extends SMTPPool {
  /**
   * The message is read only after the server has answered DATA with 354. Until then it cannot have arrived; from then on a lost connection
   * leaves the outcome open. nodemailer's errors do not tell the two apart: both say CONN.
   */
  override send(mail: Parameters<Send>[0], callback: Parameters<Send>[1]): boolean {
    const attempts: Readable[] = []
    const create = mail.message.createReadStream.bind(mail.message)
    mail.message.createReadStream = options => {
      const stream = create(options)
      attempts.push(stream)
      return stream
    }
    return super.send(mail, (error, info) => {
      if (error) Object.assign(error, { messageBegun: attempts.some(stream => stream.readableDidRead) })
      callback(error, info)
    })
  }
}
