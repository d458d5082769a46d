// A chart and a kustomization with PhaseSecrets in them, as file texts below a folder.
import { configMap, deployment, phaseSecret } from './manifests.ts'

type Files = Readonly<Record<string, string>>

/** Chart `shop`: what it renders depends on the release, the cluster and its values. */
export function chart(folder: string): Files {
  const templated = phaseSecret('{{ .Release.Name }}', '{{ .Values.environment }}')
  const workload = deployment('{{ .Release.Name }}', '{{ .Release.Name }}')
  return {
    [`${folder}/Chart.yaml`]: 'apiVersion: v2\nname: shop\nversion: 1.0.0\n',
    [`${folder}/values.yaml`]: 'environment: Staging\nreplicas: 1\nnote: none\n',
    [`${folder}/values-production.yaml`]: 'environment: Production\nreplicas: 2\n',
    [`${folder}/templates/secret.yaml`]: templated,
    [`${folder}/templates/deployment.yaml`]: workload.replace(
      'replicas: 1',
      'replicas: {{ .Values.replicas }}',
    ),
    [`${folder}/templates/facts.yaml`]: `apiVersion: v1
kind: ConfigMap
metadata:
  name: facts
data:
  namespace: {{ .Release.Namespace }}
  kubernetes: {{ .Capabilities.KubeVersion.Version | quote }}
  apps: {{ .Capabilities.APIVersions.Has "apps/v1/Deployment" | quote }}
  note: {{ .Values.note | quote }}
`,
    [`${folder}/templates/check.yaml`]:
      '{{ if eq .Values.note "fail" }}{{ fail "as asked" }}{{ end }}\n',
    [`${folder}/templates/NOTES.txt`]: 'Not for Argo CD.\n',
  }
}

/** A base with a PhaseSecret and its workload, and an overlay that patches both. */
export function kustomization(folder: string): Files {
  return {
    [`${folder}/base/kustomization.yaml`]: 'resources: [secret.yaml, deployment.yaml]\n',
    [`${folder}/base/secret.yaml`]: phaseSecret('shop', 'Staging'),
    [`${folder}/base/deployment.yaml`]: deployment('shop', 'shop'),
    [`${folder}/overlay/settings.yaml`]: configMap('settings', { level: 'warn' }),
    [`${folder}/overlay/kustomization.yaml`]: `resources: [../base, settings.yaml]
patches:
  - target: { kind: PhaseSecret }
    patch: |
      - { op: replace, path: /spec/phaseAppEnv, value: Production }
`,
  }
}
