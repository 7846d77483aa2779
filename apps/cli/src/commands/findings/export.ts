import { readFile, writeFile } from 'node:fs/promises'
import { DENY_FORMATS } from '@mirrorwatch/notify/writers/deny-list'
import { EXPORT_FORMATS, exportFindingsAs } from '@mirrorwatch/notify/writers/export'
import { parseSigningKey, signList } from '@mirrorwatch/notify/writers/sign-list'
import { Command, Option } from 'commander'
import { openDesk } from '../../desk/open-desk.ts'
import { type FilterOptions, withFilters } from '../../inputs/finding-filter.ts'
import { CliError } from '../../output/exit.ts'
import { printLine } from '../../output/print.ts'

interface Options extends FilterOptions {
  format: string
  sign?: string
  signature?: string
}

/** Forms of the deny list that a proxy loads. */
const DENY_NAMES = ['athens', 'artifactory'] as const

const HELP = `
The format osv exports confirmed findings, unless --severity or --status asks for others. athens and artifactory are the deny list
for proxies, which no option narrows or widens: docs/private-proxy.md says what is on it, how to load it, and how to check a
signature.

Examples:
  mirrorwatch findings export --severity medium --format csv > findings.csv
  mirrorwatch findings export --format athens --sign deny.pem --signature deny.sig > deny.hcl`

export function exportCommand(): Command {
  return withFilters(new Command('export'))
    .description('Writes findings to stdout for another program.')
    .addOption(
      new Option('--format <format>', 'the format')
        .choices([...EXPORT_FORMATS.map(({ name }) => name), ...DENY_NAMES])
        .default('json'),
    )
    .option('--sign <file>', 'sign what is written with the Ed25519 private key in this file (PEM)')
    .option('--signature <file>', 'where the signature goes')
    .addHelpText('after', HELP)
    .action(writeExport)
}

async function writeExport(options: Options): Promise<void> {
  if ((options.sign === undefined) !== (options.signature === undefined)) {
    throw new CliError('--sign and --signature go together', {
      todo: 'Name the key with --sign, and the file for the signature with --signature.',
    })
  }
  const sign = options.sign === undefined ? null : await createSigner(options.sign)
  const write = async (line: string): Promise<void> => {
    sign?.add(line)
    await printLine(line)
  }
  const denyName = DENY_NAMES.find((name) => name === options.format)
  if (denyName === undefined) await writeFindings(options, write)
  else await writeDenyList(denyName, options, write)
  if (sign !== null && options.signature !== undefined) await writeFile(options.signature, sign.signature())
}

type Write = (line: string) => Promise<void>

async function writeFindings(options: Options, write: Write): Promise<void> {
  const format = EXPORT_FORMATS.find(({ name }) => name === options.format)
  if (format === undefined) throw new CliError(`${options.format} is not an export format`)
  await using desk = await openDesk()
  const asked = options.severity !== undefined || options.status !== undefined
  await exportFindingsAs(format, desk.all(options, asked ? {} : (format.filter ?? {})), write)
}

async function writeDenyList(
  name: (typeof DENY_NAMES)[number],
  { severity, status, module, target, search }: Options,
  write: Write,
): Promise<void> {
  if ([severity, status, module, target, search].some((given) => given !== undefined)) {
    throw new CliError(`--format ${name} takes no filter`, {
      todo: 'Leave it out: a proxy gets the whole deny list. Another format exports what a filter finds.',
    })
  }
  await using desk = await openDesk()
  const { at, modules } = await desk.denied()
  await write(DENY_FORMATS[name].write(modules, at).trimEnd())
}

interface Signer {
  add(line: string): void
  signature(): Buffer
}

/** Ed25519 signs the whole text, so a signed export is kept in memory. */
async function createSigner(file: string): Promise<Signer> {
  const key = parseSigningKey(await readKey(file))
  const lines: string[] = []
  return {
    add: (line) => void lines.push(`${line}\n`),
    signature: () => signList(Buffer.from(lines.join('')), key),
  }
}

async function readKey(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8')
  } catch (error) {
    throw new CliError(`--sign ${file} cannot be read`, {
      cause: error,
      todo: 'Give the path of a private key.',
    })
  }
}
