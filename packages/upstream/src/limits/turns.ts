export interface TurnRequest {
  host: string
  /** Milliseconds between the starts of two requests, all processes together, while the host is content. */
  spacingMs: number
  /** Requests that start one right after the other. */
  requests: number
  /** A turn further away than this is not taken. */
  maxWaitMs: number
  /** Pause that the host asked this caller for. */
  pauseMs: number
}

export interface Turn {
  granted: boolean
  /** Milliseconds until the turn; where it was not granted, until it could have been. */
  waitMs: number
}

/** Most halvings of the pace: to a sixteenth. */
export const MAX_THROTTLE_LEVEL = 4
/** One halving is taken back after so long without a further one. */
export const THROTTLE_RECOVERY_MS = 60_000
/** Answers to requests that were under way together are one complaint. */
export const THROTTLE_SETTLE_MS = 1_000

/** The store from which all workers take their turns at upstream hosts. */
export interface Turns extends AsyncDisposable {
  /** Takes the next turn at a host, in one atomic step. */
  take(request: TurnRequest): Promise<Turn>
  /** Milliseconds for which the host still wants silence. */
  pausedMs(host: string): Promise<number>
  /** Halves the pace at a host for a while, and keeps silent towards it for `pauseMs`. */
  throttle(host: string, pauseMs: number): Promise<void>
}

/**
 * The pace is this much below the limit, so that requests which are a little late on their way (a busy process, a new
 * connection) do not fall into one second with those behind them: in any 1.1 seconds no more turns begin than the limit
 * allows in one.
 */
const SLACK = 0.1

/** A turn that is missed by more than this is given up for another: half of what {@link SLACK} allows for. */
export const LATE_MS = 50

/** After a longer wait than this, the store is asked again whether the host has asked for a pause. */
export const RECHECK_AFTER_MS = 20

/** Time that a store of turns may take to answer before another one is asked. */
export const TURN_TIMEOUT_MS = 1_000

/** Time for which a store of turns that failed is not asked. */
export const TURN_RETRY_MS = 2_000

/** Part of the limit that is used where some processes may be asking another store: together they stay below 1.5 times it. */
export const FALLBACK_SHARE = 0.5

/** Milliseconds between two requests to a host with this limit. */
export function spacingFor(perSecond: number): number {
  return (1000 * (1 + SLACK)) / perSecond
}
