# The API and its loader in one image. Built by `docker compose up --build`, or `docker build -t conflict-events .`
#
# Alone, with SQLite on a volume (the loader and the API share the image's user, which SQLite's WAL needs):
#   docker run --rm -v conflict-events:/data -e DATABASE_URL=sqlite:////data/conflict-events.sqlite3 \
#     conflict-events sh -c 'python -m seed migrate && python -m seed'
#   docker run -d -p 127.0.0.1:8000:8000 -v conflict-events:/data \
#     -e DATABASE_URL=sqlite:////data/conflict-events.sqlite3 \
#     --read-only --tmpfs /tmp --cap-drop ALL --security-opt no-new-privileges conflict-events

# The page for browsers. Node.js comes from the same lock as everywhere, and stays in this stage.
FROM python:3.13-slim AS page
RUN --mount=type=bind,source=requirements/node.txt,target=/node.txt \
    --mount=type=cache,target=/root/.cache/pip \
    python -m venv /opt/node \
    && /opt/node/bin/pip install --quiet --disable-pip-version-check --require-hashes --no-deps \
    --only-binary :all: -r /node.txt
# The authorities that the image trusts count for npm too, as they do for pip.
ENV PATH=/opt/node/bin:$PATH \
    NODE_USE_SYSTEM_CA=1
WORKDIR /src
COPY dashboard/package.json dashboard/package-lock.json dashboard/.npmrc dashboard/
RUN --mount=type=cache,target=/root/.npm npm --prefix dashboard ci --omit=dev --ignore-scripts --no-fund --no-audit
COPY app/web/pages/static/tokens.css app/web/pages/static/
COPY dashboard/ dashboard/
RUN mkdir -p app/web/demo && node dashboard/build.mjs

FROM python:3.13-slim AS build
# `--without-pip` and pip from outside: what serves has no installer. Wheels alone: nothing is compiled here either.
RUN --mount=type=bind,source=requirements/run.txt,target=/run.txt \
    --mount=type=cache,target=/root/.cache/pip \
    python -m venv --without-pip /opt/venv \
    && python -m pip --python /opt/venv/bin/python install --quiet --root-user-action ignore \
    --disable-pip-version-check --require-hashes --no-deps --only-binary :all: --no-compile -r /run.txt
WORKDIR /app
COPY LICENSE NOTICE DATA-LICENCE.md alembic.ini ./
COPY deploy/healthcheck.py deploy/
COPY migrations/ migrations/
COPY seed/ seed/
COPY app/ app/
COPY --from=page /src/app/web/demo/static/ app/web/demo/static/
# Bytecode is made once, here, and trusted unchecked: the files of an image do not change, their times do.
# A clone made under a strict umask must be readable for the user that serves, too.
RUN /opt/venv/bin/python -m compileall -q -j 0 --invalidation-mode unchecked-hash /opt/venv/lib . \
    && chmod -R u=rwX,go=rX /opt/venv .

FROM python:3.13-slim
LABEL org.opencontainers.image.title="Conflict Events API" \
    org.opencontainers.image.description="Read-only API over conflict events; every row carries a citation" \
    org.opencontainers.image.licenses="Apache-2.0"
# The base image's own pip goes as well, and so do its package manager, its Perl and whatever lends its user's rights:
# nothing here runs them, and one who got in could. What is installed stays listed in /var/lib/dpkg, for scanners.
# /data is where a volume for SQLite belongs; a new one takes over its owner.
RUN python -m pip uninstall --yes --quiet --root-user-action ignore pip \
    && groupadd --gid 10001 app \
    && useradd --uid 10001 --gid app --no-log-init --no-create-home --home-dir /nonexistent \
    --shell /usr/sbin/nologin app \
    && install --directory --owner app --group app --mode 0750 /data \
    && find / -xdev -type f -perm /6000 -delete \
    && rm -rf /usr/bin/apt* /usr/lib/apt /etc/apt /var/lib/apt /var/cache/apt /usr/bin/dpkg* /usr/sbin/dpkg* \
    /usr/libexec/dpkg /etc/cron.daily \
    /usr/bin/perl* /usr/lib/*/perl-base /usr/share/perl*
COPY --from=build /opt/venv /opt/venv
COPY --from=build /app /app
ENV PATH=/opt/venv/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    HOST=0.0.0.0 \
    PORT=8000 \
    LOG_FORMAT=json \
    METRICS=0.0.0.0:9464
WORKDIR /app
USER 10001:10001
# Metrics are at 9464, for Prometheus alone: it is not among the ports that may be published.
EXPOSE 8000
# Alive, not ready: an API whose database is away must not be restarted for it.
HEALTHCHECK --interval=5s --timeout=4s --start-period=30s --retries=3 \
    CMD ["python", "-I", "deploy/healthcheck.py", "/healthz"]
# In exec form the server is process 1 and gets the signal itself: it ends the answers that it began, then itself.
STOPSIGNAL SIGTERM
CMD ["python", "-m", "app"]
