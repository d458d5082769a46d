// A resource as people write it in; the name that rules use out. The table is the discovery of
// Kubernetes 1.37.0, what has a meaning only to RBAC, and the custom resources this program knows.

/** A kind of resource. */
export interface Resource {
  /** As rules name it. */
  readonly name: string
  /** `''` is the core group. */
  readonly group: string
  readonly isNamespaced: boolean
  readonly subresources: readonly string[]
}

/** `PLURAL[,SHORT…] GROUP KIND SCOPE [SUBRESOURCES]`; the singular is the kind in lower case; `core` is the group ''. */
const TABLE: readonly string[] = [
  'bindings core Binding namespaced',
  'componentstatuses,cs core ComponentStatus cluster',
  'configmaps,cm core ConfigMap namespaced',
  'endpoints,ep core Endpoints namespaced',
  'events,ev core Event namespaced',
  'limitranges,limits core LimitRange namespaced',
  'namespaces,ns core Namespace cluster finalize,status',
  'nodes,no core Node cluster proxy,status',
  'persistentvolumeclaims,pvc core PersistentVolumeClaim namespaced status',
  'persistentvolumes,pv core PersistentVolume cluster status',
  'pods,po core Pod namespaced attach,binding,ephemeralcontainers,eviction,exec,log,portforward,proxy,resize,status',
  'podtemplates core PodTemplate namespaced',
  'replicationcontrollers,rc core ReplicationController namespaced scale,status',
  'resourcequotas,quota core ResourceQuota namespaced status',
  'secrets core Secret namespaced',
  'serviceaccounts,sa core ServiceAccount namespaced token',
  'services,svc core Service namespaced proxy,status',
  'apiservices apiregistration.k8s.io APIService cluster status',
  'controllerrevisions apps ControllerRevision namespaced',
  'daemonsets,ds apps DaemonSet namespaced status',
  'deployments,deploy apps Deployment namespaced scale,status',
  'replicasets,rs apps ReplicaSet namespaced scale,status',
  'statefulsets,sts apps StatefulSet namespaced scale,status',
  'events,ev events.k8s.io Event namespaced',
  'selfsubjectreviews authentication.k8s.io SelfSubjectReview cluster',
  'tokenreviews authentication.k8s.io TokenReview cluster',
  'localsubjectaccessreviews authorization.k8s.io LocalSubjectAccessReview namespaced',
  'selfsubjectaccessreviews authorization.k8s.io SelfSubjectAccessReview cluster',
  'selfsubjectrulesreviews authorization.k8s.io SelfSubjectRulesReview cluster',
  'subjectaccessreviews authorization.k8s.io SubjectAccessReview cluster',
  'horizontalpodautoscalers,hpa autoscaling HorizontalPodAutoscaler namespaced status',
  'cronjobs,cj batch CronJob namespaced status',
  'jobs batch Job namespaced status',
  'certificatesigningrequests,csr certificates.k8s.io CertificateSigningRequest cluster approval,status',
  'clustertrustbundles certificates.k8s.io ClusterTrustBundle cluster',
  'podcertificaterequests certificates.k8s.io PodCertificateRequest namespaced status',
  'ingressclasses networking.k8s.io IngressClass cluster',
  'ingresses,ing networking.k8s.io Ingress namespaced status',
  'ipaddresses,ip networking.k8s.io IPAddress cluster',
  'networkpolicies,netpol networking.k8s.io NetworkPolicy namespaced',
  'servicecidrs networking.k8s.io ServiceCIDR cluster status',
  'poddisruptionbudgets,pdb policy PodDisruptionBudget namespaced status',
  'clusterrolebindings rbac.authorization.k8s.io ClusterRoleBinding cluster',
  'clusterroles rbac.authorization.k8s.io ClusterRole cluster',
  'rolebindings rbac.authorization.k8s.io RoleBinding namespaced',
  'roles rbac.authorization.k8s.io Role namespaced',
  'csidrivers storage.k8s.io CSIDriver cluster',
  'csinodes storage.k8s.io CSINode cluster status',
  'csistoragecapacities storage.k8s.io CSIStorageCapacity namespaced',
  'storageclasses,sc storage.k8s.io StorageClass cluster',
  'volumeattachments storage.k8s.io VolumeAttachment cluster status',
  'volumeattributesclasses,vac storage.k8s.io VolumeAttributesClass cluster',
  'mutatingadmissionpolicies admissionregistration.k8s.io MutatingAdmissionPolicy cluster',
  'mutatingadmissionpolicybindings admissionregistration.k8s.io MutatingAdmissionPolicyBinding cluster',
  'mutatingwebhookconfigurations admissionregistration.k8s.io MutatingWebhookConfiguration cluster',
  'validatingadmissionpolicies admissionregistration.k8s.io ValidatingAdmissionPolicy cluster status',
  'validatingadmissionpolicybindings admissionregistration.k8s.io ValidatingAdmissionPolicyBinding cluster',
  'validatingwebhookconfigurations admissionregistration.k8s.io ValidatingWebhookConfiguration cluster',
  'customresourcedefinitions,crd,crds apiextensions.k8s.io CustomResourceDefinition cluster status',
  'priorityclasses,pc scheduling.k8s.io PriorityClass cluster',
  'leases coordination.k8s.io Lease namespaced',
  'runtimeclasses node.k8s.io RuntimeClass cluster',
  'endpointslices discovery.k8s.io EndpointSlice namespaced',
  'deviceclasses resource.k8s.io DeviceClass cluster',
  'devicetaintrules resource.k8s.io DeviceTaintRule cluster status',
  'resourceclaims resource.k8s.io ResourceClaim namespaced status',
  'resourceclaimtemplates resource.k8s.io ResourceClaimTemplate namespaced',
  'resourceslices resource.k8s.io ResourceSlice cluster',
  'flowschemas flowcontrol.apiserver.k8s.io FlowSchema cluster status',
  'prioritylevelconfigurations flowcontrol.apiserver.k8s.io PriorityLevelConfiguration cluster status',
  'storageversionmigrations storagemigration.k8s.io StorageVersionMigration cluster status',
  // Only in rules: whom one may impersonate, and whose certificates one may approve.
  'users core User cluster',
  'groups core Group cluster',
  // The same four for constrained impersonation, after those above: a name without a group means those.
  'users authentication.k8s.io User cluster',
  'groups authentication.k8s.io Group cluster',
  'serviceaccounts authentication.k8s.io ServiceAccount namespaced',
  'nodes authentication.k8s.io Node cluster',
  'uids authentication.k8s.io UID cluster',
  'userextras authentication.k8s.io UserExtra cluster',
  'signers certificates.k8s.io Signer cluster',
  'phasesecrets secrets.phase.dev PhaseSecret namespaced status',
  'applications,app,apps argoproj.io Application namespaced status',
  'applicationsets,appset,appsets argoproj.io ApplicationSet namespaced status',
  'appprojects,appproj,appprojs argoproj.io AppProject namespaced',
]

