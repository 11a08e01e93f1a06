// A short slice of the campaign `kill`: nothing accepted is lost, nothing is said twice, no block outlives its lease.
import { describe, expect, it } from 'vitest'
import { killStories } from '../support/kill-story.js'

describe('kill -9 in the middle of the story', () => {
  it('loses and repeats nothing in one process', async () => {
    const result = await killStories({ mode: 'embedded', kills: 3, seed: 20_261_124, stories: 2, storyEvery: 5000 })

    expect(result).toMatchObject({ faults: [], eventsLost: 0, kills: 3, blocks: 2 })
  }, 400_000)

  it('loses and repeats nothing with two workers', async () => {
    const result = await killStories({ mode: 'split', kills: 3, seed: 20_261_125, stories: 2, storyEvery: 5000 })

    expect(result).toMatchObject({ faults: [], eventsLost: 0, kills: 3, blocks: 2 })
  }, 400_000)
})
