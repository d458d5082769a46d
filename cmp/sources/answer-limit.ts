// How much Argo CD takes back from a plugin (ARGOCD_GRPC_MAX_SIZE_MB), in the forms that it is needed in.

/** Bytes. */
export const MOST_BYTES: number = 100 * 1024 * 1024
export const MOST_IN_WORDS = '100 MiB'
export const TOO_MUCH_HINT = 'Argo CD takes back no more than that; split the Application'