/** Created by PUT too, with a name; all others only by POST and server-side apply (AllowCreateOnUpdate in pkg/registry). */
const CREATED_BY_PUT = new Set([
  'endpoints',
  'events',
  'events.events.k8s.io',
  'leases.coordination.k8s.io',
  'leasecandidates.coordination.k8s.io',
  'limitranges',
  'runtimeclasses.node.k8s.io',
  'services',
  'clusterrolebindings.rbac.authorization.k8s.io',
  'clusterroles.rbac.authorization.k8s.io',
  'rolebindings.rbac.authorization.k8s.io',
  'roles.rbac.authorization.k8s.io',
])

interface Row extends Resource {
  readonly aliases: readonly string[]
}

const ROWS: readonly Row[] = TABLE.map((text) => {
  const [names = '', group = '', kind = '', scope, subresources] = text.split(' ')
  const [name = '', ...short] = names.split(',')
  return {
    name,
    group: group === 'core' ? '' : group,
    isNamespaced: scope === 'namespaced',
    subresources: subresources?.split(',') ?? [],
    aliases: [name, kind.toLowerCase(), ...short],
  }
})

/** All of them as `NAME` or `NAME.GROUP`. */
export const RESOURCE_NAMES: readonly string[] = ROWS.map(({ name, group }) =>
  group === '' ? name : `${name}.${group}`,
)

/**
 * Finds a resource by its plural, singular, short name or kind, ignoring case. Without a group the first
 * that fits in the order of the API server's own list, which is what kubectl takes.
 * @param group also its beginning, up to a dot, as for kubectl; undefined: any.
 */
export function findResource(name: string, group: string | undefined): Resource | undefined {
  const wanted = name.toLowerCase()
  return ROWS.find(
    (row) =>
      row.aliases.includes(wanted) &&
      (group === undefined || row.group === group || row.group.startsWith(`${group}.`)),
  )
}

/** Whether an object of this resource may come into being by an update. */
export function isCreatedByPut(asked: { resource: string; group: string }): boolean {
  return CREATED_BY_PUT.has(
    asked.group === '' ? asked.resource : `${asked.resource}.${asked.group}`,
  )
}
