// The name that Helm gives a rendered file in (`web/charts/db/templates/a.yaml`); which file of the
// repository that is out: a template of the chart or of a subchart, or what the subchart came from.
import { join } from 'node:path'
import type { Position } from '../../../manifests/problem.ts'
import { wholeFile } from '../../../manifests/problem.ts'
import { readBounded } from '../../read-file.ts'
import { CHART } from '../../sources/detect.ts'
import { locate, namesIn } from '../../sources/places.ts'
import type { StrictDocument } from '../../sources/strict-yaml.ts'
import { readStrictYaml, textOf } from '../../sources/strict-yaml.ts'
import type { RenderedSource } from './model.ts'
import { shownAs } from './model.ts'

/** Bytes of a Chart.yaml; subcharts of one chart; charts in charts. */
const LARGEST = 1024 * 1024
const MOST_CHARTS = 500
const DEEPEST = 20
/** Where charts of the first version list what they need. */
const LIST = 'requirements.yaml'
/** What stands behind the name of a file in `cmp/sources/rendered.ts`. */
const MARK = ' (rendered)'

/** `file`: its real path. Otherwise the nearest place that is known. */
export type ChartFile = { readonly real: string } | { readonly at: Position }

interface Chart {
  /** Real. */
  readonly folder: string
  readonly name: string
  readonly dependencies: readonly Dependency[]
}

interface Dependency {
  /** Of the chart that it means. */
  readonly name: string
  /** What Helm calls it: the alias, if it has one. */
  readonly calledAs: string
  readonly repository: string
  readonly at: Position
}

/** Looks up files of a chart; what it has read of subcharts stays. */
export class ChartFiles {
  readonly #source: RenderedSource
  readonly #charts = new Map<string, Chart>()

  constructor(source: RenderedSource) {
    this.#source = source
  }

  /** @param path the name of a rendered file. */
  find(path: string): ChartFile {
    const name = path.endsWith(MARK) ? path.slice(0, -MARK.length) : path
    const { folder } = this.#source
    let chart = this.#read(folder)
    // The first step is the chart's own name.
    let rest = name.split('/').slice(1)
    for (let depth = 0; rest[0] === 'charts' && rest.length > 2; depth += 1) {
      const subchart = depth < DEEPEST ? this.#subchart(chart, rest[1] ?? '') : undefined
      if (subchart === undefined) return this.#chartItself(chart)
      if ('at' in subchart) return subchart
      chart = subchart
      rest = rest.slice(2)
    }
    const isPlain = rest.length > 0 && rest.every((step) => !['', '.', '..'].includes(step))
    const place = isPlain ? this.#place(join(chart.folder, ...rest)) : undefined
    return place?.kind === 'file' ? { real: place.real } : this.#chartItself(chart)
  }

  #chartItself({ folder }: Chart): ChartFile {
    return { at: wholeFile(shownAs(this.#source, join(folder, CHART))) }
  }

  /** In the order in which it is most likely: a folder or an archive in charts/, a path, an address. */
  #subchart(chart: Chart, name: string): Chart | { at: Position } | undefined {
    const dependency = chart.dependencies.find(({ calledAs }) => calledAs === name)
    const wanted = dependency?.name ?? name
    const charts = join(chart.folder, 'charts')
    const [exact, others] = parted(namesIn(charts).slice(0, MOST_CHARTS), wanted)
    for (const entry of [...exact, ...others]) {
      const place = this.#place(join(charts, entry))
      if (place?.kind === 'folder') {
        const found = this.#read(place.real)
        if (found.name === wanted) return found
      } else if (place?.kind === 'file' && isArchiveOf(entry, wanted)) {
        return { at: wholeFile(shownAs(this.#source, join(charts, entry))) }
      }
    }
    if (dependency === undefined) return undefined
    const [, local] = /^file:\/\/(?!\/)(.+)$/.exec(dependency.repository) ?? []
    const place = local === undefined ? undefined : this.#place(join(chart.folder, local))
    if (place?.kind === 'folder') return this.#read(place.real)
    return { at: dependency.at }
  }

  #place(path: string) {
    const place = path.includes('\0') ? 'missing' : locate(this.#source.repository.root, path)
    return typeof place === 'string' ? undefined : place
  }

  #read(folder: string): Chart {
    const known = this.#charts.get(folder)
    if (known !== undefined) return known
    const [file, list] = [this.#document(folder, CHART), this.#document(folder, LIST)]
    const name = textOf(new Map(file?.fields(file.root)).get('name')) ?? ''
    const dependencies = [
      ...this.#dependencies(file, join(folder, CHART)),
      ...this.#dependencies(list, join(folder, LIST)),
    ]
    const chart = { folder, name, dependencies }
    this.#charts.set(folder, chart)
    return chart
  }

  #document(folder: string, name: string): StrictDocument | undefined {
    const place = this.#place(join(folder, name))
    const bytes = place?.kind === 'file' ? readBounded(place.real, LARGEST) : 'missing'
    const read = typeof bytes === 'string' ? undefined : readStrictYaml(bytes.toString('utf8'))
    return Array.isArray(read) ? read[0] : undefined
  }

  #dependencies(document: StrictDocument | undefined, path: string): Dependency[] {
    const items = document?.items(new Map(document.fields(document.root)).get('dependencies')) ?? []
    const file = shownAs(this.#source, path)
    return document === undefined ? [] : items.map((node) => readDependency(document, node, file))
  }
}

function readDependency(
  document: StrictDocument,
  node: Parameters<StrictDocument['fields']>[0],
  file: string,
): Dependency {
  const fields = new Map(document.fields(node))
  const text = (field: string) => textOf(fields.get(field)) ?? ''
  const [name, repository] = [text('name'), text('repository')]
  const at = { file, ...document.placeOf(node) }
  return { name, calledAs: text('alias') || name, repository, at }
}

/** Folders need not be called as their chart. */
function parted(names: readonly string[], wanted: string): [string[], string[]] {
  const sorted = names.toSorted()
  return [sorted.filter((name) => name === wanted), sorted.filter((name) => name !== wanted)]
}

/** `db-1.2.3.tgz` of `db`, as `helm package` calls it. */
function isArchiveOf(entry: string, name: string): boolean {
  return entry.startsWith(`${name}-`) && /^\d[^/]*\.tgz$/.test(entry.slice(name.length + 1))
}
