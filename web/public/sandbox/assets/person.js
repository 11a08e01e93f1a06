// Avatars and the list in which a person chooses as whom to speak; used by the side column, the sheet and the messages.
import { element } from './dom.js'
import { hue, initials } from './format.js'

/** @param {{robot?: boolean, square?: boolean}} look */
export function avatar(name, look = {}) {
  const kind = look.robot ? 'robot' : `hue-${hue(name)}`
  return element('span', {
    class: `avatar ${kind}${look.square ? ' square' : ''}`,
    'aria-hidden': 'true',
    text: initials(name, look.square),
  })
}

/**
 * A group of radio buttons, so that arrow keys and screen readers work as everywhere.
 * @param {string} name of the radio group; two lists on one page need two
 */
export function identityList(name, group, chosen, onChoose) {
  const list = element('div', { role: 'radiogroup', 'aria-label': '发言身份' })
  for (const member of group.members) {
    const radio = element('input', { type: 'radio', name, value: member.userid, on: { change: () => onChoose(member.userid) } })
    radio.checked = member.userid === chosen
    list.append(
      element(
        'label',
        { class: 'member' },
        radio,
        avatar(member.name),
        element('span', { class: 'member-name' }, element('bdi', { text: member.name }), element('small', { text: member.userid })),
        element('span', { class: `role role-${sideOf(member.role)}`, text: member.roleName }),
      ),
    )
  }
  return list
}

/** Customer or service team: which colour a role bears. */
function sideOf(role) {
  return ['owner', 'approver', 'operator', 'viewer'].includes(role) ? 'customer' : 'service'
}
