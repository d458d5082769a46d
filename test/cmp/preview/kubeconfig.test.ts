// Which cluster a preview reads, and what of a kubeconfig is refused; login programs really run.
import assert from 'node:assert/strict'
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { after, before, beforeEach, test } from 'node:test'
import { readClusterSettings } from '../../../cmp/environment.ts'
import type { ClusterOptions } from '../../../cmp/preview/cluster.ts'
import { openCluster } from '../../../cmp/preview/cluster.ts'
import { startSelfSigned } from '../../support/self-signed-server.ts'
import type { ClusterApi } from '../../support/cluster-api.ts'
import { startClusterApi } from '../../support/cluster-api.ts'
import { BEARER, kubeconfig } from '../../support/kubernetes-api.ts'

const secret = { apiVersion: 'v1', kind: 'Secret', namespace: 'shop', name: 'db' }
let api: ClusterApi
let folder: string

before(async () => {
  api = await startClusterApi()
  const metadata = { name: 'db', namespace: 'shop' }
  api.objects.set('/api/v1/namespaces/shop/secrets/db', { kind: 'Secret', metadata })
})
after(() => api.close())
beforeEach((context) => {
  folder = mkdtempSync(join(tmpdir(), 'kubeconfig-'))
  if ('after' in context) context.after(() => rmSync(folder, { recursive: true }))
})
