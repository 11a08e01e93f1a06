// What the sandbox can be told to do wrong; ordered by drills on its page and by tests, carried out by the fault desk.

/** Numbers count down as faults happen; 0, false and empty lists are health. */
export interface SandboxFaults {
  /** Frames that are carried out but never acknowledged. */
  readonly swallowAcks: number
  /** Frames that are carried out and acknowledged late. */
  readonly delayAcks: { readonly times: number; readonly milliseconds: number }
  /** Frames that are carried out and then answered by a broken connection. */
  readonly dropConnection: number
  /** Frames that are not carried out and get this code. */
  readonly answer: { readonly times: number; readonly errcode: number }
  /** The four faults above strike only this command; empty: every command but subscribe and ping. */
  readonly command: string
  /** Message callbacks that are sent twice with one msgid. */
  readonly duplicateMessages: number
  readonly refuseSubscribes: number
  readonly ignorePings: boolean
  /** Webhook calls that get this code and do nothing. */
  readonly webhookAnswer: { readonly times: number; readonly errcode: number }
  /** Webhook calls that get this HTTP status with a body that is not JSON, and do nothing. */
  readonly webhookStatus: { readonly times: number; readonly status: number }
  /** The same two for calls of apps, gettoken included. */
  readonly appAnswer: { readonly times: number; readonly errcode: number }
  readonly appStatus: { readonly times: number; readonly status: number }

  /**
   * Shares (0 to 1) of all calls and frames but subscribe, ping and downloads; at most one strikes a call, so they add up to 1 at most.
   * All but `shareHang` leave the call undone. A frame knows no HTTP status.
   */
  readonly shareAnswer: { readonly share: number; readonly errcode: number }
  readonly shareStatus: { readonly share: number; readonly status: number }
  /** Carried out at once, answered only after so many seconds. */
  readonly shareHang: { readonly share: number; readonly seconds: number }
  /** HTTP 200 with a web page, or a frame that is no JSON. */
  readonly shareHtml: { readonly share: number }
  /** HTTP 200 with nothing, or no frame. */
  readonly shareEmpty: { readonly share: number }
  /** Which channels the shares strike; empty: all. */
  readonly reach: readonly ('robot' | 'webhook' | 'app')[]
  /** The same seed strikes the same calls again; naming it starts over. */
  readonly seed: number

  /** Groups (chatid) that all robots were removed from: pushes get 93006, mentions reach nobody. */
  readonly removedRobots: readonly string[]
  /** Groups (chatid) in which only people may speak: pushes get 93008, whoever pushes. */
  readonly mutedGroups: readonly string[]
  /** Keys, or groups whose keys all are revoked: 93000. */
  readonly revokedWebhooks: readonly string[]
}

export const noFaults: SandboxFaults = {
  swallowAcks: 0,
  delayAcks: { times: 0, milliseconds: 0 },
  dropConnection: 0,
  answer: { times: 0, errcode: 0 },
  command: '',
  duplicateMessages: 0,
  refuseSubscribes: 0,
  ignorePings: false,
  webhookAnswer: { times: 0, errcode: 0 },
  webhookStatus: { times: 0, status: 503 },
  appAnswer: { times: 0, errcode: 0 },
  appStatus: { times: 0, status: 503 },
  shareAnswer: { share: 0, errcode: 45009 },
  shareStatus: { share: 0, status: 503 },
  shareHang: { share: 0, seconds: 10 },
  shareHtml: { share: 0 },
  shareEmpty: { share: 0 },
  reach: [],
  seed: 1,
  removedRobots: [],
  mutedGroups: [],
  revokedWebhooks: [],
}
