# The first stage builds the wheel and installs it beside what the lock file names; the second one takes what came of it.
FROM python:3.11.14-slim-bookworm AS build

ENV PIP_DISABLE_PIP_VERSION_CHECK=1
WORKDIR /build
RUN python -m venv /opt/studyhall
ENV PATH=/opt/studyhall/bin:$PATH

# Before the code: this layer stays as it is until the lock file changes.
COPY requirements/run.lock requirements/run.lock
RUN pip install --no-cache-dir --require-hashes --requirement requirements/run.lock

COPY LICENSE README.md pyproject.toml ./
COPY content content
COPY adapters adapters
COPY bot bot
# Nothing is fetched here. What only builds and installs is left behind.
RUN pip wheel --no-cache-dir --no-index --no-deps --no-build-isolation --wheel-dir dist . \
    && pip install --no-cache-dir --no-index --no-deps dist/studyhall-*.whl \
    && pip uninstall --yes setuptools wheel pip


FROM python:3.11.14-slim-bookworm

COPY --from=build /opt/studyhall /opt/studyhall

# /data is made here so that a new volume on it belongs to the bot.
RUN useradd --system --uid 10001 --home-dir /data --shell /usr/sbin/nologin studyhall \
    && install --directory --owner=studyhall --group=studyhall /data

# The container's own address is what its ports are published from; the names are those a browser on this machine uses.
ENV PATH=/opt/studyhall/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    STUDYHALL_HOST=0.0.0.0 \
    STUDYHALL_PORT=8080 \
    STUDYHALL_ALLOWED_HOSTS=localhost,127.0.0.1 \
    STUDYHALL_DATABASE_URL=sqlite:////data/studyhall.db

USER 10001:10001
WORKDIR /data
VOLUME ["/data"]
EXPOSE 8080 3000

HEALTHCHECK --interval=30s --timeout=5s --start-period=30s --retries=3 \
    CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:9464/readyz', timeout=4)"]

CMD ["studyhall", "run"]
