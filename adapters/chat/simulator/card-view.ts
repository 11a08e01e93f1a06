// Turns a checked template card into what a person sees of it; pure, used for pushes, replies, updates and webhook cards.
import { asFields, asText, type Fields } from './json-fields.js'
import type { SandboxButton, SandboxCard, SandboxQuestion } from './sandbox-types.js'

/**
 * @param replaceText only an app's update greys the buttons out with it
 * @param card has passed `checkCard`; fields its type does not show are left out
 */
export function viewCard(card: Fields, replaced: boolean, replaceText?: string): SandboxCard {
  const type = asText(card['card_type']) ?? ''
  const title = asFields(card['main_title'])
  const source = asText(asFields(card['source'])?.['desc'])
  const isNews = type === 'news_notice'
  const emphasis = type === 'text_notice' ? asFields(card['emphasis_content']) : undefined
  const text = type === 'text_notice' || type === 'button_interaction' ? asText(card['sub_title_text']) : undefined
  const withFacts = isNews || type === 'text_notice' || type === 'button_interaction'
  const quote = withFacts ? asFields(card['quote_area']) : undefined
  const area = isNews ? asFields(card['image_text_area']) : undefined
  const image = isNews ? (asText(asFields(card['card_image'])?.['url']) ?? asText(area?.['image_url'])) : undefined
  const details = isNews ? [...(area ? [area] : []), ...entries(card, 'vertical_content_list')] : []
  return {
    type,
    ...defined('taskId', asText(card['task_id'])),
    ...defined('source', source),
    ...defined('title', asText(title?.['title'])),
    ...defined('desc', asText(title?.['desc'])),
    ...(emphasis ? { emphasis: { ...defined('title', asText(emphasis['title'])), ...defined('desc', asText(emphasis['desc'])) } } : {}),
    ...defined('text', text),
    ...(quote
      ? {
          quote: {
            ...defined('title', asText(quote['title'])),
            ...defined('text', asText(quote['quote_text'])),
            ...defined('url', asText(quote['url'])),
          },
        }
      : {}),
    facts: (withFacts ? entries(card, 'horizontal_content_list') : []).map(fact => ({
      name: asText(fact['keyname']) ?? '',
      value: asText(fact['value']) ?? '',
      ...defined('url', asText(fact['url'])),
    })),
    details: details.map(entry => ({ title: asText(entry['title']) ?? '', ...defined('desc', asText(entry['desc'])) })),
    links: [
      ...(isNews || type === 'text_notice' ? entries(card, 'jump_list') : []).map(jump => ({
        title: asText(jump['title']),
        url: jump['url'],
      })),
      ...(type === 'button_interaction' ? entries(card, 'button_list') : [])
        .filter(button => asText(button['key']) === undefined)
        .map(button => ({ title: asText(button['text']), url: button['url'] })),
    ].map(link => ({ title: link.title ?? '', ...defined('url', asText(link.url)) })),
    ...defined('image', image),
    ...defined('url', asText(asFields(card['card_action'])?.['url'])),
    questions: questions(card, type),
    // A text on the greyed button takes the place of all that could be pressed.
    buttons: replaceText !== undefined ? [] : buttons(card, type),
    menu: entries(asFields(card['action_menu']) ?? {}, 'action_list').map(asButton),
    replaced,
    ...defined('replaceText', replaceText),
  }
}

/** Everything a person reads on the card but its buttons, one line per part. */
export function cardText(card: SandboxCard): string {
  const lines = [
    card.source,
    card.title,
    card.desc,
    card.emphasis?.title,
    card.emphasis?.desc,
    card.quote?.title,
    card.quote?.text,
    card.text,
    ...card.facts.map(fact => `${fact.name}：${fact.value}`),
    ...card.details.flatMap(entry => [entry.title, entry.desc]),
    ...card.links.map(link => link.title),
    card.replaceText,
    ...card.questions.flatMap(question => [question.title, ...question.options.map(option => `· ${option.text}`)]),
  ]
  return lines.filter(line => line !== undefined && line !== '').join('\n')
}

function defined<K extends string, V>(key: K, value: V | undefined): { [P in K]?: V } {
  return value === undefined ? {} : ({ [key]: value } as { [P in K]?: V })
}

function entries(fields: Fields, name: string): Fields[] {
  const value = fields[name]
  return Array.isArray(value) ? value.map(asFields).filter(entry => entry !== undefined) : []
}

function asButton(button: Fields): SandboxButton {
  const style = button['style']
  return {
    key: asText(button['key']) ?? '',
    text: asText(button['text']) ?? '',
    ...(typeof style === 'number' ? { style } : {}),
  }
}

function buttons(card: Fields, type: string): SandboxButton[] {
  if (type === 'button_interaction')
    return entries(card, 'button_list')
      .filter(button => asText(button['key']) !== undefined)
      .map(asButton)
  const submit = type === 'vote_interaction' || type === 'multiple_interaction' ? asFields(card['submit_button']) : undefined
  return submit ? [asButton(submit)] : []
}

function questions(card: Fields, type: string): SandboxQuestion[] {
  const asked =
    type === 'multiple_interaction'
      ? entries(card, 'select_list')
      : [asFields(card[type === 'vote_interaction' ? 'checkbox' : 'button_selection'])].filter(entry => entry !== undefined)
  if (type !== 'multiple_interaction' && type !== 'vote_interaction' && type !== 'button_interaction') return []
  return asked.map(question => ({
    key: asText(question['question_key']) ?? '',
    ...defined('title', asText(question['title'])),
    multiple: type === 'vote_interaction' && question['mode'] === 1,
    options: entries(question, 'option_list').map(option => ({ id: asText(option['id']) ?? '', text: asText(option['text']) ?? '' })),
  }))
}
