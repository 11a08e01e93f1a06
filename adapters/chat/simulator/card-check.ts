// Checks a template card as WeCom does before it accepts one, with WeCom's codes; long texts are no fault, they are only cut on the phone.
import { asFields, asText, byteLength, type Fields } from './json-fields.js'
import { WecomRefusal } from './wecom-refusal.js'

export type CardChannel = 'robot' | 'webhook' | 'app'

const notices = ['text_notice', 'news_notice']
const interactive = ['button_interaction', 'vote_interaction', 'multiple_interaction']
/** Longer texts are refused here although WeCom states no limit: a chat must stay bounded. */
const longestText = 4096

/**
 * Returns the card as an object whose fields have been looked at.
 * @param update the card takes another one's place; an app's need not repeat the task_id
 * @throws WecomRefusal 41016 (shape, title), 42014 (task_id), 42027–42051 (fields), 40058 (wrong JSON types), 45002 (text above 4096 bytes)
 */
export function checkCard(value: unknown, channel: CardChannel, update = false): Fields {
  const card = asFields(value)
  if (!card) throw new WecomRefusal(41016, 'template_card missing or invalid. Warning: wrong json format. ')
  const type = asText(card['card_type']) ?? ''
  if (!notices.includes(type) && !(channel !== 'webhook' && interactive.includes(type))) {
    throw new WecomRefusal(42031, 'template_card.card_type not allowed')
  }
  checkTexts(card)
  checkHead(card, type)
  checkTask(card, type, channel === 'app' && update)
  if (channel === 'webhook' && card['action_menu'] !== undefined) throw new WecomRefusal(40058, 'template_card.action_menu not allowed')
  checkMenu(card)
  checkLinkArea(card, 'quote_area')
  checkFacts(card, channel)
  checkJumps(card, channel)
  checkAction(card, type)
  if (type === 'news_notice') checkNews(card, channel)
  if (type === 'button_interaction') checkButtons(card, channel)
  if (type === 'vote_interaction') checkQuestion(required(card, 'checkbox', 42043), 20)
  if (type === 'multiple_interaction') checkSelects(card)
  if (type === 'vote_interaction' || type === 'multiple_interaction') checkSubmit(card)
  return card
}

function required(fields: Fields, name: string, errcode: number): Fields {
  const value = asFields(fields[name])
  if (!value) throw new WecomRefusal(errcode, `template_card.${name} missing or invalid`)
  return value
}

function optional(fields: Fields, name: string): Fields | undefined {
  if (fields[name] === undefined) return undefined
  return required(fields, name, 41016)
}

/** A list of objects within its bounds; absent counts as empty. */
function list(fields: Fields, name: string, min: number, max: number, errcode: number): Fields[] {
  const value = fields[name] ?? []
  if (!Array.isArray(value) || value.length < min || value.length > max) {
    throw new WecomRefusal(errcode, `template_card.${name} wrong length`)
  }
  return value.map(entry => {
    const one = asFields(entry)
    if (!one) throw new WecomRefusal(41016, `template_card.${name} invalid. Warning: wrong json format. `)
    return one
  })
}

function whole(fields: Fields, name: string, min: number, max: number, errcode = 40058): number | undefined {
  const value = fields[name]
  if (value === undefined) return undefined
  if (typeof value !== 'number' || !Number.isInteger(value) || value < min || value > max) {
    throw new WecomRefusal(errcode, `template_card: ${name} invalid. Warning: wrong json format. `)
  }
  return value
}

const textFields = new Set(
  'title desc quote_text replace_text sub_title_text keyname value url appid pagepath text key icon_url image_url id question question_key userid media_id selected_id'.split(
    ' ',
  ),
)
const flagFields = new Set(['is_checked', 'disable'])

