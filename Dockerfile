# Give a builder with Go 1.26 of your own where golang:1.26 cannot be pulled:
#   docker build --build-arg BUILD_IMAGE=registry.example.com/golang:1.26 .
ARG BUILD_IMAGE=golang:1.26

FROM ${BUILD_IMAGE} AS build
ARG VERSION=dev
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
COPY . .
# timetzdata: people's time zones are needed and scratch has none.
RUN CGO_ENABLED=0 go build -trimpath -buildvcs=false -tags timetzdata \
      -ldflags "-s -w -X main.version=${VERSION}" -o /out/firebreak ./cmd/firebreak \
 && mkdir -p /out/data

FROM scratch
COPY --from=build /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/ca-certificates.crt
COPY --from=build /out/firebreak /firebreak
# The only place it writes to: the root may be read-only. SQLite's temporary
# files go to the working directory, there being no /tmp.
COPY --from=build --chown=65532:65532 /out/data /data
VOLUME /data
WORKDIR /data
USER 65532:65532
ENV FIREBREAK_DATABASE_URL=sqlite:/data/firebreak.db \
    FIREBREAK_LISTEN=:8080
EXPOSE 8080
ENTRYPOINT ["/firebreak"]
CMD ["serve"]
