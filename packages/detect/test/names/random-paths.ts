/** Paths that are close to one another in every way that a rule knows, and some that are merely strange. */

export type Random = () => number

/** Mulberry32. */
export function seeded(seed: number): Random {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
}

const OWNERS =
  'golang pkg aws lib boltdb boltdb-go sirupsen pborman bpoorman google gin-gonic go spf13 aws x uber-go uber kubernetes mattn hashicorp hashicorp-x pion pions golangorg go-yaml go-redis redis cirello-io gocommunity-io aaaa aaaaaaaa a-a- rnattn 1nternet'.split(
    ' ',
  )
const REPOSITORIES =
  'bolt logrus uuid uid cli cobra go-redis redis goredis crypto yaml btree btreex go-retryablehttp retryablehttp-go utils util api apis terraform-provider-docker terraform-provider-dockerd spf13 yamlv3 yaml.v3 mm rnrn aaaa aaab aabab http2 http22 ipv4 ipv44'.split(
    ' ',
  )
const HOSTS =
  'github.com github.com github.com github.com gitlab.com githud.com github.dev github.com.evil.dev golang.org go1ang.org golang.design gogets.dev gopkgs.io go.uber.org gouber.org go.uber.dev go-uber.dev git-hub.io gopkg.in.net gopkq.in xn--gthub-n2e.com xn--glang-rce.org xn--.com cirello.io cirello.dev git.example.org'.split(
    ' ',
  )
const AFFIXES = ['-go', 'go-', '-io', 'inc', 's', 'es', '-v2', '2', 'v3', '-archive', '-cache', 'x', 'github']
const LETTERS = 'abcdeghilmnorstuvxyz0159-.'.split('')

function pick<T>(list: readonly T[], random: Random): T {
  return list[Math.floor(random() * list.length)] as T
}

function mutate(word: string, random: Random): string {
  const at = Math.floor(random() * word.length)
  switch (Math.floor(random() * 9)) {
    case 0:
      return word.slice(0, at) + word.slice(at + 1)
    case 1:
      return word.slice(0, at) + pick(LETTERS, random) + word.slice(at)
    case 2:
      return word.slice(0, at) + pick(LETTERS, random) + word.slice(at + 1)
    case 3:
      return word.slice(0, at) + (word[at + 1] ?? '') + (word[at] ?? '') + word.slice(at + 2)
    case 4:
      return word + pick(AFFIXES, random)
    case 5:
      return pick(AFFIXES, random) + word
    case 6:
      return word.replace('m', 'rn').replace('l', '1').replace('o', '0')
    case 7:
      return word.split('-').reverse().join('-')
    default:
      return word
        .split('')
        .sort(() => random() - 0.5)
        .join('')
  }
}

function word(list: readonly string[], random: Random): string {
  let text = pick(list, random)
  while (random() < 0.45) text = mutate(text, random)
  if (random() < 0.01) text += 'long'.repeat(20)
  return /^[A-Za-z0-9]/.test(text) && /[A-Za-z0-9]$/.test(text) && !text.includes('..')
    ? text
    : `w${text}w`.replaceAll('..', '.')
}

export function randomPath(random: Random): string {
  const owner = word(OWNERS, random)
  const repository = word(REPOSITORIES, random)
  const kind = random()
  if (kind < 0.06) return `gopkg.in/${repository}.v${1 + Math.floor(random() * 3)}`
  if (kind < 0.1) return `gopkg.in/${owner}/${repository}.v1`
  if (kind < 0.14) return `golang.org/x/${repository}`
  if (kind < 0.16) return `${pick(HOSTS, random)}/${repository}`
  if (kind < 0.18) return `${pick(HOSTS, random)}/${repository}.v2`
  if (kind < 0.22) return `github.com/${word(REPOSITORIES, random)}/${word(OWNERS, random)}`
  if (kind < 0.26) return `github.com/${owner}/${owner}-${repository}`
  const tail = random() < 0.1 ? `/v${2 + Math.floor(random() * 2)}` : random() < 0.1 ? '/sub' : ''
  return `${pick(HOSTS, random)}/${owner}/${repository}${tail}`
}

/** A path that differs from `path` in one or two of its parts. */
export function lookAlike(path: string, random: Random): string {
  const [host = '', ...parts] = path.split('/')
  const [owner = 'x', repository] = parts
  if (repository === undefined)
    return random() < 0.5 ? `${mutate(host, random)}/${owner}` : `${host}/${mutate(owner, random)}`
  const rest = parts
    .slice(2)
    .map((part) => `/${part}`)
    .join('')
  switch (Math.floor(random() * 11)) {
    case 0:
      return `${mutate(host, random)}/${owner}/${repository}${rest}`
    case 1:
      return `${mutate(host, random)}/${owner}/${mutate(repository, random)}`
    case 2:
      return `${host}/${owner}-${repository}/${repository}`
    case 3:
      return `${host}/${repository}/${owner}`
    case 4:
      return `${host}/${repository}/${repository}`
    case 5:
      return `${host}/${mutate(owner, random)}/${mutate(repository, random)}`
    case 6:
      return `${host}/${mutate(mutate(owner, random), random)}/${repository}`
    case 7:
      return `${host}/someone/${random() < 0.5 ? mutate(repository, random) : `${owner}-${repository}`}`
    case 8:
      return `go.${owner.toLowerCase()}.dev/${repository}`
    case 9:
      return `${host}/${owner}${pick(['toolkit', 'ware'], random)}/${repository}`
    default:
      return `${host}/${mutate(owner, random)}/${repository}${rest}`
  }
}
