import { z } from 'zod'
import { GomodError } from './errors.ts'
import { modulePathOfPackageUrl } from './package-url.ts'

/** Components of the largest bills seen are some 50,000; an inventory of a whole company may be larger. */
const MOST_COMPONENTS = 500_000
/** CycloneDX nests components; deeper than this is no bill of anything. */
const DEEPEST = 50

const component = z.object({
  purl: z.string().optional(),
  get components() {
    return z.array(component).optional()
  },
})

const cycloneDx = z.object({ bomFormat: z.literal('CycloneDX'), components: z.array(component).optional() })

const spdx2 = z.object({
  spdxVersion: z.string().startsWith('SPDX-2'),
  packages: z
    .array(
      z.object({
        externalRefs: z
          .array(z.object({ referenceType: z.string(), referenceLocator: z.string() }))
          .optional(),
      }),
    )
    .optional(),
})

/** SPDX 3 is a graph of elements; a package has its URL in a field of its own. */
const spdx3 = z.object({
  '@context': z.unknown(),
  '@graph': z.array(z.looseObject({ software_packageUrl: z.string().optional() })),
})

/**
 * The Go modules of a CycloneDX or SPDX (2 or 3) document in JSON, each once, in its order.
 *
 * @throws GomodError `malformed` where it is neither, or not JSON; `too-large` where it lists too much
 */
export function modulesOfBill(untrustedText: string): string[] {
  const urls = packageUrls(parseJson(untrustedText))
  const modules = urls.map(modulePathOfPackageUrl).filter((path) => path !== null)
  return [...new Set(modules)]
}

function parseJson(untrustedText: string): unknown {
  try {
    return JSON.parse(untrustedText)
  } catch (error) {
    throw new GomodError('malformed', 'not JSON', { cause: error })
  }
}

function packageUrls(document: unknown): string[] {
  const cyclone = cycloneDx.safeParse(document)
  if (cyclone.success) return componentUrls(cyclone.data.components ?? [])
  const two = spdx2.safeParse(document)
  if (two.success) {
    const references = (two.data.packages ?? []).flatMap(({ externalRefs }) => externalRefs ?? [])
    return references
      .filter(({ referenceType }) => referenceType === 'purl' || referenceType.endsWith('/purl'))
      .map(({ referenceLocator }) => referenceLocator)
  }
  const three = spdx3.safeParse(document)
  if (!three.success) throw new GomodError('malformed', 'neither a CycloneDX nor an SPDX document')
  return three.data['@graph'].flatMap(({ software_packageUrl: url }) => (url === undefined ? [] : [url]))
}

interface Component {
  purl?: string | undefined
  components?: Component[] | undefined
}

function componentUrls(components: readonly Component[]): string[] {
  const urls: string[] = []
  let level: readonly Component[] = components
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > DEEPEST || urls.length > MOST_COMPONENTS) {
      throw new GomodError(
        'too-large',
        `more than ${MOST_COMPONENTS} components, or ${DEEPEST} levels of them`,
      )
    }
    for (const { purl } of level) if (purl !== undefined) urls.push(purl)
    level = level.flatMap(({ components: inner }) => inner ?? [])
  }
  return urls
}
