// Turns a card into WeCom's template card (docs 101032, 101027); pure, used for pushes, replies and updates.
import type { TemplateCard } from '@wecom/aibot-node-sdk'
import type { Card, CardButton } from '../../../core/ports/chat.js'
import { cleanText } from './clean-text.js'
import { tooLong } from './error-classes.js'

/** WeCom names no limit for a whole card; a card a phone can show has a tenth of this. */
const maxCardBytes = 32 * 1024
const styles = { primary: 1, plain: 2, danger: 3 } as const
/** An update keeps its type, and that type wants a button (doc 101032). */
const doneButton = { text: '已处理', style: 4, key: 'done' }

/** @param cardUrl where a tap on a card without buttons leads: WeCom refuses a notice that leads nowhere. @throws CHAT_REFUSED (TOO_LONG) */
export function templateCard(card: Card, cardUrl: string): TemplateCard {
  if (card.buttons.length === 0) {
    return bounded({ ...face(card), card_type: 'text_notice', card_action: { type: 1, url: cardUrl } })
  }
  return bounded({ ...face(card), card_type: 'button_interaction', button_list: card.buttons.map(button), task_id: card.taskId })
}

/**
 * The card that takes the place of the pressed one. It bears the pressed card's task id whatever `card` says, and stays a card with
 * buttons: whether a robot's update may change the type is not documented. @throws CHAT_REFUSED (TOO_LONG)
 */
export function updatedCard(card: Card, taskId: string): TemplateCard {
  const buttons = card.buttons.length === 0 ? [doneButton] : card.buttons.map(button)
  return bounded({ ...face(card), card_type: 'button_interaction', button_list: buttons, task_id: taskId })
}

function face(card: Card): Omit<TemplateCard, 'card_type'> {
  return {
    ...(card.source === '' ? {} : { source: { desc: cleanText(card.source), desc_color: 0 } }),
    main_title: { title: cleanText(card.title), ...(card.desc === undefined ? {} : { desc: cleanText(card.desc) }) },
    ...(card.text === undefined ? {} : { sub_title_text: cleanText(card.text) }),
    ...(card.facts.length === 0
      ? {}
      : { horizontal_content_list: card.facts.map(({ name, value }) => ({ keyname: cleanText(name), value: cleanText(value) })) }),
  }
}

function button({ text, style, key }: CardButton): { text: string; style: number; key: string } {
  return { text: cleanText(text), style: styles[style], key }
}

function bounded(card: TemplateCard): TemplateCard {
  const bytes = Buffer.byteLength(JSON.stringify(card))
  if (bytes > maxCardBytes) throw tooLong(bytes, maxCardBytes)
  return card
}
