// A plan in; text for people or Markdown out. Commands are printed as they are, to be copied.
import type { Plan, PlanStep } from './plan-model.ts'

const PARTS = [
  ['commit', 'Commit', false],
  ['run', 'Run', true],
  ['verify', 'Verify before the next step', true],
  ['goBack', 'To go back', true],
] as const satisfies readonly (readonly [keyof PlanStep, string, boolean])[]

/** Numbered steps. */
export function planText(plan: Plan): string {
  const steps = plan.steps.map((step, index) => {
    const parts = PARTS.flatMap(([field, title]) => {
      const lines = step[field] ?? []
      const or =
        field === 'run' && step.orApply !== undefined ? indented(step.orApply, '       ') : ''
      if (lines.length === 0) return []
      const list = lines.map((line) => `     - ${line}\n`).join('')
      return [`   ${title}:\n${list}${or === '' ? '' : `     or apply:\n${or}`}`]
    })
    const why = step.why === undefined ? '' : `   Why: ${step.why}\n`
    return `${index + 1}. ${step.title}\n${why}${parts.join('')}`
  })
  const notes = plan.notes.map((note) => `- ${note}\n`).join('')
  return `${headOf(plan)}\n\n${notes}\n${steps.join('\n')}`
}

/** A document with a heading a step. */
export function planMarkdown(plan: Plan): string {
  const steps = plan.steps.map((step, index) => {
    const why =
      step.why === undefined ? '' : `\n${step.why[0]?.toUpperCase()}${step.why.slice(1)}.\n`
    const parts = PARTS.flatMap(([field, title, isCode]) => {
      const lines = step[field] ?? []
      if (lines.length === 0) return []
      const list = lines.map((line) => `- ${isCode ? coded(line) : line}\n`).join('')
      const or =
        field === 'run' && step.orApply !== undefined
          ? `\nor apply\n\n\`\`\`yaml\n${step.orApply}\`\`\`\n`
          : ''
      return [`\n**${title}**\n\n${list}${or}`]
    })
    return `### ${index + 1}. ${step.title}\n${why}${parts.join('')}`
  })
  const notes = plan.notes.map((note) => `- ${note}\n`).join('')
  return `## ${headOf(plan)}\n\n${notes}\n${steps.join('\n')}`
}

function headOf({ title, kubeVersion, target }: Plan): string {
  return `${title}: Kubernetes ${kubeVersion}${target === undefined ? '' : `, ${target}`}`
}

/** What begins with a program is code, the rest are words. */
function coded(line: string): string {
  const [command = '', note] = line.split('   # ')
  if (
    !/^(argocd-phase-plugin|kubectl|kubeadm|etcdctl|kops|k3s|rke2|systemctl|eksctl|aws|gcloud|az|oc|talosctl|ansible-playbook) /.test(
      command,
    )
  ) {
    return line
  }
  return note === undefined ? `\`${command}\`` : `\`${command}\`: ${note}`
}

function indented(text: string, indent: string): string {
  return text.replace(/^(?=.)/gm, indent)
}
