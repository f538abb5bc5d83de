import { expect, test } from 'vitest'
import { routes } from './api/routes.ts'
import { openApiDocument } from './openapi.ts'

const document = openApiDocument() as {
  paths: Record<string, Record<string, { operationId: string; parameters: { name: string; in: string }[] }>>
  components: { schemas: Record<string, unknown> }
}

test('every route is an operation of its own', () => {
  const ids = Object.values(document.paths).flatMap((item) =>
    Object.values(item).map((operation) => operation.operationId),
  )
  expect(ids.toSorted()).toEqual(Object.keys(routes).toSorted())
})

test('every reference leads to a named schema', () => {
  const references = [...JSON.stringify(document).matchAll(/"\$ref":"([^"]+)"/g)].map((match) => match[1] ?? '')
  expect(references.length).toBeGreaterThan(10)
  for (const reference of new Set(references)) {
    expect(reference).toMatch(/^#\/components\/schemas\//)
    expect(document.components.schemas).toHaveProperty(reference.slice('#/components/schemas/'.length))
  }
})

test('every parameter in a path is declared, and the other way round', () => {
  for (const [path, item] of Object.entries(document.paths)) {
    const inPath = [...path.matchAll(/\{(\w+)\}/g)].map((match) => match[1])
    for (const operation of Object.values(item)) {
      expect(operation.parameters.filter((p) => p.in === 'path').map((p) => p.name)).toEqual(inPath)
    }
  }
})
