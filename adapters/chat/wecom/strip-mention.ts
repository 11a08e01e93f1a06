// Takes the robot's name off the front of what was said in a group; called for every inbound text.

/**
 * WeCom hands a group's text over with the mention that woke the robot, and does not say what the robot is called there.
 * With `displayName` exactly that is removed; without it the first word that starts with @: clients set a blank after a mention.
 */
export function stripMention(text: string, displayName?: string): string {
  const said = text.trim()
  if (displayName !== undefined && displayName !== '' && said.startsWith(`@${displayName}`)) {
    return said.slice(displayName.length + 1).trimStart()
  }
  return said.replace(/^@\S{1,64}(?:\s+|$)/, '')
}