/** JSON types matter to WeCom: a number where a text belongs is refused, at any depth (the frame's depth is bounded). */
function checkTexts(fields: Fields): void {
  for (const [name, value] of Object.entries(fields)) {
    if (textFields.has(name) && typeof value !== 'string') {
      throw new WecomRefusal(40058, `template_card: ${name.slice(0, 40)} must be a string. Warning: wrong json format. `)
    }
    if (flagFields.has(name) && typeof value !== 'boolean') {
      throw new WecomRefusal(40058, `template_card: ${name} must be a boolean. Warning: wrong json format. `)
    }
    if (typeof value === 'string' && byteLength(value) > longestText) throw new WecomRefusal(45002, 'template_card: text too long')
    for (const entry of Array.isArray(value) ? value : [value]) {
      const nested = asFields(entry)
      if (nested) checkTexts(nested)
    }
  }
}

function checkHead(card: Fields, type: string): void {
  const source = optional(card, 'source')
  if (source) whole(source, 'desc_color', 0, 3)
  optional(card, 'emphasis_content')
  const title = optional(card, 'main_title')
  const titled = asText(title?.['title']) !== undefined || (type === 'text_notice' && asText(card['sub_title_text']) !== undefined)
  if (!titled) throw new WecomRefusal(41016, 'template_card.main_title.title missing')
  const feedback = optional(card, 'feedback')
  if (feedback && byteLength(asText(feedback['id']) ?? '') > 256) throw new WecomRefusal(40058, 'template_card.feedback.id too long')
}

function checkTask(card: Fields, type: string, mayLack: boolean): void {
  const task = card['task_id']
  if (task === undefined) {
    if (mayLack) return
    if (interactive.includes(type) || card['action_menu'] !== undefined) throw new WecomRefusal(42014, 'template_card.task_id missing')
  } else if (typeof task !== 'string' || !/^[0-9A-Za-z_\-@]{1,128}$/.test(task)) {
    throw new WecomRefusal(42014, 'template_card.task_id invalid')
  }
}

function checkKey(fields: Fields, errcode: number, path: string, maxBytes = 1024): string {
  const key = asText(fields['key'])
  if (key === undefined || byteLength(key) > maxBytes) throw new WecomRefusal(errcode, `template_card.${path}.key missing or invalid`)
  return key
}

function checkMenu(card: Fields): void {
  const menu = optional(card, 'action_menu')
  if (!menu) return
  const keys = list(menu, 'action_list', 1, 3, 40058).map(entry => {
    if (asText(entry['text']) === undefined) throw new WecomRefusal(40058, 'template_card.action_menu.action_list.text missing')
    return checkKey(entry, 42051, 'action_menu.action_list')
  })
  if (new Set(keys).size !== keys.length) throw new WecomRefusal(42051, 'template_card.action_menu keys collide')
}

/** Type 1 leads to a page, type 2 to a mini program. */
function checkLink(fields: Fields, type: number | undefined, path: string): void {
  if (type === 1 && asText(fields['url']) === undefined) throw new WecomRefusal(42028, `template_card.${path}.url missing`)
  if (type === 2 && asText(fields['appid']) === undefined) throw new WecomRefusal(42030, `template_card.${path}.appid missing`)
}

function checkLinkArea(card: Fields, name: string): void {
  const area = optional(card, name)
  if (area) checkLink(area, whole(area, 'type', 0, 2), name)
}

function checkFacts(card: Fields, channel: CardChannel): void {
  for (const fact of list(card, 'horizontal_content_list', 0, 6, 42035)) {
    if (asText(fact['keyname']) === undefined) throw new WecomRefusal(42027, 'template_card.horizontal_content_list.keyname missing')
    const type = whole(fact, 'type', 0, 3)
    if (type === 1) checkLink(fact, 1, 'horizontal_content_list')
    if (type === 2 && channel === 'robot') throw new WecomRefusal(40058, 'template_card.horizontal_content_list.type not allowed')
    if (type === 2 && asText(fact['media_id']) === undefined) {
      throw new WecomRefusal(42029, 'template_card.horizontal_content_list.media_id missing')
    }
    if (type === 3 && asText(fact['userid']) === undefined) {
      throw new WecomRefusal(42050, 'template_card.horizontal_content_list.userid missing')
    }
  }
}

