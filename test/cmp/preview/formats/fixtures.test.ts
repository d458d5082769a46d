// Every format of every sample, byte for byte: what people read is in fixtures/preview-formats.
import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { test } from 'node:test'
import { formatJson } from '../../../../cmp/preview/formats/json.ts'
import { formatMarkdown } from '../../../../cmp/preview/formats/markdown.ts'
import { formatText } from '../../../../cmp/preview/formats/text.ts'
import type { Preview } from '../../../../render/preview/model.ts'
import {
  samplePreview,
  sampleWithoutBase,
  sampleWithoutDifference,
} from '../../../support/sample-preview.ts'

const updating = process.env.UPDATE_FIXTURES !== undefined
if (updating && process.env.CI !== undefined) throw new Error('UPDATE_FIXTURES is not for CI')

const samples: Readonly<Record<string, Preview>> = {
  comparison: samplePreview(),
  placeholders: sampleWithoutBase(),
  'no-difference': sampleWithoutDifference(),
}
const formats: Readonly<Record<string, (preview: Preview) => string>> = {
  txt: (preview) => formatText(preview, { colour: false, width: undefined }),
  md: formatMarkdown,
  json: formatJson,
}
for (const [name, preview] of Object.entries(samples)) {
  for (const [extension, format] of Object.entries(formats)) {
    test(`${name}.${extension}`, () => {
      const path = `fixtures/preview-formats/${name}.${extension}`
      const text = format(preview)
      if (updating) writeFileSync(path, text)
      assert.equal(text, readFileSync(path, 'utf8'))
      assert.equal(format(structuredClone(preview)), text)
    })
  }
}
