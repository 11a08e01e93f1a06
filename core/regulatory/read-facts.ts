// What a person says about the harm, in a sentence: 泄露个人信息 200 万人, 直接损失 600 万, 主页被篡改 1 小时. Pure; used by `定级`.
import type { ImpactFacts, NationalGrade } from './grade.js'

const NUMBER = String.raw`(\d{1,12}(?:\.\d{1,3})?)\s*(亿|万)?`
const counted: readonly (readonly [keyof ImpactFacts, RegExp, number])[] = [
  ['leakedPersons', new RegExp(`泄露[^\\d，,。；;]{0,12}${NUMBER}`), 1],
  ['affectedPersons', new RegExp(`影响[^\\d，,。；;]{0,12}${NUMBER}\\s*人`), 1],
  // Losses are counted in 10,000 yuan.
  ['lossWan', new RegExp(`损失[^\\d，,。；;]{0,8}${NUMBER}`), 1 / 10_000],
  ['forwarded', new RegExp(`转发[^\\d，,。；;]{0,4}${NUMBER}`), 1],
  ['viewed', new RegExp(`浏览[^\\d，,。；;]{0,4}${NUMBER}`), 1],
]
/** Which duration it is; the length comes from the parser. The first that fits. */
const lasting: readonly (readonly [keyof ImpactFacts, RegExp])[] = [
  ['frontPageHours', /主页|首页/],
  ['otherPageHours', /篡改/],
  ['downHours', /整体.{0,4}中断|全部.{0,4}中断/],
  ['interruptedHours', /中断/],
]
const grades: readonly (readonly [RegExp, NationalGrade])[] = [
  [/特别重大|Ⅰ|(?<![A-Za-z])I级/, 1],
  [/重大|Ⅱ|(?<![A-Za-z])II级/, 2],
  [/较大|Ⅲ|(?<![A-Za-z])III级/, 3],
  [/一般|Ⅳ|(?<![A-Za-z])IV级/, 4],
]

/** @param seconds the one duration of the sentence */
export function readFacts(text: string, seconds?: number): ImpactFacts {
  const facts: { -readonly [K in keyof ImpactFacts]: ImpactFacts[K] } = {}
  for (const [fact, pattern, unit] of counted) {
    const [, figure, scale] = pattern.exec(text) ?? []
    if (figure !== undefined) facts[fact] = Number(figure) * (scale === '亿' ? 100_000_000 : scale === '万' ? 10_000 : 1) * unit
  }
  const kind = seconds === undefined ? undefined : lasting.find(([, pattern]) => pattern.test(text))?.[0]
  if (kind !== undefined && seconds !== undefined) facts[kind] = seconds / 3600
  return facts
}

export function readGrade(text: string): NationalGrade | undefined {
  return grades.find(([pattern]) => pattern.test(text))?.[1]
}
