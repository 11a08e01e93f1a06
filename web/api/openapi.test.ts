// The OpenAPI document: its shape is OpenAPI 3.1, every reference leads somewhere, and it lists what the server answers.
import type { Router } from '@koa/router'
import { describe, expect, it } from 'vitest'
import { catalogue } from '../../core/errors.js'
import { deliveriesRouter } from './deliveries.js'
import { assetImportRouter } from './asset-import.js'
import { importRouter } from './import.js'
import { ingestRouter, ingestTypes } from './ingest.js'
import { metricsRouter } from './metrics.js'
import { openApiDocument, openApiRouter } from './openapi.js'
import { screenRouter } from './screen.js'

type Json = Readonly<Record<string, unknown>>
const document = JSON.parse(JSON.stringify(openApiDocument)) as Json
const METHODS = ['get', 'put', 'post', 'delete', 'options', 'head', 'patch', 'trace']

interface Operation {
  readonly path: string
  readonly method: string
  readonly operation: {
    readonly summary?: string
    readonly parameters?: readonly { readonly name: string; readonly in: string; readonly required?: boolean; readonly schema: Json }[]
    readonly requestBody?: { readonly content: Json }
    readonly responses: Readonly<Record<string, { readonly description?: string; readonly content?: Json; readonly headers?: Json }>>
    readonly security?: readonly Json[]
  }
}

const operations: Operation[] = Object.entries(document['paths'] as Readonly<Record<string, Json>>).flatMap(([path, item]) =>
  Object.entries(item).map(([method, operation]) => ({ path, method, operation: operation as Operation['operation'] })),
)

function everyObject(value: unknown): Json[] {
  if (typeof value !== 'object' || value === null) return []
  return [...(Array.isArray(value) ? [] : [value as Json]), ...Object.values(value).flatMap(everyObject)]
}

function follow(reference: string): unknown {
  return reference
    .replace(/^#\//, '')
    .split('/')
    .reduce<unknown>((at, name) => (at as Json | undefined)?.[name], document)
}

describe('the document', () => {
  it('is OpenAPI 3.1 with a title and a version', () => {
    expect(document['openapi']).toMatch(/^3\.1\.\d+$/)
    expect(document['info']).toMatchObject({ title: expect.stringMatching(/\S/) as string, version: expect.stringMatching(/\S/) as string })
    expect(
      Object.keys(document).filter(key => !['openapi', 'info', 'servers', 'paths', 'components', 'security', 'tags'].includes(key)),
    ).toEqual([])
  })

  it.each(operations.map(item => [`${item.method} ${item.path}`, item] as const))(
    'describes %s completely',
    (_, { path, method, operation }) => {
      expect(METHODS).toContain(method)
      expect(path).toMatch(/^\/api\/v1\//)
      expect(operation.summary).toMatch(/\S/)
      const named = [...path.matchAll(/\{(\w+)\}/g)].map(found => found[1])
      const declared = (operation.parameters ?? []).filter(parameter => parameter.in === 'path')
      expect(declared.map(parameter => parameter.name)).toEqual(named)
      for (const parameter of operation.parameters ?? []) expect(parameter.schema).toBeTypeOf('object')
      for (const parameter of declared) expect(parameter.required).toBe(true)
      expect(Object.keys(operation.responses).length).toBeGreaterThan(0)
      for (const [status, response] of Object.entries(operation.responses)) {
        expect(status).toMatch(/^[1-5]\d\d$/)
        expect(response.description, status).toMatch(/\S/)
      }
    },
  )

  it('refers only to what is there, and to security schemes that are declared', () => {
    const references = everyObject(document).flatMap(item => (typeof item['$ref'] === 'string' ? [item['$ref']] : []))

    expect(references.length).toBeGreaterThan(3)
    for (const reference of references) expect(follow(reference), reference).toBeTypeOf('object')
    for (const { operation } of operations)
      for (const name of (operation.security ?? []).flatMap(Object.keys))
        expect(follow(`#/components/securitySchemes/${name}`)).toBeTypeOf('object')
  })

  it('says of every required property what it is', () => {
    for (const item of everyObject(document).filter(({ type, required }) => type === 'object' && Array.isArray(required)))
      for (const name of item['required'] as string[]) expect(Object.keys(item['properties'] as Json)).toContain(name)
  })
})

describe('against the server', () => {
  const routers: Router[] = [
    ingestRouter({ clock: { now: () => 0 }, rejected: () => undefined } as unknown as Parameters<typeof ingestRouter>[0]),
    importRouter({} as Parameters<typeof importRouter>[0]),
    assetImportRouter({} as Parameters<typeof assetImportRouter>[0]),
    deliveriesRouter({} as Parameters<typeof deliveriesRouter>[0]),
    metricsRouter({} as Parameters<typeof metricsRouter>[0]),
    openApiRouter(),
    screenRouter({ folder: '/nowhere', transactions: { onCommit: () => undefined } } as unknown as Parameters<typeof screenRouter>[0])
      .router,
  ]

  it('lists every route of /api/v1, and no other', () => {
    const routes = routers.flatMap(router =>
      router.stack.flatMap(layer =>
        layer.methods.filter(method => method !== 'HEAD').map(method => `${method} ${String(layer.path).replaceAll(/:(\w+)/g, '{$1}')}`),
      ),
    )

    const api = routes.filter(route => route.includes(' /api/v1/'))

    expect(operations.map(({ method, path }) => `${method.toUpperCase()} ${path}`).sort()).toEqual(api.sort())
  })

  it('lists the sources, the codes and the statuses the intake answers with', () => {
    const { parameters, responses } = operations.find(({ path }) => path.includes('ingest'))!.operation

    expect(parameters?.[0]?.schema['enum']).toEqual([...ingestTypes])
    expect(Object.keys(responses)).toEqual(['202', '400', '401', '404', '413', '429', '500', '503'])
    expect(Object.keys(responses['429']?.headers ?? {})).toEqual(['Retry-After'])
    expect((follow('#/components/schemas/Error/properties/error/properties/code') as Json)['enum']).toEqual(Object.keys(catalogue))
  })
})
