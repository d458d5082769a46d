// The examples for GitHub and GitLab, as far as they run without either: their shell commands, with the
// shipped plugin, in a real checkout. GitLab's API is a small server; GitHub's `gh` a program that notes
// what it is asked.
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join, resolve } from 'node:path'
import { text } from 'node:stream/consumers'
import { test } from 'node:test'
import { parse } from 'yaml'
import type { Repository } from './support/git-repository.ts'
import { gitRepository } from './support/git-repository.ts'
import { PLUGIN } from './support/process.ts'
import { temporaryTree } from './support/tree.ts'

const MARKER = '<!-- argocd-phase-plugin preview -->'
const github = parse(readFileSync('manifests/install/ci/github.yaml', 'utf8'))
const gitlab = parse(readFileSync('manifests/install/ci/gitlab.yaml', 'utf8'))

interface Step {
  readonly name?: string
  readonly run?: string
  readonly env?: Readonly<Record<string, string>>
}

/** A branch that changes a PhaseSecret and an image, checked out. */
function pullRequest(): { readonly repository: Repository; readonly base: string } {
  const read = (name: string) => readFileSync(join('fixtures/repos/keyspace', name), 'utf8')
  const repository = gitRepository({
    'manifests/deployment.yaml': read('deployment.yaml'),
    'manifests/phasesecret.yaml': read('phasesecret.yaml'),
  })
  const base = repository.git('rev-parse', 'HEAD')
  repository.git('checkout', '--quiet', '-b', 'change')
  repository.commit({
    'manifests/deployment.yaml': read('deployment.yaml').replace('1.4.2', '1.4.3'),
    'manifests/phasesecret.yaml': read('phasesecret.yaml').replace('production', 'staging'),
  })
  return { repository, base }
}

/** A folder with programs of these names for PATH: the plugin, and whatever else. */
function programs(more: Readonly<Record<string, string>> = {}): string {
  const plugin = `exec '${process.execPath}' '${resolve(PLUGIN)}' "$@"`
  const all = { 'argocd-phase-plugin': plugin, npm: 'true', ...more }
  const folder = temporaryTree()
  for (const [name, script] of Object.entries(all)) {
    writeFileSync(join(folder, name), `#!/bin/sh\n${script}\n`)
    chmodSync(join(folder, name), 0o755)
  }
  return `${folder}:${process.env.PATH}`
}

function shell(
  script: string,
  cwd: string,
  env: Readonly<Record<string, string>>,
): Promise<string> {
  return new Promise((done, failed) => {
    execFile('bash', ['-e', '-o', 'pipefail', '-c', script], { cwd, env }, (error, stdout) =>
      error === null ? done(stdout) : failed(Object.assign(error, { stdout })),
    )
  })
}

test('GitHub: the preview is in the summary, and in one comment that later runs change', async () => {
  const { repository, base } = pullRequest()
  const steps: readonly Step[] = github.jobs.preview.steps
  const find = (name: string) => steps.find((step) => step.name === name)?.run ?? ''
  const [summary, calls] = ['summary', 'calls'].map((name) => join(temporaryTree(), name))
  assert.ok(summary !== undefined && calls !== undefined)
  const gh = `echo "$@" >> '${calls}'; case "$*" in *--jq*) printf '%s' "$KNOWN";; esac`
  const env = { PATH: programs({ gh }), BASE: base, GITHUB_STEP_SUMMARY: summary, KNOWN: '' }
  await shell(find('Preview'), repository.root, env)
  const preview = readFileSync(join(repository.root, 'preview.md'), 'utf8')
  assert.ok(preview.startsWith(`${MARKER}\n`), preview)
  assert.match(preview, /keyspace-cloud-prod-secret/)
  assert.match(preview, /1\.4\.3/)
  assert.equal(readFileSync(summary, 'utf8'), preview)
  const COMMENTS = 'repos/keyspace/deploy/issues/7/comments'
  await shell(find('Comment'), repository.root, { ...env, COMMENTS })
  await shell(find('Comment'), repository.root, { ...env, COMMENTS, KNOWN: '42\n' })
  const asked = readFileSync(calls, 'utf8').split('\n')
  const written = asked.filter((line) => line.includes('--method'))
  assert.deepEqual(written, [
    'api --method POST repos/keyspace/deploy/issues/7/comments --field body=@preview.md --silent',
    'api --method PATCH repos/keyspace/deploy/issues/comments/42 --field body=@preview.md --silent',
  ])
  assert.ok(asked[0]?.includes(MARKER.replace(' -->', '')))
})

