// MF001: what `generate` would refuse, or what no rule could look into.
import type { Found, Rule } from '../../../manifests/check/model.ts'
import { PHASE_SECRET } from '../../../manifests/check/rules/example-parts.ts'
import type { PhaseFacts } from '../facts.ts'

export const notRenderable: Rule<PhaseFacts> = {
  id: 'MF001',
  name: 'not-renderable',
  chapter: 'manifests',
  severity: 'high',
  summary: 'the manifests cannot be rendered, or not be read by the rules',
  why: 'Argo CD would show an error in place of a sync, and what a document that cannot be read would grant nobody knows: a check that passed over it would promise too much. What a tenancy policy refuses is found here too.',
  fix: 'Follow the hint; `argocd-phase-plugin generate` says the same.',
  fixable: 'no',
  example: {
    bad: PHASE_SECRET.replace('phaseAppEnv:', 'phaseAppEnvironment:'),
    good: PHASE_SECRET,
  },
  *find({ problems }): Iterable<Found> {
    for (const { severity, at, object, message, hint } of problems) {
      if (severity === 'error') yield { at, object, message, hint }
    }
  },
}
