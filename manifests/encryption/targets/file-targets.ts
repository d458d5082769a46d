// What all targets share that start kube-apiserver with a file.
import { PROVIDER_CHOICES } from '../generate.ts'

/** A file can say everything. */
export const FILE_PROVIDERS = PROVIDER_CHOICES

export const NO_FILE = 'bring the file to the nodes: every control plane node needs the same bytes'
