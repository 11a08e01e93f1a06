// The OpenAPI 3.1 document of /api/v1; errors come from the catalogue, source types from the intake.
import { Router } from '@koa/router'
import { catalogue } from '../../core/errors.js'
import { MAX_ASSET_TABLE_BYTES } from './asset-import.js'
import { metrics } from '../../core/metrics/index.js'
import { MOST_ROWS } from '../../core/metrics/metric-set.js'
import { deliveryStates } from './deliveries.js'
import { MAX_IMPORT_BYTES } from './import.js'
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
          400: error('The body broke off, or is encoded in a way that is not understood'),
          401: { ...error('Unknown token'), headers: { 'WWW-Authenticate': { schema: { type: 'string' } } } },
          404: error('Unknown source type'),
          413: error('Body too large'),
          429: { ...error('Full; try again after Retry-After'), headers: { 'Retry-After': { schema: { type: 'integer' } } } },
          500: error('A fault of ours; the trace id finds it in the log'),
          503: error('The archive does not take anything now; nothing was accepted'),
        },
      },
    },
    '/api/v1/import': {
      post: {
        summary: "Takes in a scanner's result file",
        description: `The file as it is, at most ${MAX_IMPORT_BYTES} bytes (gzip welcome). The answer is what \`guanjia import\` prints for it.`,
        security: [{ sourceToken: [] }],
        parameters: [
          { name: 'format', in: 'query', schema: { type: 'string', maxLength: 40 }, description: 'Recognised when absent' },
          { name: 'file', in: 'query', schema: { type: 'string', maxLength: 200 }, description: 'Name for messages' },
          { name: 'record', in: 'query', schema: { type: 'boolean', default: true }, description: 'false: only read' },
          {
            name: 'complete',
            in: 'query',
            schema: { type: 'boolean', default: false },
            description: 'You vouch for a whole run of the same profile: what is missing counts as gone',
          },
        ],
        requestBody: { required: true, content: { 'application/octet-stream': { schema: { type: 'string', format: 'binary' } } } },
        responses: {
          200: {
            description: 'What the file holds; `ok: false` with `error` when it cannot be read, and then nothing was changed',
            content: { 'application/json': { schema: { $ref: '#/components/schemas/ImportSummary' } } },
          },
          400: error('A parameter is not as described, or the body broke off'),
          401: { ...error('Unknown token'), headers: { 'WWW-Authenticate': { schema: { type: 'string' } } } },
          413: error('Body too large'),
          500: error('A fault of ours; the trace id finds it in the log'),
        },
      },
    },
    '/api/v1/assets/import': {
      post: {
        summary: "Takes in a customer's table of assets",
        description: `XLSX or CSV as it is, at most ${MAX_ASSET_TABLE_BYTES} bytes. Each row gets a verdict; a file that cannot be read changes nothing.`,
        security: [{ sourceToken: [] }],
        parameters: [
          { name: 'file', in: 'query', schema: { type: 'string', maxLength: 200 }, description: 'Name for messages' },
          {
            name: 'map',
            in: 'query',
            schema: { type: 'array', items: { type: 'string' } },
            explode: true,
            description: '`field=column` where the title is not one we know, for example `address=节点`',
          },
        ],
        requestBody: { required: true, content: { 'application/octet-stream': { schema: { type: 'string', format: 'binary' } } } },
        responses: {
          200: {
            description: 'How many were added and changed, and what became of each row',
            content: { 'application/json': { schema: { $ref: '#/components/schemas/AssetImportSummary' } } },
          },
          400: error('A parameter is not as described, the file cannot be read, or the body broke off'),
          401: { ...error('Unknown token'), headers: { 'WWW-Authenticate': { schema: { type: 'string' } } } },
          413: error('Body too large'),
          500: error('A fault of ours; the trace id finds it in the log'),
        },
      },
    },
    '/api/v1/deliveries': {
      get: {
        summary: 'What became of the messages to a customer, newest first',
        description: 'Of the customer whose source the token belongs to.',
        security: [{ sourceToken: [] }],
        parameters: [
          { name: 'subject', in: 'query', schema: { type: 'string', maxLength: 64 }, description: 'Number of an incident or a disposal' },
          { name: 'state', in: 'query', schema: { type: 'string', enum: [...deliveryStates] } },
          { name: 'limit', in: 'query', schema: { type: 'integer', minimum: 1, maximum: 500, default: 100 } },
        ],
        responses: {
          200: {
            description: 'The messages with every attempt to send them',
            content: { 'application/json': { schema: { type: 'array', items: { $ref: '#/components/schemas/Delivery' } } } },
          },
          400: error('A parameter is not as described'),
          401: { ...error('Unknown token'), headers: { 'WWW-Authenticate': { schema: { type: 'string' } } } },
          500: error('A fault of ours; the trace id finds it in the log'),
        },
      },
    },
    '/api/v1/session': {
      post: {
        summary: 'Logs a person in to the big screen',
        description: 'With a password or with the secret of a link that works once. The answer sets the session’s cookie.',
        security: [],
        requestBody: {
          required: true,
          content: {
            'application/json': {
              schema: {
                oneOf: [
                  {
                    type: 'object',
                    required: ['userId', 'password'],
                    properties: { userId: { type: 'string' }, password: { type: 'string' } },
                  },
                  { type: 'object', required: ['link'], properties: { link: { type: 'string' } } },
                ],
              },
            },
          },
        },
        responses: {
          204: { description: 'Logged in' },
          400: error('Neither a password nor a link'),
          401: error('Not the right words, or too many wrong ones before'),
          413: error('Body too large'),
        },
      },
      delete: {
        summary: 'Logs out',
        security: [{ session: [] }],
        responses: { 204: { description: 'Logged out, or never was in' } },
      },
    },
    '/api/v1/screen': {
      get: {
        summary: 'What the big screen shows',
        description: 'All customers for those who serve them, one’s own for a customer.',
        security: [{ session: [] }],
        responses: {
          200: { description: 'As it is now', content: { 'application/json': { schema: { type: 'object' } } } },
          401: error('Not logged in'),
          403: error('A role that sees no customer’s business'),
        },
      },
    },
    '/api/v1/events': {
      get: {
        summary: 'Says `changed` whenever the big screen should ask again',
        security: [{ session: [] }],
        responses: {
          200: { description: 'A stream of server-sent events', content: { 'text/event-stream': { schema: { type: 'string' } } } },
          401: error('Not logged in'),
          503: error('Too many are listening'),
        },
      },
    },
    '/api/v1/metrics': {
      get: {
        summary: 'The named figures there are, each with its definition',
        security: [{ sourceToken: [] }],
        responses: {
          200: {
            description: 'In the order they are listed',
            content: { 'application/json': { schema: { type: 'array', items: { $ref: '#/components/schemas/Metric' } } } },
          },
          401: error('Unknown token'),
        },
      },
    },
    '/api/v1/metrics/{id}': {
      get: {
        summary: 'One figure over a period, with the rows behind it',
        description: 'Of the customer whose source the token belongs to.',
        security: [{ sourceToken: [] }],
        parameters: [
          { name: 'id', in: 'path', required: true, schema: { type: 'string', enum: metrics.map(({ id }) => id) } },
          {
            name: 'period',
            in: 'query',
            schema: { type: 'string', maxLength: 40 },
            description: '2026-11-23, 2026-W47, 2026-11, 2026-Q4, 2026 or 2026-11-01..2026-11-23; the present day when absent',
          },
          { name: 'asset', in: 'query', schema: { type: 'string', maxLength: 253 }, description: 'Only of this address or name' },
          { name: 'rows', in: 'query', schema: { type: 'integer', minimum: 0, maximum: MOST_ROWS, default: 0 } },
        ],
        responses: {
          200: {
            description: 'The figure; `value` is null when there was nothing to measure',
            content: { 'application/json': { schema: { $ref: '#/components/schemas/MetricAnswer' } } },
          },
          400: error('A parameter is not as described'),
          401: error('Unknown token'),
          404: error('No such figure'),
          500: error('A fault of ours; the trace id finds it in the log'),
        },
      },
    },
    '/api/v1/openapi.json': {
      get: {
        summary: 'This document',
        responses: { 200: { description: 'OpenAPI 3.1', content: { 'application/json': { schema: { type: 'object' } } } } },
      },
    },
  },
  components: {
    securitySchemes: {
      session: { type: 'apiKey', in: 'cookie', name: 'guanjia-session', description: 'Of a person who logged in' },
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
                error: { type: 'string', enum: ['TOO_LONG', 'TOO_MANY', 'NOT_JSON', 'BAD_ARRAY', 'NO_ALERTS', 'NOT_AN_ALERT'] },
              },
            },
          },
          rejectedTotal: { type: 'integer', description: 'Given when more were refused than are listed' },
        },
      },
      ImportSummary: {
        type: 'object',
        required: ['file', 'format', 'ok', 'findings', 'bySeverity', 'hosts', 'error'],
        properties: {
          file: { type: 'string' },
          format: { type: ['string', 'null'] },
          ok: { type: 'boolean' },
          findings: { type: 'integer' },
          bySeverity: { type: 'object', additionalProperties: { type: 'integer' } },
          hosts: { type: 'integer' },
          error: { type: ['string', 'null'] },
          places: { type: 'integer' },
          records: { type: 'object', additionalProperties: { type: 'integer' } },
          partial: { type: 'boolean' },
          warnings: { type: 'array', items: { type: 'string' } },
          recorded: { type: 'object' },
        },
      },
      AssetImportSummary: {
        type: 'object',
        required: ['file', 'created', 'updated', 'unchanged', 'refused', 'columns', 'rows'],
        properties: {
          file: { type: 'string' },
          created: { type: 'integer' },
          updated: { type: 'integer' },
          unchanged: { type: 'integer' },
          refused: { type: 'integer' },
          columns: { type: 'object', additionalProperties: { type: 'string' } },
          rows: {
            type: 'array',
            items: {
              type: 'object',
              required: ['line', 'verdict', 'asset', 'note'],
              properties: {
                line: { type: 'integer', minimum: 1 },
                verdict: { type: 'string', enum: ['created', 'updated', 'unchanged', 'refused'] },
                asset: { type: 'string' },
                note: { type: 'string' },
              },
            },
          },
        },
      },
      Metric: {
        type: 'object',
        required: ['id', 'name', 'definition', 'unit', 'kind'],
        properties: {
          id: { type: 'string' },
          name: { type: 'string' },
          definition: { type: 'string' },
          unit: { type: 'string' },
          kind: { type: 'string', enum: ['flow', 'stock', 'share'] },
        },
      },
      MetricAnswer: {
        type: 'object',
        required: ['id', 'name', 'definition', 'unit', 'period', 'value', 'rows'],
        properties: {
          id: { type: 'string' },
          name: { type: 'string' },
          definition: { type: 'string' },
          unit: { type: 'string' },
          period: { type: 'object', description: '{key, from, to}; `to` is the first instant after it' },
          value: { type: ['number', 'null'] },
          of: { type: 'integer', description: 'Things measured' },
          parts: { type: 'array', items: { type: 'array' }, description: '[name, value]' },
          note: { type: 'string' },
          rows: { type: 'array', items: { type: 'object', description: '{name, text}' } },
        },
      },
      Delivery: {
        type: 'object',
        required: ['id', 'subject', 'kind', 'road', 'chatId', 'summary', 'state', 'acceptedAt', 'sentAt', 'attempts'],
        properties: {
          id: { type: 'string' },
          subject: { type: 'string' },
          kind: { type: 'string' },
          road: { type: 'string' },
          chatId: { type: 'string' },
          summary: { type: 'string' },
          state: { type: 'string', enum: [...deliveryStates] },
          acceptedAt: { type: 'string', format: 'date-time' },
          sentAt: { type: ['string', 'null'], format: 'date-time' },
          externalId: { type: ['string', 'null'], description: 'Id at WeCom or the mail system, where it gives one' },
          heldUntil: { type: ['string', 'null'], format: 'date-time' },
          toldIn: { type: ['object', 'null'], description: 'The digest a merged message was told in: {id, state, sentAt}' },
          attempts: { type: 'array', items: { type: 'object' } },
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
