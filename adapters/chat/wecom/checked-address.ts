// Looks at an HTTP address before anything is sent there; used for webhooks, the base of the interfaces and addresses WeCom hands out.
import { AppError } from '../../../core/errors.js'

/** The parser's own error repeats the address, so it is not kept as a cause; credentials in it would be repeated by fetch. @throws CHAT_REFUSED (`code`) */
export function checkedAddress(address: string, code: string): URL {
  const url = URL.canParse(address) ? new URL(address) : undefined
  const fits = url && (url.protocol === 'https:' || url.protocol === 'http:') && url.username === '' && url.password === ''
  if (!fits) throw new AppError('CHAT_REFUSED', { code, reaction: 'tell-staff' })
  return url
}
