// Keeps the live stream open: the browser repairs short breaks, this file repairs refused and silent lines; main.js listens.

const silenceMilliseconds = 45_000
const longestWaitMilliseconds = 30_000

/**
 * @param {{ onChange(change: {chatid: string, message: object}): void, onState(state: 'connecting' | 'open' | 'lost'): void, onReturn(): void }} listener
 *        `onReturn` after a break: changes may have been missed, so lists must be read again
 */
export function keepLive(listener) {
  let source
  let wait = 1000
  let watchdog
  let wasOpen = false

  const heard = () => {
    clearTimeout(watchdog)
    watchdog = setTimeout(reconnect, silenceMilliseconds)
  }
  const reconnect = () => {
    clearTimeout(watchdog)
    source?.close()
    listener.onState('lost')
    setTimeout(connect, wait)
    wait = Math.min(wait * 2, longestWaitMilliseconds)
  }
  const connect = () => {
    source = new EventSource('/sandbox/api/stream')
    source.addEventListener('ready', () => {
      wait = 1000
      heard()
      listener.onState('open')
      if (wasOpen) listener.onReturn()
      wasOpen = true
    })
    source.addEventListener('ping', heard)
    source.addEventListener('message', event => {
      heard()
      listener.onChange(JSON.parse(event.data))
    })
    source.addEventListener('error', () => {
      // CLOSED means refused (for example too many pages): the browser will not try again by itself.
      if (source.readyState === EventSource.CLOSED) reconnect()
      else listener.onState('lost')
    })
  }
  listener.onState('connecting')
  connect()
}
