// A card as text, for roads without buttons: what it says, what to type instead of pressing, and where a signed link leads. Pure.
import type { Card } from '../ports/chat.js'
import { literal } from './literal.js'

/** @param commands what the buttons stand for, as it would be typed */
export function cardAsText(card: Card, commands: Readonly<Record<string, string>>, link?: string): string {
  const typed = card.buttons.flatMap(button =>
    commands[button.key] === undefined ? [] : [`${button.text}：回复“${commands[button.key] ?? ''}”`],
  )
  return [
    `**${literal(card.title)}**`,
    ...(card.desc ? [literal(card.desc)] : []),
    ...(card.text ? [literal(card.text)] : []),
    ...card.facts.map(fact => `${literal(fact.name)}：${literal(fact.value)}`),
    // In angle brackets: the secret may hold signs that Markdown would take for emphasis.
    ...(link ? [`确认页面（仅限本人，一次有效）：<${link}>`] : typed),
  ].join('\n')
}
