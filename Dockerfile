# A static binary and nothing else. In a container 127.0.0.1 is the container itself, so that `listen` has to be told to
# take what comes from outside:
#
#   docker build --tag inqud-hook .
#   docker run --rm -p 127.0.0.1:8080:8080 inqud-hook listen --bind 0.0.0.0
#   docker run --rm -v "$PWD:/data:ro" inqud-hook validate tests/webhooks
#
# What is to be written there, such as a journal, needs `--user "$(id -u):$(id -g)"`, and so does an inqud-hook.toml
# that is found there: one of another user is refused, unless it is named with --config. `send --to localhost` means the
# container, too: to reach the machine around it, `--network host` is the simplest way.

ARG RUST=1.95

# Alpine's own target is musl, and there static is what Rust does without being asked.
FROM rust:${RUST}-alpine AS build
RUN apk add --no-cache ca-certificates musl-dev
WORKDIR /build
COPY . .
# As releases are built. The target is named so that the flags are for the binary alone: what runs while it is built is
# loaded where there is room.
RUN target=$(rustc -vV | sed -n 's/^host: //p') \
    && export CARGO_ENCODED_RUSTFLAGS="-Crelocation-model=static" \
    && cargo build --release --locked --bin inqud-hook --target "$target" \
    && mv "target/$target/release/inqud-hook" .

FROM scratch
# The tool trusts whom the system trusts, and a scratch image trusts nobody: without these, https is refused with "No CA
# certificates were loaded". --cacert and SSL_CERT_FILE name others.
COPY --from=build /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/ca-certificates.crt
COPY --from=build /build/LICENSE-APACHE /build/LICENSE-MIT /licenses/
COPY --from=build /build/inqud-hook /inqud-hook
# A number, since there is no list of users to look a name up in.
USER 65532:65532
# inqud-hook.toml is looked for here.
WORKDIR /data
EXPOSE 8080
ENTRYPOINT ["/inqud-hook"]
