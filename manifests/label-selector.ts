// Kubernetes label selectors in their string form (k8s.io/apimachinery pkg/labels).

/** A parsed selector. */
export interface LabelSelector {
  /** Whether an object with these labels is selected. */
  matches(labels: Readonly<Record<string, string>>): boolean
}
