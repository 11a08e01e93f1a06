# The product as an image: built with everything, run with what production needs, as a user without rights.
# The same image serves every role; what it does is said by its arguments: start --role worker, migrate, apply FILE.yaml, …
FROM node:20-bookworm-slim AS build
WORKDIR /build
COPY package.json package-lock.json .npmrc ./
RUN npm ci
COPY tsconfig.json tsconfig.build.json ./
COPY app app
COPY bot bot
COPY core core
COPY adapters adapters
COPY web web
COPY migrations migrations
RUN npm run build

FROM node:20-bookworm-slim AS packages
WORKDIR /packages
COPY package.json package-lock.json .npmrc ./
RUN npm ci --omit=dev

FROM node:20-bookworm-slim
ENV NODE_ENV=production \
    HOST=0.0.0.0 \
    PORT=8080 \
    SYSLOG_PORT=5514 \
    DATA_DIR=/data
WORKDIR /guanjia
COPY --from=packages /packages/node_modules node_modules
COPY --from=build /build/dist dist
COPY package.json LICENSE NOTICE ./
COPY bin bin
COPY content content
COPY --from=build /build/web/public web/public
# A new volume takes over owner and mode of the folder it is mounted on.
RUN mkdir -m 0700 /data && chown node:node /data
VOLUME /data
USER node
EXPOSE 8080 5514/tcp 5514/udp
# Alive, not ready: a process that waits for its database must not be killed for it. /readyz tells the rest.
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s --retries=3 \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT}/healthz`).then(r => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
ENTRYPOINT ["node", "bin/guanjia.mjs"]
CMD ["start"]
