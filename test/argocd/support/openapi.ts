// What an API server says of its own types (OpenAPI v3): for each field of each built-in kind what stands
// there. For comparing our tables with it.
import type { KubeClient } from './kube-client.ts'

interface Schema {
  readonly $ref?: string
  readonly type?: string
  readonly format?: string
  readonly allOf?: readonly Schema[]
  readonly items?: Schema
  readonly properties?: Readonly<Record<string, Schema>>
  readonly additionalProperties?: Schema
  readonly 'x-kubernetes-list-type'?: string
  readonly 'x-kubernetes-list-map-keys'?: readonly string[]
  readonly 'x-kubernetes-map-type'?: string
  readonly 'x-kubernetes-group-version-kind'?: readonly { readonly kind: string }[]
}

export interface OpenApi {
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> }
}

/** One field; its path begins with the kind, and items of lists have no step of their own. */
export interface ApiField {
  readonly path: readonly string[]
  readonly isList: boolean
  /** Of a list that is merged by keys. */
  readonly keys: readonly string[] | undefined
  readonly isOnePiece: boolean
  readonly isQuantity: boolean
  readonly isBytes: boolean
  /** A map from text to text. */
  readonly isTextMap: boolean
}

/** The OpenAPI documents of these group versions, such as `apis/apps/v1`. @throws if there is none. */
export async function readOpenApi(admin: KubeClient, root: string): Promise<OpenApi> {
  const document = await admin.get<OpenApi>(`/openapi/v3/${root}`)
  if (document === undefined) throw new Error(`no OpenAPI document of ${root}`)
  return document
}

/** The fields of all kinds in a document, without their status. */
export function fieldsOf({ components: { schemas } }: OpenApi): readonly ApiField[] {
  const fields: ApiField[] = []
  const resolve = (schema: Schema | undefined): readonly [name: string, schema: Schema] => {
    const name = (schema?.$ref ?? schema?.allOf?.[0]?.$ref ?? '').split('/').at(-1) ?? ''
    return [name, name === '' ? (schema ?? {}) : { ...schemas[name], ...schema }]
  }
  const visit = (path: readonly string[], schema: Schema, above: readonly string[]): void => {
    for (const [name, property] of Object.entries(schema.properties ?? {})) {
      if (path.length === 1 && name === 'status') continue
      const [type, whole] = resolve(property)
      const [itemType, item] = resolve(whole.items ?? whole.additionalProperties)
      const at = [...path, name]
      fields.push(fieldOf(at, type, whole, itemType, item))
      for (const [next, inner] of [
        [type, whole],
        [itemType, item],
      ] as const) {
        if (next === '' || above.includes(next)) continue
        visit(at, inner, [...above, next])
      }
    }
  }
  for (const schema of Object.values(schemas)) {
    const kinds = schema['x-kubernetes-group-version-kind'] ?? []
    const kind = kinds.length === 1 ? (kinds[0]?.kind ?? '') : ''
    if (kind === '' || /List$/.test(kind) || schema.properties?.metadata === undefined) continue
    visit([kind], schema, [])
  }
  return fields
}

function fieldOf(
  path: readonly string[],
  type: string,
  schema: Schema,
  itemType: string,
  item: Schema,
): ApiField {
  const isMap = schema.additionalProperties !== undefined
  return {
    path,
    isList: schema.type === 'array',
    keys:
      schema['x-kubernetes-list-type'] === 'map' ? schema['x-kubernetes-list-map-keys'] : undefined,
    isOnePiece: schema['x-kubernetes-map-type'] === 'atomic',
    isQuantity: /Quantity$/.test(type) || (isMap && /Quantity$/.test(itemType)),
    isBytes: schema.format === 'byte' || (isMap && item.format === 'byte'),
    isTextMap: isMap && item.type === 'string' && !/Quantity$/.test(itemType),
  }
}
