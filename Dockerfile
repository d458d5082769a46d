# syntax=docker/dockerfile:1
# The sidecar's image: the plugin, Node, Helm and Kustomize, and no package manager. For amd64 and arm64:
#   docker buildx build --platform linux/amd64,linux/arm64 --tag … .
# Base images are pinned by the digest of their manifest list. Before you change one, compare it:
#   docker buildx imagetools inspect node:26-bookworm-slim

# Helm and Kustomize from their Go modules, at the versions and checksums of go.sum, which the tests use too.
FROM --platform=$BUILDPLATFORM golang:1.26-bookworm@sha256:9fdc884aacc3bec89b20ffc69f4bb369c78210e3e4f600387b5128b12c199f81 AS tools
ARG TARGETOS TARGETARCH
ENV CGO_ENABLED=0 GOTOOLCHAIN=auto
WORKDIR /src
COPY test/argocd/tools-render/go.mod test/argocd/tools-render/go.sum ./
RUN go mod download
RUN GOOS=$TARGETOS GOARCH=$TARGETARCH go build -trimpath -ldflags='-s -w' -o /out/helm helm.sh/helm/v4/cmd/helm \
 && GOOS=$TARGETOS GOARCH=$TARGETARCH go build -trimpath -ldflags='-s -w' -o /out/kustomize sigs.k8s.io/kustomize/kustomize/v5

# The plugin as one file, and beside it, as another, the client library of Kubernetes, which it loads only
# for tokenSecrets.fromCluster: 4 MB in the place of 60.
FROM --platform=$BUILDPLATFORM node:26-bookworm-slim@sha256:367679cf9792759492a486e4aa4b421764d71a9546a6dae8aab81a99eb797b3e AS build
WORKDIR /src
COPY package.json package-lock.json .npmrc ./
RUN npm ci --ignore-scripts
COPY . .
RUN node scripts/build.ts \
 && node_modules/.bin/esbuild node_modules/@kubernetes/client-node/dist/index.js --bundle --minify --platform=node --format=cjs \
    --target=node26 --legal-comments=eof --log-level=warning --outfile=/out/node_modules/@kubernetes/client-node/index.js

FROM node:26-bookworm-slim@sha256:367679cf9792759492a486e4aa4b421764d71a9546a6dae8aab81a99eb797b3e
# Public authorities as a folder of hash links, which OpenSSL looks into instead of reading all of them:
# with --use-openssl-ca that spares 10 to 20 ms of each run. The slim image has none.
COPY --from=tools /usr/share/ca-certificates /usr/share/ca-certificates
COPY --from=tools /etc/ssl/certs /etc/ssl/certs
COPY --from=tools /out/helm /out/kustomize /usr/local/bin/
WORKDIR /opt/argocd-phase-plugin
COPY --from=build /out ./
COPY --from=build /src/dist/argocd-phase-plugin.cjs ./
COPY plugin.yaml /home/argocd/cmp-server/config/plugin.yaml
RUN sed -i '1s|.*|#!/usr/local/bin/node --use-openssl-ca|' argocd-phase-plugin.cjs \
 && ln -s /opt/argocd-phase-plugin/argocd-phase-plugin.cjs /usr/local/bin/argocd-phase-plugin \
 && rm -rf /usr/local/lib/node_modules /usr/local/bin/npm /usr/local/bin/npx /usr/local/bin/corepack /opt/yarn-*
# Compiled once, by this very node, in a run that loads everything; read-only afterwards.
ENV NODE_COMPILE_CACHE=/opt/argocd-phase-plugin/compile-cache
RUN --mount=type=bind,from=build,source=/src,target=/src \
    cd /src && node scripts/demo.ts /opt/argocd-phase-plugin/argocd-phase-plugin.cjs > /dev/null
# The user of Argo CD's own images: repo-server has to write to the socket.
USER 999:999
ENV HOME=/tmp
WORKDIR /tmp
# Argo CD's server, which the pod mounts; see manifests/install.
CMD ["/var/run/argocd/argocd-cmp-server"]
