/** One line of `doctor`. */
export interface Check {
  name: string
  state: 'ok' | 'missing' | 'note'
  says: string
  todo: string | null
}

export function ok(name: string, says: string): Check {
  return { name, state: 'ok', says, todo: null }
}

export function note(name: string, says: string, todo: string | null = null): Check {
  return { name, state: 'note', says, todo }
}

export function missing(name: string, says: string, todo: string): Check {
  return { name, state: 'missing', says, todo }
}

const MARKS = { ok: 'ok     ', missing: 'MISSING', note: 'note   ' } as const

export function checkText({ name, state, says, todo }: Check): string[] {
  return [`${MARKS[state]}  ${name}: ${says}`, ...(todo === null ? [] : [`           ${todo}`])]
}
