// kubespray: variables of its inventory. It makes one key and writes the file itself.
import { printYaml } from '../print-yaml.ts'
import type { Target } from './target.ts'

export const kubespray: Target = {
  name: 'kubespray',
  title: 'kubespray, group_vars of the cluster',
  versions: 'any kubespray',
  keys: 'own',
  providers: ['secretbox'],
  needs: [],
  doesNot: [
    'show or take a key: kubespray makes one and keeps it beside the inventory, where it must not get into Git',
    'rotate the key, or turn encryption off: how to is unverified, and left out',
    'rewrite what is stored already: do that when the playbook has run',
  ],
  rollOut: ['ansible-playbook -i inventory/CLUSTER/hosts.yaml --become cluster.yml'],
  plans: {
    enable: [
      {
        title: 'set the variables and run the playbook',
        commit: ['group_vars: what encryption generate --target kubespray prints'],
        run: ['ansible-playbook -i inventory/CLUSTER/hosts.yaml --become cluster.yml'],
        verify: ['kube-apiserver has --encryption-provider-config on every control plane node'],
        goBack: [
          'as long as nothing is rewritten: the variables as they were, and the playbook again',
        ],
      },
      {
        title: 'rewrite what is stored',
        why: 'only what is written from now on is encrypted',
        run: ['kubectl get secrets --all-namespaces -o json | kubectl replace -f -'],
        verify: ['a Secret read with etcdctl begins with k8s:enc:secretbox:v1:'],
      },
    ],
  },
  wrap: ({ provider, resources }) => ({
    value: printYaml({
      kube_encrypt_secret_data: true,
      kube_encryption_algorithm: provider,
      kube_encryption_resources: resources,
    }),
  }),
}
