# The sidecar's image: Node, the plugin as one file, helm and kustomize; no shell and no package manager.
#   docker buildx build --platform linux/amd64,linux/arm64 --tag REGISTRY/argocd-phase-plugin:TAG --push .
# For a platform that is not the builder's, only the stages `node` and `warm` run foreign code (QEMU or a native builder).
# Every base image is pinned. To check a pin, or to move it together with its tag:
#   docker buildx imagetools inspect node:26.10.0-trixie-slim
# prints the digest that the tag has now, and must list both platforms.

FROM --platform=$BUILDPLATFORM node:26.10.0-trixie-slim@sha256:ec7758ee051e457b468b32bde57b0879010b325bb9862718e9615225ce4aaae1 AS plugin
WORKDIR /src
COPY package.json package-lock.json .npmrc ./
RUN npm ci --ignore-scripts
COPY tsconfig.json ./
COPY scripts/build.ts scripts/build.ts
COPY cmp cmp
COPY render render
COPY manifests manifests
RUN node scripts/build.ts
# The kernel starts Node by its path: the image has no `env`, and nobody's PATH matters.
# With the flag, OpenSSL opens the one certificate it needs in /etc/ssl/certs; without it Node parses all of its
# own at the first connection. No V8 flag, here or in the environment: Node then drops its built-in code cache.
RUN mkdir -p /out/usr/local/bin /out/usr/local/lib/argocd-phase-plugin /cache \
 && install -m 0444 dist/*.cjs /out/usr/local/lib/argocd-phase-plugin \
 && sed -i '1s|.*|#!/usr/local/bin/node --use-openssl-ca|' /out/usr/local/lib/argocd-phase-plugin/argocd-phase-plugin.cjs \
 && chmod 0555 /out/usr/local/lib/argocd-phase-plugin/argocd-phase-plugin.cjs \
 && ln -s ../lib/argocd-phase-plugin/argocd-phase-plugin.cjs /out/usr/local/bin/argocd-phase-plugin
# The Kubernetes client, for token Secrets through the API: 4 MB in the place of 80.
RUN node_modules/.bin/esbuild node_modules/@kubernetes/client-node/dist/index.js \
    --bundle --minify --platform=node --format=cjs --target=node26 --legal-comments=eof --log-level=warning \
    --outfile=/out/usr/local/lib/argocd-phase-plugin/node_modules/@kubernetes/client-node/index.js

# helm and kustomize from source, the versions of the test suite; go.sum holds the hash of every module.
FROM --platform=$BUILDPLATFORM golang:1.27.0-trixie@sha256:6212da3924947f4b6a939df02ea627c13f338f1a41d6c3fcb0dd9d076eef46c4 AS tools
ARG TARGETARCH
WORKDIR /src
COPY test/argocd/tools-render/go.mod test/argocd/tools-render/go.sum ./
RUN CGO_ENABLED=0 GOOS=linux GOARCH=$TARGETARCH go build -trimpath -ldflags '-s -w' -o /out/ \
    helm.sh/helm/v4/cmd/helm sigs.k8s.io/kustomize/kustomize/v5
# Certificate authorities under the names by which OpenSSL looks for them.
RUN cp -rL /etc/ssl/certs /certs && test -n "$(ls /certs/*.0)"

# Node and what it is linked against; `--parents` keeps the paths of each platform.
FROM node:26.10.0-trixie-slim@sha256:ec7758ee051e457b468b32bde57b0879010b325bb9862718e9615225ce4aaae1 AS node
RUN mkdir -p /root-of-image/etc /root-of-image/tmp && chmod 1777 /root-of-image/tmp \
 && cp --parents -L /usr/local/bin/node $(ldd /usr/local/bin/node | grep -o '/[^ )]*') /root-of-image \
 && echo 'argocd:x:999:999::/home/argocd:/sbin/nologin' > /root-of-image/etc/passwd \
 && echo 'argocd:x:999:' > /root-of-image/etc/group

# It begins empty: what is not copied here is not in the image.
FROM scratch AS base
COPY --from=node /root-of-image /
COPY --from=tools /out/helm /out/kustomize /usr/local/bin/
COPY --from=tools /certs /etc/ssl/certs
COPY --from=plugin /out /
# A home that nobody can write to: Node would take modules from it, and the Kubernetes client a kubeconfig.
ENV PATH=/usr/local/bin \
    SSL_CERT_DIR=/etc/ssl/certs \
    HOME=/home/argocd
WORKDIR /
# The user of the repo-server, which has to write to the socket. By number, as runAsNonRoot wants it.
USER 999:999

# Fills Node's compile cache: with the very node of this image and as the very user, whose number is in the name
# of its folder. To load each file once is enough: Node keeps the compiled file, whatever was called in it.
FROM base AS warm
COPY --from=plugin --chown=999:999 /cache /cache
RUN ["/usr/local/bin/node", "-e", "process.exit(process.version === 'v26.10.0' ? 0 : 1)"]
ENV NODE_COMPILE_CACHE=/cache
RUN ["argocd-phase-plugin", "--version"]
RUN ["/usr/local/bin/node", "-e", "for (const name of ['cli', 'helm', 'kustomize']) require(`/usr/local/lib/argocd-phase-plugin/${name}.cjs`)"]
RUN ["helm", "version"]
RUN ["kustomize", "version"]

FROM base
# Readable (Node writes it 0600), and not its user's: no render can change what the next one runs.
COPY --from=warm --chown=0:0 --chmod=0555 /cache /usr/local/lib/argocd-phase-plugin/compile-cache
COPY --chmod=0444 plugin.yaml /home/argocd/cmp-server/config/plugin.yaml
ENV NODE_COMPILE_CACHE=/usr/local/lib/argocd-phase-plugin/compile-cache
# For people and CI. In the sidecar, argocd-cmp-server is started in its place.
ENTRYPOINT ["argocd-phase-plugin"]