function checkJumps(card: Fields, channel: CardChannel): void {
  for (const jump of list(card, 'jump_list', 0, 3, 42042)) {
    if (asText(jump['title']) === undefined) throw new WecomRefusal(42033, 'template_card.jump_list.title missing')
    const type = whole(jump, 'type', 0, channel === 'robot' ? 3 : 2)
    checkLink(jump, type, 'jump_list')
    const question = asText(jump['question'])
    if (type === 3 && (question === undefined || byteLength(question) > 200)) {
      throw new WecomRefusal(40058, 'template_card.jump_list.question missing or too long')
    }
  }
}

function checkAction(card: Fields, type: string): void {
  if (card['card_action'] === undefined && !notices.includes(type)) return
  const action = required(card, 'card_action', 42045)
  const kind = whole(action, 'type', notices.includes(type) ? 1 : 0, 2, 42045)
  if (kind === undefined) throw new WecomRefusal(42045, 'template_card.card_action.type missing')
  checkLink(action, kind, 'card_action')
}

function checkNews(card: Fields, channel: CardChannel): void {
  const image = asFields(card['card_image'])
  const area = asFields(card['image_text_area'])
  if (!image && (channel === 'webhook' || !area)) throw new WecomRefusal(42044, 'template_card.card_image missing')
  if (image) {
    const ratio = image['aspect_ratio']
    const ratioFits = ratio === undefined || (typeof ratio === 'number' && ratio >= 1.3 && ratio <= 2.25)
    if (asText(image['url']) === undefined || !ratioFits) throw new WecomRefusal(42044, 'template_card.card_image invalid')
  }
  if (area) {
    if (asText(area['image_url']) === undefined) throw new WecomRefusal(42044, 'template_card.image_text_area.image_url missing')
    checkLinkArea(card, 'image_text_area')
  }
  for (const entry of list(card, 'vertical_content_list', 0, 4, 42036)) {
    if (asText(entry['title']) === undefined) throw new WecomRefusal(42033, 'template_card.vertical_content_list.title missing')
  }
}

function checkButtons(card: Fields, channel: CardChannel): void {
  const keys = list(card, 'button_list', 1, 6, 42038).flatMap(button => {
    if (asText(button['text']) === undefined) throw new WecomRefusal(42038, 'template_card.button_list.text missing')
    whole(button, 'style', 1, 4)
    // Only an app's button may lead to a page instead of back to the app.
    if (channel === 'app' && whole(button, 'type', 0, 1) === 1) {
      checkLink(button, 1, 'button_list')
      return []
    }
    return [checkKey(button, 42039, 'button_list')]
  })
  if (new Set(keys).size !== keys.length) throw new WecomRefusal(42039, 'template_card.button_list keys collide')
  const selection = optional(card, 'button_selection')
  if (selection) checkQuestion(selection, 10)
}

function checkQuestion(question: Fields, maxOptions: number): void {
  const key = asText(question['question_key'])
  if (key === undefined || byteLength(key) > 1024) throw new WecomRefusal(42043, 'template_card: question_key missing or invalid')
  whole(question, 'mode', 0, 1)
  const ids = list(question, 'option_list', 1, maxOptions, 42037).map(option => {
    const id = asText(option['id'])
    if (id === undefined || byteLength(id) > 128) throw new WecomRefusal(42040, 'template_card: option id missing or invalid')
    if (asText(option['text']) === undefined) throw new WecomRefusal(42041, 'template_card: option text missing')
    return id
  })
  if (new Set(ids).size !== ids.length) throw new WecomRefusal(42040, 'template_card: option ids collide')
}

function checkSelects(card: Fields): void {
  const keys = list(card, 'select_list', 1, 3, 42047).map(select => {
    checkQuestion(select, 10)
    return select['question_key']
  })
  if (new Set(keys).size !== keys.length) throw new WecomRefusal(42043, 'template_card: question keys collide')
}

function checkSubmit(card: Fields): void {
  const submit = required(card, 'submit_button', 42046)
  if (asText(submit['text']) === undefined) throw new WecomRefusal(42049, 'template_card.submit_button.text missing')
  checkKey(submit, 42046, 'submit_button')
}
