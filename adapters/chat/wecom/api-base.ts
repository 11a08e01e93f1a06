// The base address of WeCom's HTTP interfaces as it was configured; looked at once, when a road is composed.
import { AppError } from '../../../core/errors.js'
import { checkedAddress } from './checked-address.js'

/** Without a slash at the end; may have a path. @throws CONFIGURATION_INVALID */
export function apiBaseUrl(apiBase: string): URL {
  try {
    return checkedAddress(apiBase.replace(/\/+$/, ''), 'API_BASE_INVALID')
  } catch {
    throw new AppError('CONFIGURATION_INVALID', { problems: 'WECOM_API_BASE 要以 http:// 或 https:// 开头，不带账号口令' })
  }
}
