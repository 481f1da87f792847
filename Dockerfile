# Builds the program; the last stage holds nothing but it.

FROM rust:1.95-slim-bookworm AS build
RUN apt-get update \
    && apt-get install -y --no-install-recommends gcc libc6-dev make perl \
    && rm -rf /var/lib/apt/lists/*
WORKDIR /src
COPY . .
RUN --mount=type=cache,target=/usr/local/cargo/registry \
    --mount=type=cache,target=/src/target \
    cargo build --release --locked -p api \
    && cp target/release/remit /usr/local/bin/remit

# The same Debian as above, for the same C library.
FROM debian:bookworm-slim
RUN apt-get update \
    && apt-get install -y --no-install-recommends ca-certificates curl \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --system --uid 10001 --home-dir /var/lib/remit --create-home --shell /usr/sbin/nologin remit
COPY --from=build /usr/local/bin/remit /usr/local/bin/remit
USER remit
WORKDIR /var/lib/remit
# Without another address, an SQLite file in /var/lib/remit: mount a volume there.
ENV REMIT_DATABASE_URL=sqlite:///var/lib/remit/remit.db \
    REMIT_LISTEN=0.0.0.0:8080
EXPOSE 8080
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s --retries=3 \
    CMD ["curl", "-fsS", "-o", "/dev/null", "http://127.0.0.1:8080/readyz"]
CMD ["remit", "serve"]
