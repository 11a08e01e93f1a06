// A refusal in WeCom's own codes, and the wording WeCom wraps it in; thrown by the checks, caught where a frame or a call is answered.

/** WeCom's errcode for one frame or call. It never leaves this folder as an exception: it becomes an answer on the wire. */
export class WecomRefusal extends Error {
  override readonly name = 'WecomRefusal'
  /** @param withoutReqId the real service answers a missing media_id with a frame that names no request */
  constructor(
    readonly errcode: number,
    message: string,
    readonly withoutReqId = false,
  ) {
    super(message)
  }
}

/** `<text>, hint: [<digits>], from ip: a.b.c.d, more info at …?e=<code>`; WeCom's support asks for the hint's digits. */
export function hinted(errcode: number, text: string, milliseconds: number, ip: string): string {
  const hint = `${milliseconds}${String(Math.floor(Math.random() * 1e6)).padStart(6, '0')}`
  return `${text}, hint: [${hint}], from ip: ${ip}, more info at https://open.work.weixin.qq.com/devtool/query?e=${errcode}`
}
