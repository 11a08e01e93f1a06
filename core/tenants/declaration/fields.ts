// The kinds of values in a declaration file, each with the sentence that says what is allowed; used by schema.ts only.
import { z } from 'zod'
import { readNetwork } from './networks.js'

/** Control characters, halves of a character, and marks that turn the direction of writing, which could disguise a name in a group. */
const DISGUISE = /[\p{Cc}\p{Cs}\u202a-\u202e\u2066-\u2069]/u

/** One line of text people read; lengths are those of the columns. */
export function line(max: number): z.ZodString {
  return z
    .string()
    .min(1, '不能为空')
    .max(max, `最多 ${max} 个字`)
    .refine(text => !DISGUISE.test(text) && text.trim() === text, '不能有换行、控制字符或首尾空格')
}

/** WeCom compares userids without case; they are kept in lower case. */
export const UserId = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9_.@-]{0,63}$/, '只能是 1 到 64 个字母、数字和 _ . @ -，以字母或数字开头')
  .toLowerCase()

/** Case counts here, as in WeCom. */
export const ChatId = z.string().regex(/^[A-Za-z0-9_.@:-]{1,128}$/, '只能是 1 到 128 个字母、数字和 _ . @ : -')

export const Code = z
  .string()
  .regex(/^[a-z0-9]{1,32}$/, '只能是 1 到 32 个小写字母和数字')
  .refine(code => code !== 'platform', '“platform”留给平台自己')

/** As it is dialled. */
export const Phone = z.string().regex(/^\+?[0-9][0-9 -]{2,30}$/, '要写成电话号码')

export const Mail = z.email('要写成邮件地址').max(200, '最多 200 个字')

export const Network = z.string().transform((text, context) => {
  const read = readNetwork(text)
  if ('network' in read) return read.network
  context.addIssue({ code: 'custom', message: read.problem })
  return z.NEVER
})

export const Networks = z.array(Network).max(1000, '最多 1000 个')

export function url(protocols: readonly string[], max: number): z.ZodString {
  return z
    .string()
    .max(max, `最多 ${max} 个字`)
    .refine(
      text => {
        // Blanks and control characters are dropped by the URL parser without a word, so they are looked for first.
        if (/[\s\p{Cc}\p{Cs}]/u.test(text) || !URL.canParse(text)) return false
        const { protocol, username, password } = new URL(text)
        return protocols.includes(protocol) && username === '' && password === ''
      },
      `要写成 ${protocols.map(protocol => `${protocol}//`).join(' 或 ')} 开头的地址，不带用户名和口令`,
    )
}

/** Where a device is; stored readable, so a password must not stand in it. */
export const DeviceAddress = line(500).refine(
  text => !/^[A-Za-z][A-Za-z0-9+.-]*:\/\/[^/@]*:[^/]*@/.test(text),
  '地址里不能有口令，口令写在 credential 里',
)

/** A credential may be JSON or a key of several lines. */
export const Credential = z
  .string()
  .min(1, '不能为空')
  .max(20_000, '最多 20000 个字')
  .refine(text => !/[\0\p{Cs}]/u.test(text), '不能有空字符')

/** Goes into an `Authorization` header. Long ones are better, but eight characters are what a person may have agreed on the phone. */
export const Token = z.string().regex(/^[\x21-\x7e]{8,200}$/, '要 8 到 200 个可见的英文字符，不带空格')

/** As WeCom's page makes them, or an operator writes them there. */
export const CallbackToken = z.string().regex(/^[A-Za-z0-9]{3,32}$/, '要 3 到 32 个字母或数字')
export const AesKey = z.string().regex(/^[A-Za-z0-9]{43}$/, '要 43 个字母或数字（企业微信页面上的 EncodingAESKey）')

export const TimeZone = z
  .string()
  .max(64, '最多 64 个字')
  .refine(name => {
    try {
      new Intl.DateTimeFormat('en', { timeZone: name })
      return /^[A-Za-z]/.test(name)
    } catch {
      return false
    }
  }, '要写成时区名，例如“Asia/Shanghai”')

export const Day = z.iso
  .date('要写成日期，例如“2026-01-31”')
  .refine(day => day >= '2000-01-01' && day <= '2100-12-31', '年份要在 2000 到 2100 之间')

/** May pass midnight. */
export const TimeWindow = z
  .string()
  .regex(/^([01]\d|2[0-3]):[0-5]\d-([01]\d|2[0-3]):[0-5]\d$/, '要写成“22:00-06:00”')
  .refine(window => window.slice(0, 5) !== window.slice(6), '起止时间相同；全天请不写 window')

export function seconds(min: number, max: number): z.ZodInt {
  return z.int().min(min).max(max)
}
