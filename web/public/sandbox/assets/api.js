// Talks to the sandbox's JSON API; every failure becomes an Error whose message can be shown to a person.

const base = '/sandbox/api'

async function call(path, body, method = body === undefined ? 'GET' : 'POST') {
  const options = body === undefined ? { method } : { method, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }
  let response
  try {
    response = await fetch(base + path, options)
  } catch (cause) {
    throw new Error('暂时连不上沙箱，请稍后再试。', { cause })
  }
  const answer = await response.json().catch(() => undefined)
  if (response.ok && answer !== undefined) return answer
  throw new Error(answer?.error?.message ?? `沙箱没有完成这个请求（${response.status}）。`)
}

const group = chatid => `/groups/${encodeURIComponent(chatid)}`

export const settings = () => call('/settings')
export const groups = () => call('/groups')
/** Single chats with a robot or an app in which something was said. */
export const singles = () => call('/singles')
/** The newest `last` messages, those after `after` only when it is given. */
export const messages = (chatid, last, after) =>
  call(`${group(chatid)}/messages?last=${last}${after === undefined ? '' : `&after=${encodeURIComponent(after)}`}`)
export const say = (chatid, userid, text) => call(`${group(chatid)}/say`, { userid, text })
/** Alone with a robot; the body is the file itself. */
export async function sendFile(chatid, userid, file) {
  const query = `userid=${encodeURIComponent(userid)}&name=${encodeURIComponent(file.name)}`
  const response = await fetch(`/sandbox/api${group(chatid)}/file?${query}`, {
    method: 'POST',
    headers: { 'content-type': 'application/octet-stream' },
    body: file,
  })
  const answer = await response.json().catch(() => undefined)
  if (!response.ok) throw new Error(answer?.error?.message ?? `文件没有发出去（${response.status}）。`)
  return answer
}
export const press = (chatid, userid, msgid, key) => call(`${group(chatid)}/press`, { userid, msgid, key })
export const forward = (chatid, userid, msgid, to) => call(`${group(chatid)}/forward`, { userid, msgid, to })

export const faults = () => call('/faults')
/** An empty change ends all faults. */
export const orderFaults = change => call('/faults', change)
export const refusals = () => call('/refusals')
export const forgetRefusals = () => call('/refusals', undefined, 'DELETE')
