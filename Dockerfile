# Only a static binary. In a container, 127.0.0.1 is the container itself, so `listen` needs --bind to accept connections
# from outside:
#
#   docker build --tag inqud-hook .
#   docker run --rm -p 127.0.0.1:8080:8080 inqud-hook listen --bind 0.0.0.0
#   docker run --rm -v "$PWD:/data:ro" inqud-hook validate tests/webhooks
#
# To write there, such as a journal, add `--user "$(id -u):$(id -g)"`; also if an inqud-hook.toml is found there, because
# one that belongs to another user is refused unless it is named with --config. `send --to localhost` means the container
# too: to reach the host, `--network host` is the simplest way.

ARG RUST=1.95

# Alpine's target is musl, which Rust links statically by default.
FROM rust:${RUST}-alpine AS build
RUN apk add --no-cache ca-certificates musl-dev
WORKDIR /build
COPY . .
# Built like a release. The target is given so that the flags apply only to the binary, not to build scripts and
# procedural macros, which must be relocatable.
RUN target=$(rustc -vV | sed -n 's/^host: //p') \
    && export CARGO_ENCODED_RUSTFLAGS="-Crelocation-model=static" \
    && cargo build --release --locked --bin inqud-hook --target "$target" \
    && mv "target/$target/release/inqud-hook" .

FROM scratch
# The tool uses the system's CA certificates, and a scratch image has none: without these, https fails with "No CA
# certificates were loaded". --cacert and SSL_CERT_FILE give others.
COPY --from=build /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/ca-certificates.crt
COPY --from=build /build/LICENSE-APACHE /build/LICENSE-MIT /licenses/
COPY --from=build /build/inqud-hook /inqud-hook
# A number, because the image has no list of users.
USER 65532:65532
# Where inqud-hook.toml is searched for.
WORKDIR /data
EXPOSE 8080
ENTRYPOINT ["/inqud-hook"]