/** A branch that lets somebody read every Secret, checked out. */
function badPullRequest(): { readonly repository: Repository; readonly base: string } {
  const { repository, base } = pullRequest()
  repository.commit({
    'manifests/rbac.yaml': readFileSync('fixtures/repos/keyspace/rbac.yaml', 'utf8').replace(
      /\n *resourceNames: .*/,
      '',
    ),
  })
  return { repository, base }
}

test('GitHub: the check says at which line what is wrong, and fails', async () => {
  const steps: readonly Step[] = github.jobs.preview.steps
  const script = steps.find(({ name }) => name === 'Check')?.run ?? ''
  const { repository, base } = pullRequest()
  await shell(script, repository.root, { PATH: programs(), BASE: base })
  const bad = badPullRequest()
  const failed: unknown = await shell(script, bad.repository.root, {
    PATH: programs(),
    BASE: bad.base,
  }).catch((error: unknown) => error)
  assert.match(
    String((failed as { stdout?: string }).stdout),
    /^::error file=manifests\/rbac\.yaml,line=15,.*RB001/m,
  )
})

test('GitLab: the check writes its report also when it fails', async () => {
  const script: readonly string[] = gitlab['phase-check'].script
  const { repository, base } = badPullRequest()
  const env = { PATH: programs(), CI_MERGE_REQUEST_DIFF_BASE_SHA: base }
  await assert.rejects(shell(script.join('\n'), repository.root, env))
  const report = JSON.parse(readFileSync(join(repository.root, 'check.json'), 'utf8'))
  const found = report.find((each: { check_name: string }) => each.check_name.startsWith('RB001'))
  assert.equal(found.location.path, 'manifests/rbac.yaml')
})

test('GitHub: a pull request from a fork never meets the token', () => {
  assert.equal(github.on, 'pull_request')
  assert.deepEqual(github.permissions, { contents: 'read', 'pull-requests': 'write' })
  const steps: readonly Step[] = github.jobs.preview.steps
  const names = steps.filter(({ env }) => JSON.stringify(env ?? {}).includes('PHASE_SERVICE_TOKEN'))
  assert.deepEqual(
    names.map(({ name }) => name),
    ['Preview'],
  )
  // What a pull request calls itself gets into a script as a variable only.
  for (const { run } of steps) assert.doesNotMatch(run ?? '', /\$\{\{/)
})

test('GitLab: the preview is in one note, and later runs change it', async () => {
  const { repository, base } = pullRequest()
  const notes: { id: number; body: string }[] = [{ id: 1, body: 'hello' }]
  const requests: string[] = []
  const server = createServer(async (request, response) => {
    const body = new URLSearchParams(await text(request)).get('body') ?? ''
    requests.push(`${request.method} ${request.url} ${request.headers['private-token']}`)
    if (request.method === 'POST') notes.push({ id: 2, body })
    if (request.method === 'PUT') notes[1] = { id: 2, body: `changed ${body}` }
    response.end(JSON.stringify(notes))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  try {
    const { port } = server.address() as AddressInfo
    const env = {
      PATH: programs({ node: `exec '${process.execPath}' "$@"` }),
      CI_MERGE_REQUEST_DIFF_BASE_SHA: base,
      CI_API_V4_URL: `http://127.0.0.1:${port}/api/v4`,
      CI_PROJECT_ID: '5',
      CI_MERGE_REQUEST_IID: '7',
      GITLAB_TOKEN: 'fake-token',
    }
    const script: readonly string[] = gitlab['phase-preview'].script
    await shell(script.join('\n'), repository.root, env)
    assert.equal(notes[1]?.body, readFileSync(join(repository.root, 'preview.md'), 'utf8'))
    await shell(script.join('\n'), repository.root, env)
    assert.ok(notes[1]?.body.startsWith(`changed ${MARKER}`))
    const path = '/api/v4/projects/5/merge_requests/7/notes'
    assert.deepEqual(requests, [
      `GET ${path}?per_page=100 fake-token`,
      `POST ${path} fake-token`,
      `GET ${path}?per_page=100 fake-token`,
      `PUT ${path}/2 fake-token`,
    ])
    await shell(script.join('\n'), repository.root, { ...env, GITLAB_TOKEN: '' })
    assert.equal(requests.length, 4)
  } finally {
    server.close()
  }
})
