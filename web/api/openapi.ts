// The OpenAPI 3.1 document of /api/v1; errors come from the catalogue, source types from the intake.
import { Router } from '@koa/router'
import { catalogue } from '../../core/errors.js'
import { ingestTypes, MAX_INGEST_BYTES } from './ingest.js'

const error = (description: string) => ({
  description,
  content: { 'application/json': { schema: { $ref: '#/components/schemas/Error' } } },
})

export const openApiDocument = {
  openapi: '3.1.0',
  info: { title: 'Guanjia 管家', version: '1', description: 'Events in. Everything else of the product is reached by chat.' },
  paths: {
    '/api/v1/ingest/{source}': {
      post: {
        summary: 'Accepts events of one source',
        description: `NDJSON, a JSON array or raw lines, at most ${MAX_INGEST_BYTES} bytes (gzip welcome), 10,000 records of 64 KiB. Answered when the events are on disk.`,
        security: [{ sourceToken: [] }],
        parameters: [{ name: 'source', in: 'path', required: true, schema: { type: 'string', enum: [...ingestTypes] } }],
        requestBody: {
          required: true,
          content: {
            'application/x-ndjson': { schema: { type: 'string' } },
            'application/json': { schema: { type: 'array', items: { type: 'object' } } },
            'text/plain': { schema: { type: 'string' } },
          },
        },
        responses: {
          202: { description: 'Accepted', content: { 'application/json': { schema: { $ref: '#/components/schemas/Accepted' } } } },
          401: error('Unknown token'),
          404: error('Unknown source type'),
          413: error('Body too large'),
          429: { ...error('Full; try again after Retry-After'), headers: { 'Retry-After': { schema: { type: 'integer' } } } },
          503: error('The archive does not take anything now; nothing was accepted'),
        },
      },
    },
  },
  components: {
    securitySchemes: {
      sourceToken: { type: 'http', scheme: 'bearer', description: 'The token of a source, as declared with `guanjia apply`' },
    },
    schemas: {
      Accepted: {
        type: 'object',
        required: ['accepted', 'rejected'],
        properties: {
          accepted: { type: 'integer' },
          rejected: {
            type: 'array',
            items: {
              type: 'object',
              required: ['line', 'error'],
              properties: {
                line: { type: 'integer', minimum: 1 },
                error: { type: 'string', enum: ['TOO_LONG', 'TOO_MANY', 'NOT_JSON', 'BAD_ARRAY'] },
              },
            },
          },
          rejectedTotal: { type: 'integer', description: 'Given when more were refused than are listed' },
        },
      },
      Error: {
        type: 'object',
        required: ['error'],
        properties: {
          error: {
            type: 'object',
            required: ['code', 'message', 'traceId'],
            properties: {
              code: { type: 'string', enum: Object.keys(catalogue) },
              message: { type: 'string' },
              traceId: { type: 'string' },
            },
          },
        },
      },
    },
  },
} as const

export function openApiRouter(): Router {
  const router = new Router()
  router.get('/api/v1/openapi.json', ctx => {
    ctx.body = openApiDocument
  })
  return router
}
