// Keys, selection and updates in place. Everything works without it: forms and links do the same by themselves.

const page = document
let current = -1

start()

function start() {
  for (const element of page.querySelectorAll('[data-scripted]')) element.hidden = false
  page.addEventListener('keydown', onKey)
  page.addEventListener('change', onChange)
  page.addEventListener('submit', onSubmit)
  page.addEventListener('click', onClick)
  restorePlace()
  countSelected()
}

function rows() {
  return [...page.querySelectorAll('.row')]
}

/** Makes the row that the reader came from the current one: the address names it. */
function restorePlace() {
  const at = rows().findIndex(({ id }) => id !== '' && `#${id}` === location.hash)
  if (at !== -1) goTo(at)
}

function goTo(at) {
  const all = rows()
  if (all.length === 0) return
  current = Math.max(0, Math.min(at, all.length - 1))
  for (const [index, row] of all.entries()) row.classList.toggle('current', index === current)
  const row = all[current]
  row.querySelector('.row-link')?.focus({ preventScroll: true })
  row.scrollIntoView({ block: 'nearest' })
}

function currentRow() {
  return rows()[current] ?? null
}

function onKey(event) {
  if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return
  if (page.querySelector('dialog[open]') !== null && event.key !== '?') return
  const act = KEYS[event.key]
  if (act === undefined) return
  if (act() !== false) event.preventDefault()
}

function isTyping(element) {
  if (!(element instanceof HTMLElement)) return false
  if (element.matches('input:not([type=checkbox], [type=radio]), textarea, select')) return true
  return element.isContentEditable
}

const KEYS = {
  j: () => goTo(current + 1),
  k: () => goTo(current - 1),
  o: () => currentRow()?.querySelector('.row-link')?.click() ?? false,
  x: () => currentRow()?.querySelector('.select input')?.click() ?? false,
  c: () => decide('c'),
  d: () => decide('d'),
  u: () => page.querySelector('#notice [data-key=u]')?.click() ?? false,
  n: () => goToMark(1),
  p: () => goToMark(-1),
  y: () => copyLink(),
  '/': () => (page.querySelector('#filter-q') ?? page.querySelector('#search'))?.focus() ?? false,
  '?': () => toggleHelp(),
}

/** Decides on the selected findings; without a selection, on the current one. */
function decide(key) {
  const button = page.querySelector(`[data-key=${key}]`)
  if (button === null) return false
  const form = button.form
  const isList = form.querySelector('.row') !== null
  const isChosen = form.querySelector('.select input:checked, [name=all]:checked') !== null
  const box = currentRow()?.querySelector('.select input')
  if (isList && !isChosen) {
    if (box === null || box === undefined) return false
    box.checked = true
  }
  form.requestSubmit(button)
  return true
}

function marks() {
  return [...page.querySelectorAll('tr.mark')]
}

let mark = -1
function goToMark(step) {
  const all = marks()
  if (all.length === 0) return false
  mark = (mark + step + all.length) % all.length
  const row = all[mark]
  row.closest('details')?.setAttribute('open', '')
  row.scrollIntoView({ block: 'center' })
  row.focus({ preventScroll: true })
  return true
}

async function copyLink() {
  const row = currentRow()
  const link = row?.querySelector('.row-link')
  const marked = marks()[mark]
  const line = marked?.previousElementSibling?.querySelector('td.number:last-of-type[id], td.number[id]')
  const url = new URL(link?.getAttribute('href') ?? location.href, location.href)
  url.searchParams.delete('from')
  url.searchParams.delete('did')
  if (line != null) url.hash = line.id
  try {
    await navigator.clipboard.writeText(url.href)
    say(`Copied ${url.href}`)
  } catch {
    // Without leave to write the clipboard, the link is shown to be copied by hand.
    say(url.href)
  }
}

function say(text) {
  const line = page.createElement('p')
  line.textContent = text
  page.querySelector('#notice').replaceChildren(line)
}

function toggleHelp() {
  const help = page.querySelector('#keys')
  if (help.open) help.close()
  else help.showModal()
}

function onChange({ target }) {
  if (target.matches('[data-select-all]')) {
    for (const box of target.form.querySelectorAll('.select input')) box.checked = target.checked
  }
  countSelected()
  const filter = target.closest('form[data-auto]')
  if (filter !== null && target.matches('select, [type=checkbox]')) filter.requestSubmit()
}

function countSelected() {
  const out = page.querySelector('[data-selected]')
  if (out === null) return
  const count = page.querySelectorAll('.select input:checked').length
  out.textContent = count === 0 ? '' : `${count} selected`
  for (const row of rows())
    row.classList.toggle('selected', row.querySelector('.select input')?.checked === true)
}

/** Leaves the name of the opened row in the address, so that going back restores the place. */
function onClick(event) {
  const link = event.target.closest('.row-link')
  const row = link?.closest('.row')
  if (row?.id) history.replaceState(null, '', `#${row.id}`)
  const anchor = event.target.closest('a[href^="#"]')
  if (anchor !== null) openFor(anchor.getAttribute('href'))
}

/** Opens the folded part that an anchor is in, or is. */
function openFor(hash) {
  const element = page.getElementById(decodeURIComponent(hash.slice(1)))
  for (let at = element; at !== null; at = at.parentElement?.closest('details') ?? null) {
    if (at instanceof HTMLDetailsElement) at.open = true
  }
}

/** Leaves empty fields out of a filter's address, and sends a decision without leaving the list. */
function onSubmit(event) {
  const form = event.target
  if (form.matches('form[data-auto]')) {
    for (const field of form.elements) if (field.name && field.value === '') field.disabled = true
    return
  }
  const isInPlace = form.matches('.decide-list') || (form.closest('#notice') !== null && rows().length > 0)
  if (!isInPlace) return
  event.preventDefault()
  void sendInPlace(form, event.submitter)
}

async function sendInPlace(form, submitter) {
  const place = { at: current, y: scrollY }
  const body = new URLSearchParams(new FormData(form, submitter))
  let answer
  try {
    // The buttons are called `action` too, so the property is one of them.
    answer = await fetch(form.getAttribute('action'), {
      method: 'POST',
      body,
      headers: { accept: 'text/html' },
    })
  } catch {
    say('The server could not be reached. Nothing is known to be saved: look again.')
    return
  }
  const next = new DOMParser().parseFromString(await answer.text(), 'text/html')
  const main = next.querySelector('main')
  if (main === null || !answer.ok) {
    say(next.querySelector('main p, p')?.textContent ?? `The server answered ${answer.status}.`)
    return
  }
  page.querySelector('#notice').replaceChildren(...(next.querySelector('#notice')?.childNodes ?? []))
  page.querySelector('main').replaceChildren(...main.childNodes)
  history.replaceState(null, '', answer.url)
  for (const element of page.querySelectorAll('[data-scripted]')) element.hidden = false
  countSelected()
  scrollTo(0, place.y)
  if (place.at !== -1) goTo(place.at)
}

openFor(location.hash || '#')
